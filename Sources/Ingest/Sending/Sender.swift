import Glibc
public import Postgres
import Synchronization

/// Sends the rows of all jobs, beside any number of others that do the same.
///
/// What it knows it knows from the database: a process that is killed at any point loses nothing, and what it
/// was about to send is taken over when its hold ends.
public struct Sender: Sendable {
    /// A row that is to be posted.
    public struct Message: Sendable, Hashable {
        /// Where to: a secret.
        public let webhook: String
        /// The same at each attempt: the header `webhook-id`.
        public let id: String
        /// The row, as JSON.
        public let body: String
    }

    /// How it goes about it.
    public struct Options: Sendable {
        /// How many answers are waited for at once.
        public var lanes = 16
        /// How far apart requests leave, over all processes.
        ///
        /// A tenth of a second would be ten a second only if each left to the moment; a late one and a punctual
        /// one after it can come closer than that. With 120 ms, eleven requests lie 1.2 s apart, and still more
        /// than a second where the first left ``lateness`` after its moment and was held up a little on the way.
        public var interval = Duration.milliseconds(120)
        /// How late a request may leave, once it is connected; later, it takes another moment.
        public var lateness = Duration.milliseconds(50)
        /// How long a row is one's own without a sign of life.
        public var hold = Duration.seconds(15)
        /// How long to wait where nothing is due.
        public var idle = Duration.seconds(1)

        /// The usual way.
        public init() {}
    }

    /// What a sender says of itself, for the log: none of it holds a row's value or the webhook's address.
    public enum Event: Sendable, Hashable {
        /// A row was delivered.
        case sent(job: String, row: String, attempt: Int)
        /// A row was not delivered.
        case notSent(job: String, row: String, attempt: Int, reason: String)
        /// Another took the row over while this one was sending it.
        case takenOver(job: String, row: String)
        /// The database did not do as it was asked.
        case trouble(String)
    }

    /// Asked right before a row leaves: whether it may.
    public typealias Departure = @Sendable () async -> Bool

    private let options: Options
    private let database: SenderDatabase
    private let unsettled = Unsettled()
    private let post: @Sendable (Message, @escaping Departure) async -> WebhookReply
    private let tell: @Sendable (Event) -> Void

    /// Creates a sender.
    ///
    /// - Parameters:
    ///   - options: How it goes about it.
    ///   - connect: Opens a connection as the role `warehouse_ingest`; asked again when one was lost.
    ///   - post: Posts a row; asks right before anything leaves, and sends nothing where the answer is no.
    ///   - tell: Is told what became of rows.
    public init(
        options: Options = Options(),
        connect: @escaping @Sendable () async throws(PostgresError) -> Connection,
        post: @escaping @Sendable (Message, @escaping Departure) async -> WebhookReply,
        telling tell: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.options = options
        self.post = post
        self.tell = tell
        database = SenderDatabase(connect: connect)
    }

