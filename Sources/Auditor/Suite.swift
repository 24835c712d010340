public import Assay
import FoundationEssentials

/// A declared check with its table and its identity.
public struct SuiteCheck: Sendable {
    /// The check's identity across runs: `core.companies/required:name`.
    public let id: String
    /// The table it stands on.
    public let table: Table
    /// The check.
    public let check: any Check
    /// Where it was made, relative to the suite's package.
    public let source: SourceLocation
}

/// The tables of a package, taken apart into checks of one subject each.
public struct Suite: Sendable {
    /// The suite's name in reports.
    public let name: String
    /// The tables in order.
    public let tables: [Table]
    /// The checks in order.
    public let checks: [SuiteCheck]
    /// The package's folder, where it can be told.
    public let root: String

    /// Takes tables apart.
    ///
    /// - Parameters:
    ///   - name: The suite's name in reports.
    ///   - tables: The tables.
    ///   - root: The package's folder; paths in reports are relative to it.
    /// - Throws: A refusal where two checks have one identity, a table is declared twice or has no
    ///   check, or a check names no column.
    public init(name: String, tables: [Table], root: String) throws(Refusal) {
        self.name = name
        self.tables = tables
        self.root = root
        var checks: [SuiteCheck] = []
        var problems: [Refusal.Item] = []
        var firstTable: [TableName: SourceLocation] = [:]
        var firstCheck: [String: SourceLocation] = [:]
        for table in tables {
            let place = table.source.relative(to: root)
            if let first = firstTable.updateValue(place, forKey: table.name) {
                problems.append(
                    .init("\(table.name) is declared twice; first at \(first.words)", at: place))
            }
            if table.checks.isEmpty {
                problems.append(
                    .init(
                        "\(table.name) promises nothing; add a check or take the table out",
                        at: place))
            }
            for check in table.checks {
                guard let fault = check.fault ?? check.options.knownIssue?.fault else { continue }
                let source = check.options.source.relative(to: root)
                problems.append(.init("\(check.kind) on \(table.name) \(fault)", at: source))
            }
            for check in table.checks.flatMap(\.parts) {
                let source = check.options.source.relative(to: root)
                let id = Suite.identity(of: check, on: table)
                if let first = firstCheck.updateValue(source, forKey: id) {
                    problems.append(
                        .init(
                            "\(id) is declared twice; first at \(first.words). "
                                + "Tell them apart with .named(\"…\")", at: source))
                }
                checks.append(SuiteCheck(id: id, table: table, check: check, source: source))
            }
        }
        guard problems.isEmpty else { throw Refusal(problems) }
        self.checks = checks
    }

    private static func identity(of check: any Check, on table: Table) -> String {
        let subject = check.options.name ?? check.subject
        return "\(table.name)/\(check.kind)" + (subject.isEmpty ? "" : ":\(subject)")
    }

    /// The suite with only the checks that a person selected.
    ///
    /// - Throws: A refusal where a word selects nothing.
    public func selecting(_ selection: Selection) throws(Refusal) -> Suite {
        var problems: [Refusal.Item] = []
        var kept = checks
        func keep(
            _ words: [String], _ noun: String, _ names: [String],
            _ matches: (SuiteCheck, String) -> Bool
        ) {
            guard !words.isEmpty else { return }
            for word in words where !checks.contains(where: { matches($0, word) }) {
                let hint = Nearest.suggestion(for: word, among: names)
                problems.append(
                    .init("no \(noun) is called \(word)\(hint); `assay list` shows all"))
            }
            kept = kept.filter { check in words.contains { matches(check, $0) } }
        }
        keep(selection.tables, "table of the suite", tables.map(\.name.description)) {
            check, word in
            Pattern(word).matches(check.table.name.description)
                || Pattern(word).matches(check.table.name.name)
        }
        keep(selection.checks, "check", checks.map(\.id) + Kinds.all.map { $0.kind }) {
            check, word in
            check.check.kind == word || check.id == word || check.id.hasPrefix(word + ":")
                || Pattern(word).matches(check.id)
        }
        keep(selection.tags, "tag", checks.flatMap(\.check.options.tags)) { check, word in
            check.check.options.tags.contains(word)
        }
        guard problems.isEmpty else { throw Refusal(problems) }
        guard !kept.isEmpty else {
            throw Refusal("no check is selected by all of these together; nothing was examined")
        }
        return Suite(self, keeping: kept)
    }

    /// The suite with only some checks, or `nil` where none is left.
    public func keeping(_ isKept: (SuiteCheck) -> Bool) -> Suite? {
        let kept = checks.filter(isKept)
        return kept.isEmpty ? nil : Suite(self, keeping: kept)
    }

    private init(_ suite: Suite, keeping kept: [SuiteCheck]) {
        name = suite.name
        root = suite.root
        let names = Set(kept.map(\.table.name))
        tables = suite.tables.filter { names.contains($0.name) }
        checks = kept
    }
}

/// Which checks a person asked for; an empty list asks for all.
public struct Selection: Sendable {
    /// Tables, as `schema.table`, `table` or a pattern with `*`.
    public var tables: [String]
    /// Checks, as an identity, its beginning up to the colon, a kind, or a pattern with `*`.
    public var checks: [String]
    /// Tags.
    public var tags: [String]

    /// Creates a selection.
    public init(tables: [String] = [], checks: [String] = [], tags: [String] = []) {
        self.tables = tables
        self.checks = checks
        self.tags = tags
    }
}

/// Text in which `*` stands for any text.
package struct Pattern {
    private let pieces: [Substring]

    package init(_ text: String) {
        pieces = text.split(separator: "*", omittingEmptySubsequences: false)
    }

    package func matches(_ text: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
            return pieces.first.map { $0 == text } ?? text.isEmpty
        }
        guard text.count >= first.count + last.count, text.hasPrefix(first), text.hasSuffix(last)
        else { return false }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

extension SourceLocation {
    /// The place with its path relative to a folder that contains it.
    func relative(to root: String) -> SourceLocation {
        let prefix = root.hasSuffix("/") ? root : root + "/"
        guard root != "", file.hasPrefix(prefix) else { return self }
        return SourceLocation(file: String(file.dropFirst(prefix.count)), line: line)
    }

    /// `checks/core/companies.swift:12`.
    var words: String { "\(file):\(line)" }
}

extension Suite {
    /// The line of source that made a check, without its indentation, where the source is at hand.
    func excerpts() -> [SourceLocation: String] {
        var excerpts: [SourceLocation: String] = [:]
        let byFile = Dictionary(grouping: checks.map(\.source), by: \.file)
        for (file, places) in byFile {
            let path = file.hasPrefix("/") ? file : "\(root)/\(file)"
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            let lines = String(decoding: data, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            for place in places where place.line >= 1 && place.line <= lines.count {
                excerpts[place] = String(lines[place.line - 1])
            }
        }
        return excerpts
    }
}
