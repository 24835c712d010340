public import Postgres
import Synchronization

/// Connections that are lent, one request at a time, and never more than so many.
///
/// Whoever comes when all are lent waits in a short queue; whoever finds it full is told to come again.
public actor ConnectionPool {
    /// Why no connection is lent.
    public enum Refused: Error, Sendable {
        /// All are lent, and enough others wait.
        case busy
        /// The database is not to be reached.
        case away(PostgresError)
    }

    private struct Idle {
        let connection: Connection
        let since: ContinuousClock.Instant
    }

    private let size: Int
    private let queue: Int
    private let patience: Duration
    private let connect: @Sendable () async throws(PostgresError) -> Connection
    private var idle: [Idle] = []
    private var lent = 0
    private var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var tickets = 0

    /// A connection that rested for longer may have been lost meanwhile, and is asked first.
    private static let trusted = Duration.seconds(2)

    /// Creates a pool, which connects when it is first asked to.
    ///
    /// - Parameters:
    ///   - size: How many connections there are at the most.
    ///   - queue: How many may wait for one.
    ///   - patience: How long they wait.
    ///   - connect: Opens a connection.
    public init(
        size: Int, queue: Int = 64, patience: Duration = .seconds(5),
        connect: @escaping @Sendable () async throws(PostgresError) -> Connection
    ) {
        self.size = size
        self.queue = queue
        self.patience = patience
        self.connect = connect
    }

    /// How many are lent, and how many wait.
    public var load: (lent: Int, waiting: Int) { (lent, waiting.count) }

    /// Lends a connection, outside any transaction.
    ///
    /// One with which something went wrong that the server did not answer is closed, and the resting ones with
    /// it: what ended it may have ended them.
    ///
    /// - Throws: ``Refused``, and what `body` throws.
    public func lend<Value: Sendable>(
        _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await take()
        let connection: Connection
        do throws(PostgresError) {
            connection = try await ready()
        } catch {
            giveBack(nil)
            throw Refused.away(error)
        }
        do {
            let value = try await body(connection)
            giveBack(connection)
            return value
        } catch {
            let isSound = (error as? PostgresError).map { $0.code == .server } ?? true
            if !isSound {
                await connection.close()
                await closeIdle()
            }
            giveBack(isSound ? connection : nil)
            throw error
        }
    }

    /// Closes the connections that rest.
    public func closeIdle() async {
        let resting = idle
        idle = []
        for one in resting { await one.connection.close() }
    }

    private func take() async throws(Refused) {
        if lent < size, waiting.isEmpty {
            lent += 1
            return
        }
        guard waiting.count < queue else { throw .busy }
        tickets += 1
        let number = tickets
        let patience = patience
        let watch = Task {
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            self.giveUp(number)
        }
        // Who is given a turn has its place among those that are lent already.
        let isTurn = await withCheckedContinuation { continuation in
            waiting.append((number, continuation))
        }
        watch.cancel()
        if !isTurn { throw .busy }
    }

    private func giveUp(_ number: Int) {
        guard let place = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: place).continuation.resume(returning: false)
    }

    private func giveBack(_ connection: Connection?) {
        if let connection { idle.append(Idle(connection: connection, since: .now)) }
        if waiting.isEmpty {
            lent -= 1
        } else {
            waiting.removeFirst().continuation.resume(returning: true)
        }
    }

    /// A connection that answers.
    private func ready() async throws(PostgresError) -> Connection {
        while let last = idle.popLast() {
            if ContinuousClock.now - last.since < Self.trusted { return last.connection }
            if (try? await last.connection.query("SELECT 1", deadline: .seconds(2))) != nil {
                return last.connection
            }
            await last.connection.close()
        }
        return try await connect()
    }
}
