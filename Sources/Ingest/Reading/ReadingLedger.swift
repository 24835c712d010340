import Postgres

/// What makes two readings one.
struct ReadingIdentity: Sendable {
    let address: String
    let page: String
    let workflow: String
    let model: String
    let prompt: String

    var bindings: [String?] { [address, page, workflow, model, prompt] }
}

/// The readings of a database, and the money that they cost.
struct ReadingLedger: Sendable {
    let connection: Connection

    /// How a reading begins.
    enum Beginning: Sendable {
        /// The same was asked before: this was the answer.
        case earlier(id: String, answer: String)
        /// It may be asked, and the most that it can cost is set aside.
        case begun(id: String)
        /// Another asks the same at this moment.
        case underWay
        /// The day's money does not suffice; so many seconds are left of the day.
        case overLimit(seconds: Int)
    }

    /// Begins a reading, unless there is an answer already.
    ///
    /// - Parameters:
    ///   - identity: What is asked.
    ///   - isAnew: Whether an earlier answer is passed over.
    ///   - bytes: How long the page's text is.
    ///   - tokens: The most tokens that it can use: of what is asked, and of the answer.
    ///   - prices: What these cost.
    /// - Returns: How it begins.
    /// - Throws: `PostgresError`.
    func begin(
        _ identity: ReadingIdentity, isAnew: Bool, bytes: Int, tokens: (input: Int, output: Int),
        prices: ModelPrices
    ) async throws(PostgresError) -> Beginning {
        if !isAnew {
            let found = try await connection.query(.findReading, identity.bindings).first
            if let id = found?["id"], let answer = found?["answer"] {
                return .earlier(id: id, answer: answer)
            }
        }
        try await connection.begin(.readWrite)
        do throws(PostgresError) {
            _ = try await connection.query(.loseReading, identity.bindings)
            let begun = try await connection.query(
                .beginReading,
                identity.bindings + [
                    String(bytes), String(tokens.input), prices.input, String(tokens.output),
                    prices.output, prices.daily,
                ]
            ).first?["id"]
            if let begun {
                try await connection.commit()
                return .begun(id: begun)
            }
            let why = try await connection.query(.explainReading, identity.bindings).first
            // What was set aside for it is not spent.
            try await connection.rollback()
            return why?["held"] != nil ? .underWay : .overLimit(seconds: why?.int("day") ?? 3_600)
        } catch {
            try await connection.leave(error)
            throw error
        }
    }

    /// How a reading ends.
    enum Ending: Sendable {
        /// The model answered.
        case answered([UInt8], ModelAnswer.Usage?)
        /// It did not, and nothing is to be paid where it surely did no work.
        case failed(reason: String, isPaid: Bool)
    }

    /// Writes down what came of a reading.
    ///
    /// - Returns: What it cost, in dollars.
    /// - Throws: `PostgresError`.
    func settle(
        _ id: String, _ ending: Ending, attempts: Int, prices: ModelPrices
    ) async throws(PostgresError) -> String? {
        let state: String
        let usage: ModelAnswer.Usage?
        var answer: String?
        var reason: String?
        switch ending {
        case .answered(let body, let used):
            state = "answered"
            usage = used
            // No text of PostgreSQL's holds it.
            answer = String(decoding: body.filter { $0 != 0 }, as: UTF8.self)
        case .failed(let sentence, let isPaid):
            state = "failed"
            usage = isPaid ? nil : ModelAnswer.Usage(input: 0, output: 0)
            reason = sentence
        }
        return try await connection.query(
            .settleReading,
            [
                id, state, String(attempts), usage.map { String($0.input) },
                usage.map { String($0.output) }, prices.input, prices.output, answer, reason,
            ]
        ).first?["usd"]
    }
}

/// What reading costs, and may cost.
public struct ModelPrices: Sendable, Hashable {
    /// Dollars for a million tokens of what is asked.
    public let input: String
    /// Dollars for a million tokens of the answer.
    public let output: String
    /// Dollars that all services together may spend in a day, in UTC.
    public let daily: String

    /// Takes prices.
    ///
    /// - Returns: Nothing where one is no plain number, such as `0.30`, of at most 9 digits and 6 decimals.
    public init?(input: String, output: String, daily: String) {
        for price in [input, output, daily] {
            let parts = price.split(separator: ".", omittingEmptySubsequences: false)
            let isPlain = parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
            guard isPlain, parts.count <= 2, parts[0].utf8.count <= 9,
                parts.count == 1 || parts[1].utf8.count <= 6
            else { return nil }
        }
        self.input = input
        self.output = output
        self.daily = daily
    }
}
