import Ingest
import Logging
import ServiceLifecycle

/// Removes kept answers when their time is over, once an hour.
struct Forgetting: ServiceLifecycle.Service {
    let ingest: Ingest
    let pool: ConnectionPool
    let days: Int
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await forget()
                try? await Task.sleep(for: .seconds(3_600))
            }
        }
    }

    private func forget() async {
        do {
            let count = try await pool.lend { connection in
                try await ingest.forgetAnswers(olderThan: days, over: connection)
            }
            guard count > 0 else { return }
            logger.info(
                "answers were removed whose \(days) days are over",
                metadata: ["answers": "\(count)"])
        } catch {
            // Who is told to end leaves it to the next.
            if Task.isCancelled { return }
            logger.error("old answers were not removed: the database did not do as it was asked")
        }
    }
}
