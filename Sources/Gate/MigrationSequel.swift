import SQLSyntax

/// What a migration does behind a statement, by what it is about.
struct MigrationSequel: Sendable {
    private let statements: [MigrationStatement]
    private let places: [String: [Int]]
    /// The statement behind which it begins.
    var position = -1

    init(_ statements: [MigrationStatement] = []) {
        self.statements = statements
        var places: [String: [Int]] = [:]
        for (index, statement) in statements.enumerated() {
            for name in Set(statement.subjects) { places[name, default: []].append(index) }
        }
        self.places = places
    }

    /// All that follows.
    var all: ArraySlice<MigrationStatement> { statements[(position + 1)...] }

    /// What follows about a table, view, routine or schema of this name, whatever schema it is in.
    func about(_ name: String) -> [MigrationStatement] {
        (places[name] ?? []).filter { $0 > position }.map { statements[$0] }
    }

    /// Whether something that follows sets default privileges.
    var setsDefaultPrivileges: Bool {
        places[MigrationStatement.defaultPrivileges]?.last.map { $0 > position } ?? false
    }
}

extension MigrationStatement {
    /// Stands for the subject of ALTER DEFAULT PRIVILEGES, which has no name.
    fileprivate static let defaultPrivileges = "\u{0}default privileges"

    /// The names without schemas of what the statement is about.
    fileprivate var subjects: [String] {
        let node = syntax.node
        switch syntax.nodeType {
        case "ViewStmt": return [node["view"]["relname"].string].compactMap(\.self)
        case "CreateFunctionStmt": return node["funcname"].names.suffix(1).map(\.self)
        case "AlterFunctionStmt": return node["func"]["objname"].names.suffix(1).map(\.self)
        case "GrantStmt":
            return grant.map { $0.objects.map(\.name) + $0.schemas } ?? []
        case "AlterDefaultPrivilegesStmt": return [Self.defaultPrivileges]
        default: return table.map { [$0.name] } ?? []
        }
    }
}
