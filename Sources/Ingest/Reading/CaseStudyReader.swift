import Glibc
public import Postgres
import Synchronization

/// Whoever lends connections to a database.
public protocol ConnectionLender: Sendable {
    /// Lends a connection, outside any transaction.
    func lend<Value: Sendable>(
        _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value
}

/// Reads case studies by a language model: each page once, so many at a time, for so much money a day.
///
/// No connection is held while a page comes or the model thinks.
public final class CaseStudyReader: Sendable {
    /// How it goes about it.
    public struct Options: Sendable {
        /// The model's name.
        public var model: String
        /// What it costs, and may cost.
        public var prices: ModelPrices
        /// How many pages are read at a time by this reader.
        public var calls = 4
        /// How often the model is asked, where its server asks for patience.
        public var attempts = 4
        /// How long one answer is waited for.
        public var patience = Duration.seconds(45)
        /// How long all attempts together may take.
        public var time = Duration.seconds(60)
        /// The pause before the second attempt; it doubles.
        public var pause = 1.0
        /// Texts that an error of the model's server may repeat and nobody is to see.
        public var secrets: [String] = []

        /// The usual way.
        public init(model: String, prices: ModelPrices) {
            self.model = model
            self.prices = prices
        }
    }

    private let options: Options
    private let database: any ConnectionLender
    private let fetch: @Sendable (String) async throws(CaseStudyPage.Fault) -> CaseStudyPage
    private let ask: @Sendable (ModelRequest) async -> ModelReply
    private let tell: @Sendable (Event) -> Void
    private let underWay = Mutex(0)

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - options: How it goes about it.
    ///   - database: Lends connections as the role `warehouse_ingest`.
    ///   - fetch: Fetches a page.
    ///   - ask: Asks the model.
    ///   - tell: Is told what came of each.
    public init(
        _ options: Options, over database: any ConnectionLender,
        fetching fetch:
            @escaping @Sendable (String) async throws(CaseStudyPage.Fault) ->
            CaseStudyPage,
        asking ask: @escaping @Sendable (ModelRequest) async -> ModelReply,
        telling tell: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.options = options
        self.database = database
        self.fetch = fetch
        self.ask = ask
        self.tell = tell
    }

    /// How many pages are being read.
    public var load: Int { underWay.withLock { $0 } }

    /// Reads a case study.
    ///
    /// - Returns: What of the model's answer stands on the page, or why there is none.
    /// - Throws: What the database says, or whoever lends it.
    public func read(
        _ request: CaseStudyRequest, for question: CaseStudyQuestion
    ) async throws -> Result<CaseStudyReading, ReadingFault> {
        let outcome = try await reading(of: request, for: question)
        if case .failure(let fault) = outcome, fault.isOfTheMoment { tell(Event(fault)) }
        return outcome
    }

    private func reading(
        of request: CaseStudyRequest, for question: CaseStudyQuestion
    ) async throws -> Result<CaseStudyReading, ReadingFault> {
        let isFree = underWay.withLock { count in
            guard count < options.calls else { return false }
            count += 1
            return true
        }
        guard isFree else {
            return .failure(
                ReadingFault(
                    .busy,
                    "as many case studies are being read as may be (\(options.calls)); send it again",
                    retryAfter: 5))
        }
        defer { underWay.withLock { $0 -= 1 } }
        let page: CaseStudyPage
        do throws(CaseStudyPage.Fault) {
            page = try await fetch(request.address)
        } catch {
            return .failure(ReadingFault(error))
        }
        let identity = ReadingIdentity(
            address: request.address, page: page.digest, workflow: question.workflow.name,
            model: options.model, prompt: question.digest)
        let body = Array(question.body(about: page).text.utf8)
        let prices = options.prices
        let beginning = try await database.lend { connection in
            try await ReadingLedger(connection: connection).begin(
                identity, isAnew: request.isAnew, bytes: page.material.utf8.count,
                // A token is a byte at the least.
                tokens: (body.count, CaseStudyQuestion.answerTokens), prices: prices)
        }
        switch beginning {
        case .underWay:
            return .failure(
                ReadingFault(
                    .underWay, "this page is being read at this moment; send it again",
                    retryAfter: 10))
        case .overLimit(let seconds):
            return .failure(
                ReadingFault(
                    .overLimit,
                    "what is left of the \(prices.daily) dollars that reading may cost a day (UTC) does not "
                        + "suffice for this page; send it again tomorrow, or have ASSAY_MODEL_DAILY_USD raised",
                    retryAfter: seconds))
        case .earlier(let id, let answer):
            let nothing = ModelAnswer.Usage(input: 0, output: 0)
            let answer = ModelAnswer(Array(answer.utf8), to: question)
            return result(
                of: answer, to: question, request, page, id: id, cost: "0", usage: nothing,
                isRepeated: true)
        case .begun(let id):
            // A task of its own, which nobody cancels: an answer that is paid for is kept, also where who
            // asked for it has gone.
            return try await Task {
                let (asked, attempts) = await self.answer(to: body)
                return try await self.settle(asked, attempts, id, request, question, page)
            }.value
        }
    }

