import CLibPQ

/// A statement and its values, to be sent together with others.
public struct BoundStatement: Sendable {
    /// One statement, with `$1`, `$2`, … for the bindings.
    public let sql: String
    /// Values in the server's text form; nil is null.
    public let bindings: [String?]

    /// Creates one.
    public init(_ sql: String, _ bindings: [String?] = []) {
        self.sql = sql
        self.bindings = bindings
    }
}

extension Connection {
    /// Runs several statements for a single wait: all are sent, then all answers are read.
    ///
    /// None after the first that fails is run. `BEGIN` and `COMMIT` may stand among them; without them, they
    /// are one transaction.
    ///
    /// - Parameters:
    ///   - statements: The statements, in order.
    ///   - areKept: Whether the server keeps them, parsed and planned, for the next time. A pooler that lends
    ///     its connections between transactions may not know what is kept where; that ends in an error, after
    ///     which this connection keeps no more (``keepsStatements``).
    ///   - deadline: How long all of them may take together.
    /// - Returns: The rows of each.
    /// - Throws: What the first that failed says; otherwise as ``query(_:_:deadline:)``.
    public func query(
        _ statements: [BoundStatement], keeping areKept: Bool = false, deadline: Duration? = nil
    ) async throws(PostgresError) -> [Rows] {
        for statement in statements { try refuseNUL(in: statement.bindings + [statement.sql]) }
        let messages = session.messages(of: statements, keeping: areKept)
        return try await unsafe exchange(deadline) { pointer in
            unsafe Session.pipelined(pointer) { pointer in
                messages.allSatisfy { unsafe $0.send(over: pointer) }
            }
        } receive: { session throws(PostgresError) in
            var answers: [Rows] = []
            var place = 0
            do throws(PostgresError) {
                try session.pipelineResults { result in
                    switch messages[place] {
                    case .prepare(let sql, let name):
                        session.keptStatements[sql] = name
                    case .run, .runKept:
                        var rows = Rows(columns: result.columnNames)
                        result.append(to: &rows)
                        answers.append(rows)
                    }
                    place += 1
                }
            } catch {
                if error.isAboutKeptStatements { session.forgetStatements() }
                throw error
            }
            return answers
        }
    }

    /// Whether statements are kept; not after a pooler mixed them up.
    public var keepsStatements: Bool { session.keepsStatements }
}

/// What a statement comes down to on the wire.
enum PipelineMessage: Sendable {
    case prepare(sql: String, name: String)
    case run(BoundStatement)
    case runKept(name: String, bindings: [String?])

    /// Hands it to libpq.
    func send(over pointer: OpaquePointer) -> Bool {
        switch self {
        case .prepare(let sql, let name):
            return unsafe PQsendPrepare(pointer, name, sql, 0, nil) == 1
        case .run(let statement):
            return unsafe withCStrings(statement.bindings) { values in
                unsafe PQsendQueryParams(
                    pointer, statement.sql, Int32(statement.bindings.count), nil, values, nil, nil,
                    0) == 1
            }
        case .runKept(let name, let bindings):
            return unsafe withCStrings(bindings) { values in
                unsafe PQsendQueryPrepared(
                    pointer, name, Int32(bindings.count), values, nil, nil, 0) == 1
            }
        }
    }
}

extension Session {
    /// So many statements are kept at the most: who runs others each time would fill the server's memory.
    private static let limit = 200

    /// The messages of some statements, the preparation of each before the first time it is kept.
    func messages(of statements: [BoundStatement], keeping areKept: Bool) -> [PipelineMessage] {
        var messages: [PipelineMessage] = []
        var names = keptStatements
        for statement in statements {
            guard areKept, keepsStatements else {
                messages.append(.run(statement))
                continue
            }
            if let name = names[statement.sql] {
                messages.append(.runKept(name: name, bindings: statement.bindings))
            } else if names.count < Self.limit {
                let name = Self.name(of: statement.sql)
                names[statement.sql] = name
                messages.append(.prepare(sql: statement.sql, name: name))
                messages.append(.runKept(name: name, bindings: statement.bindings))
            } else {
                messages.append(.run(statement))
            }
        }
        return messages
    }

    /// Keeps no more.
    func forgetStatements() {
        keepsStatements = false
        keptStatements = [:]
    }

    /// A name that no other statement has, on whichever connection a pooler has it run (FNV-1a, twice).
    private static func name(of sql: String) -> String {
        var (low, high): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142)
        for byte in sql.utf8 {
            low = (low ^ UInt64(byte)) &* 0x100_0000_01b3
            high = (high ^ UInt64(~byte)) &* 0x100_0000_01b3
        }
        return "assay_\(String(low, radix: 36))_\(String(high, radix: 36))"
    }
}

extension PostgresError {
    /// Whether the server does not know a kept statement that it should, or knows one that it should not.
    var isAboutKeptStatements: Bool {
        sqlState == .undefinedStatement || sqlState == .duplicateStatement
    }
}
