/// A normal form: the function that gives it, in Swift and in SQL, side by side.
///
/// Both forms of the function agree on every text that PostgreSQL can store in a UTF-8 database.
/// In SQL a value is a column or another cheap expression: it is spelled more than once.
public struct Normalizer: Sendable, Hashable {
    private enum Form: String, Sendable {
        case domain, url, email, lowercase, trimmed, name
    }

    private let form: Form

    /// A bare domain, as in `example.com`.
    public static let domain = Normalizer(form: .domain)
    /// A web address, as in `https://www.example.com/about`.
    public static let url = Normalizer(form: .url)
    /// An e-mail address, as in `info@example.com`.
    public static let email = Normalizer(form: .email)
    /// Text without the letters A to Z.
    public static let lowercase = Normalizer(form: .lowercase)
    /// Text that neither begins nor ends with white space.
    public static let trimmed = Normalizer(form: .trimmed)
    /// A name: trimmed, its words one space apart; compared without regard to case.
    public static let name = Normalizer(form: .name)

    /// Every normal form there is.
    public static let all: [Normalizer] = [.domain, .url, .email, .lowercase, .trimmed, .name]

    /// What it is called in a declaration, for example `domain`.
    public var name: String { form.rawValue }

    /// What a value in normal form is, in words.
    public var phrase: String { rules.phrase }

    private var rules: any NormalForm.Type {
        switch form {
        case .domain: DomainName.self
        case .url: URLForm.self
        case .email: EmailForm.self
        case .lowercase: LowerCase.self
        case .trimmed: Trimmed.self
        case .name: NameForm.self
        }
    }

    // MARK: In SQL

    /// A SQL boolean: whether a value is in normal form already; null for null.
    ///
    /// It is the cheap spelling for a scan of millions of rows, and has no subquery, so that a
    /// `CHECK` constraint and a partial index take it too.
    public func isNormalized(_ value: SQL, encoding: ServerEncoding = .utf8) -> SQL {
        "(\(rules.isNormalized(value.comparable, encoding: encoding)))"
    }

    /// The same under the collation that the value has, spelled so that all give one answer.
    package func isNormalizedAsItIs(_ value: SQL, encoding: ServerEncoding = .utf8) -> SQL {
        "(\(rules.isNormalized("\(value)::text", encoding: encoding)))"
    }

    /// A SQL text: the normal form of a value, or null where there is none.
    ///
    /// A value in normal form already costs what ``isNormalized(_:encoding:)`` costs.
    public func normalized(_ value: SQL, encoding: ServerEncoding = .utf8) -> SQL {
        normalized(
            value, where: rules.isNormalized(value.comparable, encoding: encoding),
            encoding: encoding)
    }

    /// The same where it has been found out already whether the value is in normal form.
    fileprivate func normalized(
        _ value: SQL, where isNormal: SQL, encoding: ServerEncoding
    ) -> SQL {
        let text = value.comparable
        return """
            (CASE WHEN \(isNormal) THEN \(text) \
            ELSE \(rules.repaired(text, encoding: encoding)) END)
            """
    }

    /// A SQL text by which two values are compared: the normal form, of names without regard to
    /// case.
    public func key(_ value: SQL, encoding: ServerEncoding = .utf8) -> SQL {
        rules.key(normalized(value, encoding: encoding))
    }

    fileprivate func comparisonKey(_ normal: SQL) -> SQL { rules.key(normal) }

    /// What a value that is in normal form already is compared by; `nil` for the value itself.
    func key(ofNormal value: SQL) -> SQL? {
        let text = value.comparable
        let key = rules.key(text)
        return key == text ? nil : key
    }

    /// Whether two texts in normal form are compared as they are.
    package var comparesAsIs: Bool { form != .name }

    /// Whether the SQL form has no subquery, so that an index takes it.
    var fitsIndex: Bool { form == .lowercase || form == .trimmed }

    // MARK: In Swift

    /// The normal form of a text, or the reason why there is none.
    public func normalize(_ text: String) -> Normalization {
        if isNormalized(text) { return .normal(text) }
        switch rules.repaired(Array(text.utf8)) {
        case .normal(let bytes): return .normal(String(decoding: bytes, as: UTF8.self))
        case .none(let reason): return .none(reason: reason)
        }
    }

    /// Whether the bytes of a text are in normal form already.
    package func isNormalized(_ text: Span<UInt8>) -> Bool { rules.isNormalized(text) }

    /// The bytes that two texts are compared by, or `nil` where there is no normal form.
    ///
    /// - Parameters:
    ///   - text: The bytes of a text.
    ///   - isNormal: Whether it is in normal form.
    /// - Returns: Bytes that other texts of the same form have, and no others.
    package func key(_ text: consuming [UInt8], isNormal: Bool) -> ArraySlice<UInt8>? {
        if isNormal { return rules.key(text[...]) }
        guard case .normal(let normal) = rules.repaired(text) else { return nil }
        return rules.key(normal)
    }

