import Assay
import Auditor
import Ingest
import Postgres
import Web

/// What all endpoints share.
struct Service: Sendable {
    let ingest: Ingest
    let pool: ConnectionPool
    let keys: Keys
    let signatures: Signatures?
    let addresses: AddressRules
    let bodyLimit: Int
    /// How long a body may take to come.
    let bodyTime: Duration
    /// Reads case studies; nothing where no language model is configured.
    let reader: CaseStudyReader?
    let metrics: Metrics
    let fitness = Fitness()

    /// All that clients may ask, in the order in which the OpenAPI document lists it.
    static let endpoints: [Endpoint] =
        Endpoint.workflows + Endpoint.retired + Endpoint.reading + Endpoint.lookups
        + Endpoint.sending + Endpoint.operations

    /// Lets a request in, has it answered, and makes an answer of whatever went wrong.
    ///
    /// - Returns: The answer, and the sentence for the log where the service or the database is at fault.
    func reply(to call: Call, at endpoint: Endpoint) async -> (reply: Reply, trouble: String?) {
        do {
            return (try await endpoint.handle(call), nil)
        } catch ConnectionPool.Refused.busy {
            return (
                .problem(
                    503, "Busy", "all connections to the database are in use; send it again",
                    headers: [("Retry-After", "1")]), "no connection to the database was free"
            )
        } catch ConnectionPool.Refused.away(let error) {
            return (
                .problem(
                    503, "Database away", "the database is not to be reached; nothing was stored",
                    headers: [("Retry-After", "5")]), error.messageWithoutValues
            )
        } catch let error as PostgresError where error.code != .server {
            return (
                .problem(
                    503, "Outcome unknown",
                    "the connection to the database was lost before it answered: it is not known whether "
                        + "the request took effect. Send it again with the same Idempotency-Key",
                    headers: [("Retry-After", "5")]), error.messageWithoutValues
            )
        } catch {
            let words =
                (error as? PostgresError)?.messageWithoutValues
                ?? String(describing: type(of: error))
            return (
                .problem(
                    500, "Internal error",
                    "something went wrong that is not the request's fault; nothing was stored. The "
                        + "service's log has it under the request's id"), words
            )
        }
    }
}
