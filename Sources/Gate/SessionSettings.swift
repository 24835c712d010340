import SQLSyntax

/// What a script has set for its session, as far as rules ask for it.
struct SessionSettings: Sendable {
    /// The values of one moment.
    private struct Values: Sendable {
        /// How many milliseconds a statement waits for a lock; 0 is for ever.
        var lockTimeout = 0.0
        var schema = "public"
    }

    /// What holds now, SET LOCAL included.
    private var current = Values()
    /// What holds when the transaction is over.
    private var lasting = Values()

    /// The schema of names without one.
    var schema: String { current.schema }

    /// Whether a lock_timeout ends waiting before it is an outage: within a minute.
    var hasLockTimeout: Bool { current.lockTimeout > 0 && current.lockTimeout <= 60_000 }

    /// Takes in a SET or RESET.
    mutating func set(_ node: SyntaxTree, isInTransaction: Bool) {
        let kind = node["kind"].string
        if kind == "VAR_RESET_ALL" { return reset() }
        let values = kind == "VAR_SET_VALUE" ? node["args"].array.map(Self.text) : []
        set(
            node["name"].string ?? "", to: values, isLocal: node["is_local"].isTrue,
            isInTransaction: isInTransaction)
    }

    /// Takes in what a query sets by `set_config`.
    mutating func configure(_ query: SyntaxTree, isInTransaction: Bool) {
        for call in query.nodes("FuncCall") where call["funcname"].names.last == "set_config" {
            let arguments = call["args"]
            guard let name = arguments[0]["A_Const"]["sval"]["sval"].string else { continue }
            // What is only known at run time is taken as meant.
            let value = arguments[1]["A_Const"].isNull ? "1s" : Self.text(arguments[1])
            let isLocal = arguments[2].nodes("A_Const").contains {
                $0["boolval"]["boolval"].isTrue
            }
            set(name, to: [value], isLocal: isLocal, isInTransaction: isInTransaction)
        }
    }

    /// RESET ALL and DISCARD ALL.
    mutating func reset() {
        current = Values()
        lasting = Values()
    }

    /// What is only set for the transaction ends with it.
    mutating func endTransaction() { current = lasting }

    private mutating func set(
        _ name: String, to values: [String], isLocal: Bool, isInTransaction: Bool
    ) {
        guard isInTransaction || !isLocal else { return }
        var changed = current
        switch name.lowercased() {
        case "lock_timeout":
            changed.lockTimeout = values.first.map(Self.milliseconds) ?? 0
        case "search_path":
            changed.schema = values.first { $0 != "$user" } ?? "public"
        default: return
        }
        if !isLocal {
            if name.lowercased() == "lock_timeout" {
                lasting.lockTimeout = changed.lockTimeout
            } else {
                lasting.schema = changed.schema
            }
        }
        current = changed
    }

    /// A constant as it is written; libpg_query leaves out a number that is 0 or negative.
    private static func text(_ constant: SyntaxTree) -> String {
        let value = constant["A_Const"]
        if let text = value["sval"]["sval"].string ?? value["fval"]["fval"].string { return text }
        return "\(value["ival"]["ival"].number ?? 0)"
    }

    /// A time as PostgreSQL reads it: milliseconds where it has no unit; 0 where it is none.
    private static func milliseconds(_ text: String) -> Double {
        let digits = text.drop(while: \.isWhitespace)
        let number = digits.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = digits[number.endIndex...].filter { !$0.isWhitespace }
        let factors = ["us": 0.001, "": 1, "ms": 1, "s": 1e3, "min": 6e4, "h": 3.6e6, "d": 8.64e7]
        guard let value = Double(number), let factor = factors[unit] else { return 0 }
        return (value * factor).rounded()
    }
}