    /// Sends until its task is cancelled; what is under way then is waited for and settled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            var underWay = 0
            while !Task.isCancelled {
                if underWay == options.lanes {
                    await group.next()
                    underWay -= 1
                }
                guard let (item, latest) = await turn() else { continue }
                group.addTask { await deliver(item, leavingBy: latest) }
                underWay += 1
            }
        }
        await database.close()
    }

    /// Claims a row and waits for its moment; nothing where none is due or something went wrong.
    private func turn() async -> (Claimed, latest: ContinuousClock.Instant)? {
        // What is known of rows is written down first: their holds may have ended, and nobody is to claim them.
        guard unsettled.isEmpty else {
            try? await Task.sleep(for: options.idle)
            return nil
        }
        do throws(PostgresError) {
            let claimed = try await database.query(.claimSending, [options.hold.interval])
            guard let row = claimed.first else {
                _ = try await database.query(.reopenFinished, [])
                _ = try await database.query(.finishSending, [])
                _ = try await database.query(.leaveStopped, [])
                try? await Task.sleep(for: options.idle)
                return nil
            }
            guard let item = Claimed(row) else {
                if let job = row["job_id"], let id = row["staging_id"] {
                    tell(
                        .notSent(
                            job: job, row: id, attempt: 0,
                            reason: "it was sent already, or lacks a required field"))
                }
                return nil
            }
            guard let latest = await waitForMoment(of: item) else {
                await release(item)
                // Whatever it was, it may still be so.
                try? await Task.sleep(for: options.idle)
                return nil
            }
            return (item, latest)
        } catch {
            tell(.trouble(error.messageWithoutValues))
            try? await Task.sleep(for: options.idle)
            return nil
        }
    }

    /// Reserves a moment, waits for it, and makes sure of the row.
    ///
    /// - Parameters:
    ///   - item: The row.
    ///   - lateness: How much too late it was for the moment before, if there was one.
    /// - Returns: When it has to leave at the latest; nothing where it is no longer one's own, the job was
    ///   paused, the sender is to end, or the database did not answer.
    private func waitForMoment(
        of item: Claimed, after lateness: Duration = .zero
    ) async -> ContinuousClock.Instant? {
        var lateness = lateness
        do throws(PostgresError) {
            while !Task.isCancelled {
                // What made it late, a slow disk or a connection that took its time, may do so again.
                let moment = try await reserve(ahead: lateness * 2)
                guard let moment,
                    (try? await Task.sleep(until: moment.upperBound, clock: .continuous)) != nil
                else { break }
                let held = try await database.query(
                    .holdSending, item.identity + [options.hold.interval])
                if held.isEmpty { break }
                let latest = moment.lowerBound + options.lateness
                lateness = .now - latest
                if lateness <= .zero { return latest }
            }
        } catch {
            tell(.trouble(error.messageWithoutValues))
        }
        return nil
    }

    /// Reserves a moment by the database's clock; by this one's, it is somewhere between the two instants.
    private func reserve(
        ahead: Duration
    ) async throws(PostgresError) -> ClosedRange<ContinuousClock.Instant>? {
        let reserved = try await database.query(
            .reservePace, ["send", options.interval.interval, ahead.interval])
        // Storing the reservation may have taken long; reading the clock does not.
        let asked = ContinuousClock.now
        let clock = try await database.query(.readClock, [])
        let answered = ContinuousClock.now
        guard let moment = reserved.first?.double("seconds"),
            let now = clock.first?.double("seconds")
        else { return nil }
        return asked + .seconds(moment - now)...answered + .seconds(moment - now)
    }

    /// Whether a row may leave now; where its moment has gone by, it waits for another.
    private func mayLeave(_ item: Claimed, by latest: ContinuousClock.Instant) async -> Bool {
        let lateness = .now - latest
        if lateness <= .zero { return true }
        return await waitForMoment(of: item, after: lateness) != nil
    }

    /// Gives a row back that did not leave; where that fails, it is taken up again when its hold ends.
    private func release(_ item: Claimed) async {
        do throws(PostgresError) {
            _ = try await database.query(.releaseSending, item.identity)
        } catch {
            tell(.trouble(error.messageWithoutValues))
        }
    }

    private func deliver(_ item: Claimed, leavingBy latest: ContinuousClock.Instant) async {
        let life = Task {
            // Until the answer is there, it says that it lives.
            while (try? await Task.sleep(for: options.hold / 3)) != nil {
                // Where it cannot say so, another takes the row over, and this one's word no longer counts.
                _ = try? await database.query(
                    .keepSending, item.identity + [options.hold.interval])
            }
        }
        // A task of its own, which nobody cancels: an answer that is not heard is a doubt.
        let reply = await Task {
            await post(item.message) { await mayLeave(item, by: latest) }
        }.value
        let settlement = Settlement(
            reply, attempt: item.attempt, jitter: .random(in: 0...1), now: Double(time(nil)),
            hiding: item.message.secrets)
        if let settlement { await settle(item, settlement) } else { await release(item) }
        life.cancel()
    }

    /// Writes down what became of a row, however often that has to be tried; a sender that is to end tries for
    /// as long as the row is surely its own.
    private func settle(_ item: Claimed, _ settlement: Settlement) async {
        let (statement, bindings) = item.settling(settlement)
        var end: ContinuousClock.Instant?
        var pause = Duration.milliseconds(100)
        defer { unsettled.remove(item.identity) }
        while true {
            do throws(PostgresError) {
                let settled = try await database.query(statement, bindings)
                if case .sent = settlement {
                    tell(
                        settled.isEmpty
                            ? .takenOver(job: item.job, row: item.row)
                            : .sent(job: item.job, row: item.row, attempt: item.attempt))
                } else {
                    tell(
                        .notSent(
                            job: item.job, row: item.row, attempt: item.attempt,
                            reason: settlement.reason))
                }
                return
            } catch {
                unsettled.insert(item.identity)
                tell(.trouble(error.messageWithoutValues))
                if Task.isCancelled {
                    let last = end ?? .now + options.hold
                    guard ContinuousClock.now + pause < last else { return }
                    end = last
                }
                // Slept in a task of its own: one that was cancelled would not wait.
                _ = await Task { [pause] in try? await Task.sleep(for: pause) }.value
                pause = min(pause * 2, .seconds(2))
            }
        }
    }
}

