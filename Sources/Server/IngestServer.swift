public import Assay
public import Auditor
import Glibc
import Hummingbird
import Ingest
public import Logging
import NIOCore
public import Postgres
import ServiceLifecycle
import UnixSignals
public import Web

/// The service that fills the warehouse: its endpoints and its sender, until it is told to end.
public struct IngestServer: Sendable {
    /// What it is told when it starts.
    public struct Options: Sendable {
        /// The database, as a role that may do what `warehouse_ingest` may.
        public var database: DatabaseTarget
        /// The database that must answer there.
        public var expected: ExpectedDatabase
        /// The address it listens at.
        public var host = "127.0.0.1"
        /// The port; 0 for one that is free.
        public var port = 8080
        /// Who may ask.
        public var keys: Keys
        /// The secret by which payloads must be signed, where they must be: `whsec_…`.
        public var secret: String?
        /// How many connections to the database there are for requests.
        public var connections = 8
        /// How many requests may wait for one.
        public var queue = 64
        /// How long a request's body may be, in bytes.
        public var bodyLimit = 10 * 1024 * 1024
        /// How long a request's body may take to come.
        public var bodyTime = Duration.seconds(20)
        /// How long a connection may be silent while nothing is answered on it.
        public var idleTime = Duration.seconds(60)
        /// How many clients may be connected; more wait until one has gone.
        public var clients = 2_000
        /// Which language model reads case studies; nothing where none does.
        public var reading: ReadingOptions?
        /// For how many days an answer is kept for whoever sends its request again.
        public var answerDays = 7
        /// Which addresses rows may be sent to, and pages be read at.
        public var addresses = AddressRules()
        /// Whether it sends; one that does not only takes in.
        public var sends = true

        /// The usual way.
        public init(database: DatabaseTarget, expected: ExpectedDatabase, keys: Keys) {
            self.database = database
            self.expected = expected
            self.keys = keys
        }
    }

    private let options: Options
    private let service: Service
    private let logger: Logger

    /// Creates a service that has not started.
    ///
    /// - Parameters:
    ///   - options: What it is told.
    ///   - tables: What `checks/` declares: what is held against each row.
    ///   - logger: What it writes its log to.
    /// - Throws: A refusal where the options do not fit together.
    public init(_ options: Options, tables: [Table], logger: Logger) throws(Refusal) {
        var signatures: Signatures?
        if let secret = options.secret {
            signatures = Signatures(secret)
            guard signatures != nil else {
                throw Refusal(
                    "the secret of the signatures is none: it is whsec_ and the base64 of 24 bytes or more"
                )
            }
        }
        guard !options.keys.isEmpty else {
            throw Refusal("the file of keys has none, so that nobody could ask anything")
        }
        self.options = options
        self.logger = logger
        let pool = ConnectionPool(size: options.connections, queue: options.queue) {
            () async throws(PostgresError) in
            try await Connection.connect(
                to: options.database, applicationName: "assay server",
                statementDeadline: .seconds(60))
        }
        let metrics = Metrics()
        var reader: CaseStudyReader?
        do throws(WebAddress.Fault) {
            if let reading = options.reading {
                reader = try CaseStudyReader(
                    reading, over: pool, addresses: options.addresses, metrics, logger)
            }
        } catch {
            throw Refusal("the address of the language model \(error)")
        }
        service = Service(
            ingest: Ingest(tables: tables), pool: pool, keys: options.keys, signatures: signatures,
            addresses: options.addresses, bodyLimit: options.bodyLimit,
            bodyTime: options.bodyTime, reader: reader, metrics: metrics)
    }