    /// Whether a text is in normal form already.
    ///
    /// A literal is a text: in SQL, a column's name is written `SQL.identifier("domain")`.
    public func isNormalized(_ text: String) -> Bool {
        rules.isNormalized(text.utf8.span)
    }

    /// What two texts are compared by, or `nil` where there is no normal form.
    public func key(_ text: String) -> String? {
        key(Array(text.utf8), isNormal: isNormalized(text))
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A column in a normal form, as every question about it spells it.
///
/// Two questions about one form of one column can be asked at the price of one.
public struct ColumnForm: Sendable, Hashable {
    /// The column.
    public let column: String
    /// The form.
    package let normalizer: Normalizer
    private let encoding: ServerEncoding
    private let isShipped: Bool

    /// Names a column and a form.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - normalizer: The form.
    ///   - encoding: How the server stores text.
    ///   - isShipped: Whether other servers are asked, under the column's own collation.
    public init(
        _ column: String, as normalizer: Normalizer, encoding: ServerEncoding,
        isShipped: Bool = false
    ) {
        self.column = column
        self.normalizer = normalizer
        self.encoding = encoding
        self.isShipped = isShipped
    }

    /// A SQL boolean: whether the column's value stands in the form; null for null.
    public var isNormal: SQL {
        isShipped
            ? normalizer.isNormalizedAsItIs(.identifier(column), encoding: encoding)
            : normalizer.isNormalized(.identifier(column), encoding: encoding)
    }

    /// What is asked of the column alone: whether every value of it stands in the form.
    public var question: Question {
        let context = CheckContext(
            table: TableName(schema: "", name: ""), shapes: [:], encoding: encoding)
        return Normalized(column, as: normalizer).question(in: context)
    }

    /// The declaration that asks it: `Normalized("domain", as: .domain)`.
    public var declaration: String { "Normalized(\"\(column)\", as: .\(normalizer.name))" }

    /// Whether values that stand in the form are compared as they are.
    public var comparesAsIs: Bool { normalizer.comparesAsIs }

    /// A SQL text that two rows share when their values have one form; null where there is none.
    public var key: SQL { key(where: isNormal) }

    /// The same, where ``isNormal`` has been computed and is called by another name.
    public func key(where isNormal: SQL) -> SQL {
        let normal = normalizer.normalized(
            .identifier(column), where: isNormal, encoding: encoding)
        return "\(normalizer.comparisonKey(normal)) COLLATE \"C\""
    }
}

/// What became of a text.
public enum Normalization: Sendable, Hashable {
    /// The normal form.
    case normal(String)
    /// There is none, for a reason such as `blank` or `no_dot`.
    case none(reason: String)
}

/// What became of the bytes of a text.
enum NormalBytes {
    /// The normal form.
    case normal(ArraySlice<UInt8>)
    /// There is none, for a reason such as `blank` or `no_dot`.
    case none(reason: String)
}

/// How the server stores text.
public enum ServerEncoding: Sendable, Hashable {
    /// `UTF8`.
    case utf8
    /// Anything else: white space and invisible characters beyond ASCII are taken for letters.
    case other
}

/// The rules of one normal form: a function twice, in SQL and in Swift.
///
/// A value in SQL comes as text under the collation "C"; to ``isNormalized(_:encoding:)`` also under its
/// own, where what a collation has a say in is spelled otherwise.
protocol NormalForm {
    /// What a value in normal form is, in words.
    static var phrase: String { get }

    /// Whether a value is in normal form.
    static func isNormalized(_ value: SQL, encoding: ServerEncoding) -> SQL
    /// The normal form of a value that is not in normal form, or null.
    static func repaired(_ value: SQL, encoding: ServerEncoding) -> SQL
    /// What a normal form is compared by.
    static func key(_ normal: SQL) -> SQL

    /// Whether a text is in normal form.
    static func isNormalized(_ text: Span<UInt8>) -> Bool
    /// The normal form of a text that is not in normal form, or the reason why there is none.
    static func repaired(_ text: consuming [UInt8]) -> NormalBytes
    /// What a normal form is compared by.
    static func key(_ normal: ArraySlice<UInt8>) -> ArraySlice<UInt8>
}

extension NormalForm {
    static func key(_ normal: SQL) -> SQL { normal }
    static func key(_ normal: ArraySlice<UInt8>) -> ArraySlice<UInt8> { normal }
}

extension SQL {
    /// The value as text that is compared byte by byte, whatever the type and collation of its
    /// column.
    fileprivate var comparable: SQL { "\(self)::text COLLATE \"C\"" }

    /// Whether it says that it is compared byte by byte.
    var isComparable: Bool {
        if case .text(let text)? = parts.last { text.hasSuffix("COLLATE \"C\"") } else { false }
    }

    /// A text constant, written out so that the planner sees it, invisible characters as `\uXXXX`.
    static func literal(_ text: String) -> SQL {
        var body = ""
        var escapes = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": body += "''"
            case "\\":
                body += "\\\\"
                escapes = true
            case " "..."~": body.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                body += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                escapes = true
            }
        }
        return SQL(unchecked: escapes ? "E'\(body)'" : "'\(body)'")
    }
}