/// Rows whose outcome is known and could not be written down yet.
private final class Unsettled: Sendable {
    private let rows = Mutex<Set<[String?]>>([])

    var isEmpty: Bool { rows.withLock(\.isEmpty) }

    func insert(_ row: [String?]) { rows.withLock { _ = $0.insert(row) } }

    func remove(_ row: [String?]) { rows.withLock { _ = $0.remove(row) } }
}

/// A row that was claimed.
private struct Claimed: Sendable {
    let job: String
    let row: String
    let attempt: Int
    let fence: String
    let message: Sender.Message

    /// Reads a claim; nothing where the row is not to be sent.
    init?(_ claim: Row) {
        guard claim["state"] == "sending", let job = claim["job_id"],
            let row = claim["staging_id"], let fence = claim["fence"],
            let webhook = claim["webhook_url"], let id = claim["message_id"],
            let body = claim["body"]
        else { return nil }
        self.job = job
        self.row = row
        self.fence = fence
        attempt = claim.int("attempts") ?? 1
        message = Sender.Message(webhook: webhook, id: id, body: body)
    }

    var identity: [String?] { [job, row, fence] }

    func settling(_ settlement: Settlement) -> (Statement, [String?]) {
        switch settlement {
        case .sent(let status):
            (.markSent, identity + [String(status)])
        case .again(let after, let reason, let status, let isInDoubt, let holdsJob):
            (
                .sendAgain,
                identity + [
                    String(after), status.map(String.init), reason, String(isInDoubt),
                    String(holdsJob),
                ]
            )
        case .dead(let reason, let status, let answer, let isInDoubt):
            (
                .giveUp,
                identity + [status.map(String.init), reason, answer, String(isInDoubt)]
            )
        case .stopped(let reason, let status):
            (.stopSending, identity + [status.map(String.init), reason])
        }
    }
}

extension Settlement {
    fileprivate var reason: String {
        switch self {
        case .sent: ""
        case .again(_, let reason, _, _, _), .dead(let reason, _, _, _), .stopped(let reason, _):
            reason
        }
    }
}

extension Sender.Message {
    /// What an answer may repeat of the webhook's address: all that follows its host.
    fileprivate var secrets: [String] {
        let parts = webhook.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let rest = parts.count == 4 ? String(parts[3]) : ""
        return [webhook, rest]
            + rest.split(whereSeparator: { "/?&=#".contains($0) }).map(String.init)
    }
}

extension Duration {
    /// As the server reads it.
    fileprivate var interval: String {
        let (seconds, attoseconds) = components
        return "\(Double(seconds) + Double(attoseconds) / 1e18) seconds"
    }
}
