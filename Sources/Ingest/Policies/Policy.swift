/// How a table takes a row in that may be there already.
///
/// Whatever the policy: a value that is absent, null or blank never replaces one that is stored. There is no
/// way to say otherwise, for that is how 1,040 names were lost.
public struct Policy: Sendable, Hashable {
    /// What becomes of a row whose key is stored.
    public enum Rule: Sendable, Hashable {
        /// Nothing: the first row stays.
        case insertIfAbsent
        /// Each value that arrives replaces the stored one.
        case upsert
        /// As `upsert`, where the row that arrives has all of these columns that the stored row has.
        case ifMoreComplete([String])
    }

    /// The columns by which a row is found again.
    public let key: [String]
    /// What becomes of a row whose key is stored.
    public let rule: Rule
    /// Columns whose stored value stays, whatever arrives.
    public private(set) var kept: [String] = []
    /// Columns that stay true once they are.
    public private(set) var lasting: [String] = []
    /// Columns that are one value together.
    public private(set) var joint: [String] = []
    /// Columns that are computed from another, by the other's name.
    public private(set) var computed: [String: String] = [:]

    private init(_ key: [String], _ rule: Rule) {
        self.key = key
        self.rule = rule
    }

    /// Stores a row whose key is not stored yet, and leaves the others as they are.
    public static func insertIfAbsent(on key: String...) -> Policy {
        Policy(key, .insertIfAbsent)
    }

    /// Stores a row, or replaces the stored values by those that arrive.
    public static func upsert(on key: String...) -> Policy { Policy(key, .upsert) }

    /// Stores a row, or replaces one that is no more complete.
    ///
    /// These columns are one value together: mixing two places would make one that is nowhere. So a row
    /// replaces the stored one only where it has every part of it that is stored.
    public static func ifMoreComplete(
        on key: String..., counting columns: String...
    ) -> Policy {
        Policy(key, .ifMoreComplete(columns))
    }

    /// Leaves stored values of some columns as they are; where nothing is stored, what arrives is.
    public func neverOverwrite(_ columns: String...) -> Policy {
        var copy = self
        copy.kept += columns
        return copy
    }

    /// Lets some columns become true and never false again.
    public func onceTrue(_ columns: String...) -> Policy {
        var copy = self
        copy.lasting += columns
        return copy
    }

    /// Makes some columns one value: they are replaced or filled in together, or not at all.
    ///
    /// A number says nothing without the name of what is numbered.
    public func together(_ columns: String...) -> Policy {
        var copy = self
        copy.joint = columns
        return copy
    }

    /// Has a column go with the one that it is computed from: taken when that is, and null where it has none.
    ///
    /// The upper end of an older range beside a newer one that has none would be a number nobody said.
    public func following(_ column: String, _ source: String) -> Policy {
        var copy = self
        copy.computed[column] = source
        return copy
    }

    /// The policy in words, for documents.
    public var sentence: String {
        let keys = key.joined(separator: " + ")
        let lead =
            switch rule {
            case .insertIfAbsent: "insert if \(keys) is absent"
            case .upsert: "upsert on \(keys)"
            case .ifMoreComplete(let columns):
                "upsert on \(keys), only where no stored part of "
                    + "\(columns.joined(separator: ", ")) is missing"
            }
        return lead
            + (kept.isEmpty ? "" : "; never overwrite \(kept.joined(separator: ", "))")
            + computed.sorted { $0.key < $1.key }.map { "; \($0.key) goes with \($0.value)" }
            .joined()
            + (joint.isEmpty ? "" : "; \(joint.joined(separator: " and ")) together")
            + (lasting.isEmpty ? "" : "; once true, \(lasting.joined(separator: ", ")) stays true")
    }
}
