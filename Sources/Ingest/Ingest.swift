public import Assay
import Auditor
public import Postgres

/// What takes payloads in: each in one transaction, with one honest answer.
public struct Ingest: Sendable {
    let door: Door

    /// Takes payloads into tables of which this is promised.
    ///
    /// - Parameter tables: What `checks/` declares. Promises about single rows are held before they are
    ///   stored; the others by the schema, or by the nightly audit.
    public init(tables: [Table]) {
        door = Door(tables: tables)
    }

    /// Takes a payload in, and says what became of it.
    ///
    /// The answer is given once all is committed, or nothing is.
    ///
    /// - Parameters:
    ///   - payload: The bytes as they came.
    ///   - workflow: The path it takes.
    ///   - key: What the caller names the request by; sent again with the same key, it is answered as before.
    ///   - request: What the caller sent, where the payload was made of it.
    ///   - connection: A connection of its own for the time, outside a transaction, as the role
    ///     `warehouse_ingest`.
    /// - Returns: The answer.
    /// - Throws: `PostgresError` where the connection was lost or the statement cancelled; then it is not
    ///   known whether the payload was stored, and a key tells when it is sent again.
    public func accept(
        _ payload: [UInt8], by workflow: Workflow, key: String? = nil,
        madeOf request: [UInt8]? = nil, over connection: Connection
    ) async throws(PostgresError) -> Answer {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONReader.value(of: payload)
        } catch {
            return Answer(
                .malformed, "the payload is no JSON that can be taken in; nothing was stored",
                problems: [Problem(path: error.path, sentence: error.sentence)])
        }
        if let key, !(1...200).contains(key.utf8.count) {
            return .invalid([Problem(path: "", sentence: "the key must have 1 to 200 bytes")])
        }
        let subject: String
        switch workflow.read(value) {
        case .success(let found): subject = found
        case .failure(let fault): return .invalid(fault.problems)
        }
        let problems = door.problems(of: subject, workflow)
        guard problems.isEmpty else { return .invalid(problems) }
        let arrival = Arrival(
            workflow: workflow, value: value, subject: subject,
            body: String(decoding: payload, as: UTF8.self))
        let key = key.map { (text: $0, digest: Digest.hex(of: [request ?? payload])) }
        // On the connection's own thread, so that no statement waits for another to take it there and back.
        return try await connection.run { connection throws(PostgresError) in
            try await self.retrying { () throws(PostgresError) in
                try await self.answer(arrival, key: key, connection)
            }
        }
    }

    private nonisolated(nonsending) func answer(
        _ arrival: Arrival, key: (text: String, digest: String)?, _ connection: Connection
    ) async throws(PostgresError) -> Answer {
        do throws(PostgresError) {
            var run = PayloadRun(arrival: arrival, door: door, connection: connection)
            try run.gather(.begin)
            if let key {
                try run.gather(.beginAnswer, [arrival.workflow.name, key.text, key.digest])
                if try await run.settle()?.isEmpty != false {
                    let earlier = try await earlierAnswer(key, arrival.workflow, connection)
                    try await connection.rollback()
                    return earlier
                }
            }
            try run.keep()
            try await run.take()
            if let key {
                try await run.settle()
                let answer = Answer(accepted: arrival.workflow.answer(run.context))
                try run.gather(
                    .rememberAnswer, [arrival.workflow.name, key.text, answer.body.text])
            }
            try run.gather(.commit)
            try await run.settle()
            return Answer(accepted: arrival.workflow.answer(run.context))
        } catch {
            try await connection.leave(error)
            guard error.isAboutTheData else { throw error }
            return Answer(.refused, error.refusalOfRows)
        }
    }

    /// Tries again where two transactions stood in each other's way, or a pooler in that of kept statements.
    private nonisolated(nonsending) func retrying(
        _ body: nonisolated(nonsending) () async throws(PostgresError) -> Answer
    ) async throws(PostgresError) -> Answer {
        for _ in 1...3 {
            do throws(PostgresError) {
                return try await body()
            } catch {
                let passing: [SQLState?] = [
                    .deadlockDetected, .serializationFailure, .undefinedStatement,
                    .duplicateStatement,
                ]
                guard passing.contains(error.sqlState) else { throw error }
            }
        }
        return try await body()
    }

    /// Every statement that taking payloads in may run.
    public var statements: [Statement] {
        var seen: Set<String> = []
        var all: [Statement] = [
            .beginAnswer, .findAnswer, .rememberAnswer, .forgetAnswers, .claimSubject, .knownName,
            .quarantine, .settle, .settlePlaces, .listQuarantine, .dropQuarantined,
            .findQuarantined, .findCursor, .moveCursor, .endCursor, .knownColumns,
        ]
        for workflow in Workflow.all {
            all += workflow.statements
            all += [workflow.reading, workflow.finding, workflow.counting]
            all += workflow.destinations.compactMap { door.entrance(to: $0).judging }
        }
        for backfill in Backfill.all {
            all += backfill.statements
            all += [door.entrance(to: backfill.destination).judging].compactMap(\.self)
        }
        all += Lookup.all.map(\.statement) + Statement.sending + Statement.pageReading
        return all.filter { seen.insert($0.name + "\n" + $0.sql.readable).inserted }
    }
}

