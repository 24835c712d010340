import Assay
public import Auditor
import Postgres
import SQLSyntax

/// A migration that makes faults impossible.
public struct LockScript: Sendable, Hashable {
    /// What one check is locked in by.
    public struct Entry: Sendable, Hashable {
        /// The check's identity.
        public let check: String
        /// The constraint or index, in words.
        public let words: String
        /// Why the audit goes on measuring all the same, if it does.
        public let caveat: String?
    }

    /// The text of `lock.sql`.
    public let sql: String
    /// The checks it locks in, in the order of the script.
    public let entries: [Entry]
    /// Checks that a constraint proves already, with its name.
    public let proven: [String]
}

extension FixSession {
    /// Writes the migration that makes a fault of some checks impossible.
    ///
    /// It is not run. The checks are measured, and each constraint is tried on an empty copy of its table in a
    /// transaction that is rolled back.
    ///
    /// - Parameters:
    ///   - checks: The checks' identities.
    ///   - file: Where the script will stand, for the words at its head.
    /// - Returns: The migration.
    /// - Throws: A refusal where a check is broken at present or no constraint can hold it, and
    ///   `PostgresError`.
    public func lock(_ checks: [String], file: String) async throws -> LockScript {
        let connection = try await open()
        try await settle(connection)
        let catalog = try await Catalog.read(from: connection)
        try suite.refuseUnknownNames(in: catalog)
        let locker = LockWriter(
            suite: suite, catalog: catalog, connection: connection,
            spelling: try await Spelling.read(from: connection))
        let chosen = suite.checks.filter { checks.contains($0.id) }
        let targets = try locker.targets(chosen)
        try await refuseBroken(targets.map(\.check), catalog, connection)
        let script = try await locker.write(
            targets, proven: locker.proven(among: chosen), file: file)
        try await connection.rollback()
        await connection.close()
        return script
    }

    /// Runs a migration as psql would: each statement on its own.
    ///
    /// - Throws: What the server says of the first statement that it does not take.
    public func run(_ script: LockScript) async throws {
        let connection = try await open()
        for statement in try SQLSyntax.statements(in: script.sql) {
            try await connection.execute(statement.text, deadline: options.deadline)
        }
        await connection.close()
    }

    /// A constraint that the rows there are would break is of no use to anybody.
    private func refuseBroken(
        _ checks: [SuiteCheck], _ catalog: Catalog, _ connection: Connection
    ) async throws {
        let ids = Set(checks.map(\.id))
        var audit = AuditOptions(target: options.target)
        audit.deadline = options.deadline
        audit.samples = 0
        let verdicts =
            try await suite.keeping { ids.contains($0.id) }?
            .verdicts(on: connection, catalog: catalog, options: audit) ?? [:]
        let problems = checks.compactMap { check -> Refusal.Item? in
            switch verdicts[check.id] {
            case .measured(let measure, _)? where measure.violations > 0:
                let name = check.check.options.fix == nil ? " --name NAME" : ""
                return .init(
                    "\(check.id) is broken by \(measure.violations.counted("row")) of "
                        + "\(measure.scope.grouped), which the constraint would not accept; mend them "
                        + "first: assay fix plan \(check.id)\(name)", at: check.source)
            case .errored(let reason)?:
                return .init("\(check.id) cannot be evaluated: \(reason)", at: check.source)
            case .measured?, .proven?, nil:
                return nil
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }
}

extension FixFolder {
    /// The name of a check's folder: the one it declares, or one made from its identity.
    public static func name(for check: SuiteCheck) -> String {
        if let name = check.check.options.fix { return name }
        var name = ""
        for character in check.id.lowercased() {
            let isFit = character.isASCII && (character.isLetter || character.isNumber)
            if isFit || "_.".contains(character) {
                name.append(character)
            } else if !name.hasSuffix("-") {
                name.append("-")
            }
        }
        return name.utf8.count <= 80
            ? name : name.shortened(to: 71) + "-" + Digest.hex(of: [Array(check.id.utf8)]).prefix(8)
    }

    /// Writes the migration that locks in what the fix mended.
    ///
    /// - Throws: A refusal where another stands there and may not be written over.
    public func write(_ script: LockScript, overwrites: Bool) throws(Refusal) {
        if !overwrites, read(lockPath) != nil {
            throw Refusal("\(lockPath) is there already; write over it with --overwrite")
        }
        try write(Array(script.sql.utf8), to: lockPath)
    }
}
