public import Assay
import Auditor
import SQLSyntax

/// The rules that names in code are held to.
public enum NameRule: String, Sendable, Hashable, CaseIterable {
    /// A schema that does not exist.
    case missingSchema = "missing-schema"
    /// A table or view that does not exist.
    case missingTable = "missing-table"
    /// A column that its table does not have.
    case missingColumn = "missing-column"
    /// A function that does not exist, or that does not take these arguments.
    case missingFunction = "missing-function"
    /// A type, constraint or other object that does not exist.
    case missingObject = "missing-object"
    /// A related resource that no foreign key leads to.
    case missingRelationship = "missing-relationship"
    /// A related resource that more than one foreign key leads to.
    case ambiguousRelationship = "ambiguous-relationship"
    /// The columns of an upsert that no unique index is on.
    case noUniqueIndex = "no-unique-index"
    /// A schema that PostgREST does not serve.
    case notExposed = "not-exposed"
    /// A right that the clients' role does not have.
    case missingGrant = "missing-grant"
    /// A statement that the database does not take, for another reason.
    case refusedStatement = "refused-statement"
    /// Something that was not looked at, where nothing may be left out.
    case notEvaluated = "not-evaluated"

    /// How much it matters.
    public var severity: Severity? {
        switch self {
        case .notEvaluated: nil
        case .refusedStatement: .warning
        default: .error
        }
    }

    /// What is found, in one sentence.
    public var summary: String {
        switch self {
        case .missingSchema: "Code names a schema that the database does not have."
        case .missingTable: "Code names a table or view that the database does not have."
        case .missingColumn: "Code names a column that its table does not have."
        case .missingFunction:
            "Code calls a function that the database does not have, or with other arguments."
        case .missingObject: "Code names a type, a constraint or another object that is not there."
        case .missingRelationship:
            "A request embeds a table that no foreign key leads to, or filters by one it does not select."
        case .ambiguousRelationship:
            "A request embeds a table that more than one foreign key leads to."
        case .noUniqueIndex: "An upsert names columns that no unique index is on."
        case .notExposed: "A request is for a schema that PostgREST does not serve."
        case .missingGrant: "A request needs a right that the clients' role does not have."
        case .refusedStatement:
            "The database does not take a statement, though its names are known."
        case .notEvaluated: "With --strict: what is only known at run time was not looked up."
        }
    }

    /// Why it matters, in one sentence.
    public var why: String {
        switch self {
        case .missingSchema, .missingTable, .missingColumn, .missingFunction, .missingObject:
            "It fails when it is first run, and often behind a handler that hides it."
        case .missingRelationship:
            "PostgREST answers the request with an error (PGRST200, PGRST108) and no rows."
        case .ambiguousRelationship:
            "PostgREST answers the request with PGRST201 until it is told which one is meant."
        case .noUniqueIndex:
            "The upsert fails with 42P10: nothing tells which row it would collide with."
        case .notExposed: "PostgREST answers every request for the schema with PGRST106."
        case .missingGrant: "The request is answered with 42501, permission denied."
        case .refusedStatement: "The statement fails whenever it is run."
        case .notEvaluated: "A name that nobody looked up is no name that was found."
        }
    }

    /// What to do, in one sentence.
    public var instead: String {
        switch self {
        case .missingSchema, .missingTable, .missingColumn, .missingFunction, .missingObject:
            "Name what is there, or run the migration that makes it."
        case .missingRelationship: "Name a related table, or declare the foreign key."
        case .ambiguousRelationship: "Write the foreign key behind the table: table!constraint(…)."
        case .noUniqueIndex: "Name the columns of a unique index, or create one."
        case .notExposed:
            "Add the schema to pgrst.db_schemas, or have the client ask for another one."
        case .missingGrant: "Grant the right, or have the client act as another role."
        case .refusedStatement:
            "Run the statement by hand; the database's own words say what is wrong."
        case .notEvaluated: "Write the name where it is used, or as a constant of the same file."
        }
    }

    /// The rule's page in Markdown, which `assay explain` prints.
    public var page: String {
        """
        # \(rawValue)

        \(summary)

        Severity: \(severity?.rawValue ?? "none, for nothing was judged"). Found by `assay names`.

        ## Why it matters

        \(why)

        ## Instead

        \(instead)

        """
    }
}

/// Something that was not looked at, and why.
public struct Unevaluated: Sendable, Hashable {
    /// Where it stands.
    public let place: Finding.Place
    /// What it is, such as `SELECT` or `.from(…)`.
    public let what: String
    /// Why it was not looked at.
    public let reason: String
    let excerpt: String
    let fingerprint: String
}

extension Refusal {
    static func noRole(_ role: String) -> Refusal {
        Refusal("there is no role \(role); --role names the role that clients act as")
    }

    static func noFolder(_ path: String) -> Refusal {
        Refusal("there is no file or folder \(path)")
    }

    static let noFiles = Refusal(
        "no file of Python, TypeScript, JavaScript, Swift or SQL was found; name the folders that "
            + "hold the code")
}

/// What a check of names adds to.
struct Verdicts {
    private(set) var findings: [Finding] = []
    private(set) var unevaluated: [Unevaluated] = []
    private var seen: Set<Key> = []
    /// How often a file has the same fault.
    private var ordinals: [[String]: Int] = [:]

    private struct Key: Hashable {
        let rule: NameRule
        let file: String
        let offset: Int
        let message: String
    }

    /// Adds a finding, once for each place.
    mutating func add(
        _ rule: NameRule, _ message: String, in source: SourceText, at offset: Int, length: Int,
        note: Finding.Note? = nil
    ) {
        let key = Key(rule: rule, file: source.path, offset: offset, message: message)
        guard seen.insert(key).inserted else { return }
        let (start, end) = (source.location(at: offset), source.location(at: offset + length))
        findings.append(
            Finding(
                rule: rule.rawValue, severity: rule.severity, message: message,
                place: Finding.Place(
                    file: source.path, line: start.line, column: start.column, endLine: end.line,
                    endColumn: end.column),
                excerpt: source.line(start.line), notes: note.map { [$0] } ?? [],
                why: rule.why, help: rule.instead,
                fingerprint: fingerprint(rule, source.path, message)))
    }

    /// A finding's identity across runs, whatever stands above it and whatever else there is.
    private mutating func fingerprint(_ rule: NameRule, _ file: String, _ message: String) -> String
    {
        let what = [rule.rawValue, file, String(message.withoutSuggestion)]
        ordinals[what, default: 0] += 1
        let pieces = (what + ["\(ordinals[what, default: 0])"]).map { Array($0.utf8) }
        return String(Digest.hex(of: pieces).prefix(16))
    }

    mutating func skip(
        _ what: String, _ reason: String, in source: SourceText, at offset: Int
    ) {
        let start = source.location(at: offset)
        unevaluated.append(
            Unevaluated(
                place: Finding.Place(file: source.path, line: start.line, column: start.column),
                what: what, reason: reason, excerpt: source.line(start.line),
                fingerprint: fingerprint(.notEvaluated, source.path, "\(what) \(reason)")))
    }
}

extension String {
    /// A message without the name that is near, which changes with what else there is.
    fileprivate var withoutSuggestion: Substring {
        firstRange(of: "; did you mean ").map { self[..<$0.lowerBound] } ?? self[...]
    }
}