/// A payload that has been read.
struct Arrival: Sendable {
    let workflow: Workflow
    let value: JSONValue
    /// What it is about, in its normal form.
    let subject: String
    /// The bytes as they came, as text.
    let body: String

    /// The payload as `jsonb` takes it: the bytes as they came, unless they hold what no text of PostgreSQL does.
    var copy: String { body.utf8.contains(UInt8(ascii: "\\")) ? value.text : body }
}

/// What is wrong with a payload.
struct Invalid: Error {
    let problems: [Problem]
}

extension Workflow {
    /// Holds a payload against the workflow's fields, and finds out what it is about.
    func read(_ value: JSONValue) -> Result<String, Invalid> {
        var problems = Validation.problems(of: value, fields)
        let item = Item(value: value, path: "")
        let subject =
            self.subject.form.map { item.text(self.subject.field, as: $0) }
            ?? item.text(self.subject.field)
        if let fault = subject.fault, problems.isEmpty {
            problems.append(Problem(path: subject.path, sentence: fault.sentence))
        }
        guard problems.isEmpty, let text = subject.text else {
            return .failure(Invalid(problems: problems))
        }
        guard text.utf8.count <= Door.keyLimit else {
            let sentence = "is longer than \(Door.keyLimit) bytes"
            return .failure(
                Invalid(problems: [Problem(path: subject.path, sentence: sentence)]))
        }
        return .success(text)
    }
}

extension Statement {
    static let begin = Statement(
        "begin", parameters: 0, "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE")
    static let commit = Statement("commit", parameters: 0, "COMMIT")
}

extension Connection {
    /// Ends a transaction after an error, whatever its state; a connection that is lost has none.
    func leave(_ error: PostgresError) async throws(PostgresError) {
        guard !error.isConnectionLoss, isInTransaction else { return }
        do throws(PostgresError) {
            try await rollback()
        } catch {
            close()
        }
    }
}

extension PostgresError {
    /// Whether the server refused rows, not the statement, the role or the moment.
    var isAboutTheData: Bool {
        guard code == .server, let state = sqlState?.rawValue else { return false }
        return state.hasPrefix("23") || state.hasPrefix("22") || sqlState == .programLimitExceeded
    }

    /// A sentence that names the rule and the table, and no value.
    var refusalOfRows: String {
        let place = [schema, table].compactMap(\.self).joined(separator: ".")
        let rule = constraint.map { "constraint \($0)" } ?? "SQLSTATE \(sqlState?.rawValue ?? "")"
        return "\(place.isEmpty ? "the database" : place) does not take a row of it (\(rule)); "
            + "nothing was stored"
    }
}
