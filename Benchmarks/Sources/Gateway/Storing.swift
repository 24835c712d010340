import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Server

/// Answers requests: `POST /TABLE?on_conflict=…` stores the row that is its body.
///
/// Each statement of its transaction is waited for, as PostgREST waits (to send them at once is a proposal there:
/// its issue 2295).
struct Storing: HTTPResponder {
    typealias Context = BasicRequestContext

    let pool: ConnectionPool
    let authorization: String
    let statements: Statements

    private static let begin = BoundStatement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    private static let commit = BoundStatement("COMMIT")
    private static let profile = HTTPField.Name("Content-Profile")
    private static let preference = HTTPField.Name("Prefer")
    private static let limit = 10 * 1024 * 1024

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard request.method == .post else { return Response(status: .methodNotAllowed) }
        guard request.headers[.authorization] == authorization else {
            return Response(status: .unauthorized)
        }
        let body = try await request.body.collect(upTo: Self.limit)
        guard let keys = JSONKeys(body.readableBytesView) else {
            return refusal(.badRequest, "the body is no object of JSON")
        }
        let shape = Statements.Shape(
            target: request.head.path ?? "",
            schema: Self.profile.flatMap { request.headers[$0] } ?? "",
            preference: Self.preference.flatMap { request.headers[$0] } ?? "", keys: keys)
        guard let storing = statements[shape] else {
            return refusal(.notFound, "there is no such table, or it has no such columns")
        }
        let transaction = [
            Self.begin, storing.settings(for: request.headers),
            BoundStatement(storing.sql, [String(buffer: body)]), Self.commit,
        ]
        do {
            try await pool.lend { connection in
                do throws(PostgresError) {
                    for statement in transaction {
                        _ = try await connection.query([statement], keeping: true)
                    }
                } catch {
                    if await connection.isInTransaction { try await connection.execute("ROLLBACK") }
                    throw error
                }
            }
        } catch let error as PostgresError where error.code == .server {
            let isConflict = error.sqlState == .uniqueViolation
            return refusal(isConflict ? .conflict : .badRequest, error.messageWithoutValues)
        }
        return Response(status: .created)
    }

    private func refusal(_ status: HTTPResponse.Status, _ message: String) -> Response {
        Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: message)))
    }
}