    /// Serves until its task is cancelled or the process is told to end; what is under way then is finished.
    ///
    /// - Parameters:
    ///   - heedsSignals: Whether SIGTERM and SIGINT end it.
    ///   - ready: Is told the port, once it listens.
    /// - Throws: A refusal where another database answers, or one that does not fit; `PostgresError`; and what
    ///   the system says where it may not listen.
    public func run(
        heedingSignals heedsSignals: Bool = true,
        ready: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        try await refuseUnfit()
        if let reading = options.reading { logger.info("\(reading)") }
        var services: [any ServiceLifecycle.Service] = [
            Forgetting(
                ingest: service.ingest, pool: service.pool, days: options.answerDays,
                logger: logger)
        ]
        if options.sends { services.append(SenderService(sender: sender)) }
        let files = OpenFiles.raiseLimit()
        let application = Application(
            router: service.router(),
            server: .http1(
                configuration: .init(
                    idleTimeout: .nanoseconds(Int64(options.idleTime / .nanoseconds(1))))),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: nil,
                availableConnectionsDelegate: .maximum(
                    min(options.clients, max(files / 2, 1)), logger: logger)),
            services: services,
            onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) },
            logger: logger)
        var ending = ServiceGroupConfiguration(
            services: [application],
            gracefulShutdownSignals: heedsSignals ? [.sigterm, .sigint] : [], logger: logger)
        ending.maximumGracefulShutdownDuration = .seconds(options.reading == nil ? 30 : 90)
        try await ServiceGroup(configuration: ending).run()
        await service.pool.closeIdle()
    }

    /// Refuses another database than the expected one, and one that does not fit this version.
    private func refuseUnfit() async throws {
        let connection = try await Connection.connect(
            to: options.database, applicationName: "assay server", statementDeadline: .seconds(60))
        try await connection.refuseUnexpected(options.expected)
        let refusals = try await Contracts(service.ingest.statements).refusals(
            on: connection, as: nil)
        await connection.close()
        guard refusals.isEmpty else { throw Refusal(refusals) }
    }

    private var sender: Sender {
        let posting = Posting(by: WebClient(rules: options.addresses))
        let logger = logger
        let metrics = service.metrics
        let database = options.database
        return Sender { () async throws(PostgresError) in
            try await Connection.connect(
                to: database, applicationName: "assay sender", statementDeadline: .seconds(30))
        } post: { message, departure in
            await posting.reply(to: message, at: Posting.now, departure: departure)
        } telling: { event in
            metrics.countSending(event.outcome)
            logger.log(level: event.level, "\(event.sentence)", metadata: event.metadata)
        }
    }
}

/// The files that the process may have open; each connection is one.
private enum OpenFiles {
    /// Asks for as many as the system lets it have, and says how many those are.
    static func raiseLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        let before = limit.rlim_cur
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        if limit.rlim_cur <= before || setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        return Int(clamping: limit.rlim_cur)
    }
}

/// The sender, as one of the services that start and end together.
private struct SenderService: ServiceLifecycle.Service {
    let sender: Sender

    func run() async {
        let task = Task { await sender.run() }
        await withTaskCancellationHandler {
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: .seconds(1 << 30)) }
        } onCancel: {
            task.cancel()
        }
        task.cancel()
        await task.value
    }
}

extension Sender.Event {
    fileprivate var outcome: String {
        switch self {
        case .sent: "sent"
        case .notSent: "not_sent"
        case .takenOver: "taken_over"
        case .trouble: "trouble"
        }
    }

    fileprivate var level: Logger.Level {
        if case .trouble = self { return .error }
        return .info
    }

    fileprivate var sentence: String {
        switch self {
        case .sent: "a row was delivered"
        case .notSent(_, _, _, let reason): "a row was not delivered: \(reason)"
        case .takenOver: "a row was taken over by another sender"
        case .trouble(let words): "sending: \(words)"
        }
    }

    fileprivate var metadata: Logger.Metadata {
        switch self {
        case .sent(let job, let row, let attempt), .notSent(let job, let row, let attempt, _):
            ["job": "\(job)", "row": "\(row)", "attempt": "\(attempt)"]
        case .takenOver(let job, let row): ["job": "\(job)", "row": "\(row)"]
        case .trouble: [:]
        }
    }
}
