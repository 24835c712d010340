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

    /// How much it matters.
    public var severity: Severity { self == .refusedStatement ? .warning : .error }

    /// Why it matters, in one sentence.
    public var why: String {
        switch self {
        case .missingSchema, .missingTable, .missingColumn, .missingFunction, .missingObject:
            "The statement fails when it is first run, and often behind a handler that hides it."
        case .missingRelationship:
            "PostgREST answers the request with PGRST200 and embeds nothing."
        case .ambiguousRelationship:
            "PostgREST answers the request with PGRST201 until it is told which one is meant."
        case .noUniqueIndex:
            "The upsert fails with 42P10; nothing tells which row it would collide with."
        case .notExposed: "PostgREST answers every request for the schema with PGRST106."
        case .missingGrant: "The request is answered with 42501, permission denied."
        case .refusedStatement: "The database does not prepare the statement as it stands."
        }
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
        help: String? = nil
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
                excerpt: source.line(start.line), why: rule.why, help: help,
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
                what: what, reason: reason))
    }
}

extension String {
    /// A message without the name that is near, which changes with what else there is.
    fileprivate var withoutSuggestion: Substring {
        firstRange(of: "; did you mean ").map { self[..<$0.lowerBound] } ?? self[...]
    }
}