    // MARK: The model

    private enum Asked: Sendable {
        case answered([UInt8])
        case failed(ReadingFault, details: String, isPaid: Bool)
    }

    /// Asks until there is an answer, or it is of no use to go on.
    private func answer(to body: [UInt8]) async -> (Asked, attempts: Int) {
        let end = ContinuousClock.now + options.time
        var attempt = 0
        while true {
            attempt += 1
            let request = ModelRequest(body: body, timeout: min(options.patience, end - .now))
            let reply = await ask(request)
            switch ModelVerdict(reply, now: Double(time(nil)), hiding: options.secrets) {
            case .answered(let body):
                return (.answered(body), attempt)
            case .givenUp(let reason, let details, let mayHaveArrived):
                let fault =
                    mayHaveArrived
                    ? ReadingFault(
                        .away, "\(reason); it may have been paid for. Send it again", retryAfter: 30
                    )
                    : ReadingFault(
                        .refused,
                        "\(reason): whoever runs this service has to see to its key, "
                            + "its model's name or its address")
                return (.failed(fault, details: details, isPaid: mayHaveArrived), attempt)
            case .again(let reason, let after):
                let pause = max(pause(attempt), after ?? 0)
                guard attempt < options.attempts, .now + .seconds(pause) < end else {
                    let times = attempt == 1 ? "once" : "\(attempt) times"
                    let fault = ReadingFault(
                        .away, "\(reason), asked \(times); send it again later",
                        retryAfter: Int(max(after ?? 0, 30).rounded(.up)))
                    return (.failed(fault, details: "", isPaid: false), attempt)
                }
                try? await Task.sleep(for: .seconds(pause))
            }
        }
    }

    /// Doubling, and between half and the whole of it by chance.
    private func pause(_ attempt: Int) -> Double {
        Settlement.pause(attempt, .random(in: 0...1)) * options.pause
    }

    // MARK: What came of it

    private func settle(
        _ asked: Asked, _ attempts: Int, _ id: String, _ request: CaseStudyRequest,
        _ question: CaseStudyQuestion, _ page: CaseStudyPage
    ) async throws -> Result<CaseStudyReading, ReadingFault> {
        switch asked {
        case .failed(let fault, let details, let isPaid):
            let reason = details.isEmpty ? fault.sentence : "\(fault.sentence): \(details)"
            let cost = try await settle(id, .failed(reason: reason, isPaid: isPaid), attempts)
            tell(Event(fault, reason, id: id, cost: cost))
            return .failure(fault)
        case .answered(let body):
            let answer = ModelAnswer(body, to: question)
            let cost = try await settle(id, .answered(body, answer.usage), attempts)
            return result(
                of: answer, to: question, request, page, id: id, cost: cost ?? "0",
                usage: answer.usage, isRepeated: false)
        }
    }

    /// Writes down what came of it, however often that has to be tried: it was paid for.
    private func settle(
        _ id: String, _ ending: ReadingLedger.Ending, _ attempts: Int
    ) async throws -> String? {
        let prices = options.prices
        for pause in [0.2, 1.0, 3.0] {
            if let cost = try? await database.lend({ connection in
                try await ReadingLedger(connection: connection).settle(
                    id, ending, attempts: attempts, prices: prices)
            }) {
                return cost
            }
            try? await Task.sleep(for: .seconds(pause))
        }
        return try await database.lend { connection in
            try await ReadingLedger(connection: connection).settle(
                id, ending, attempts: attempts, prices: prices)
        }
    }

    private func result(
        of answer: ModelAnswer, to question: CaseStudyQuestion, _ request: CaseStudyRequest,
        _ page: CaseStudyPage, id: String, cost: String, usage: ModelAnswer.Usage?, isRepeated: Bool
    ) -> Result<CaseStudyReading, ReadingFault> {
        switch answer.result {
        case .success(let value):
            let findings = CaseStudyFindings(
                value, to: question, on: page, origin: request.originDomain)
            let reading = CaseStudyReading(
                id: id, isRepeated: isRepeated, cost: cost, usage: usage, isCut: page.isCut,
                findings: findings)
            tell(Event(reading, usage, cost))
            return .success(reading)
        case .failure(let fault):
            let fault = ReadingFault(fault)
            tell(Event(fault, fault.sentence, id: id, cost: cost, usage))
            return .failure(fault)
        }
    }
}
