public import Assay

/// The path that one sort of payload takes: what it may hold, where its copy goes, and the rows it becomes.
public struct Workflow: Sendable {
    /// What it is called: `customers-of-3`.
    public let name: String
    /// Where clients send it.
    public let path: String
    /// What it is for, in a sentence.
    public let summary: String
    /// What a payload may hold.
    public let fields: [Field]
    /// Where the exact copy is kept.
    public let raw: TableName

    /// What a payload is about, by which an older one is told from a newer.
    let subject: Subject
    /// Where the company's name stands, where it is to be known.
    let companyName: (@Sendable (Item) -> Reading)?
    /// What is done, in order.
    let steps: [Step]
    /// What is answered once all is stored.
    let answer: @Sendable (Context) -> [JSONValue.Member]

    /// The raw table by its subject alone, to hold a subject against its promises.
    let kept: Destination
    /// Keeps the exact copy.
    let storing: Statement

    init(
        name: String, path: String, summary: String, fields: [Field], raw: TableName,
        subject: Subject, companyName: (@Sendable (Item) -> Reading)? = nil, steps: [Step],
        answer: @escaping @Sendable (Context) -> [JSONValue.Member]
    ) {
        self.name = name
        self.path = path
        self.summary = summary
        self.fields = fields
        self.raw = raw
        self.subject = subject
        self.companyName = companyName
        self.steps = steps
        self.answer = answer
        kept = Destination(
            "\(raw)", .insertIfAbsent(on: subject.column), .text(subject.column))
        storing = Statement(
            "keep \(raw)", parameters: 4,
            """
            INSERT INTO \(raw) (id, \(identifier: subject.column), payload, body)
            VALUES ($4::uuid, $1, $2::jsonb, $3)
            """)
    }

    /// What a payload is about.
    struct Subject: Sendable {
        /// The field, and the column of the raw table.
        let field: String
        let column: String
        let form: Normalizer?
    }

    /// One thing that is done.
    enum Step: Sendable {
        /// Stores rows. Where `decides`, nothing else is done when the row is refused.
        case store(
            Destination, decides: Bool = false, identifies: Bool = false,
            _ rows: @Sendable (Context) -> [Draft])
        /// Holds rows against the promises of a table that is written later: what would be refused there goes no
        /// way at all.
        case hold(Destination, _ rows: @Sendable (Context) -> [Draft])
        /// Looks words up; what is found is known from then on, under the statement's name.
        case learn(Statement, _ words: @Sendable (Context) -> [String])
        /// Runs a statement.
        case run(Statement, _ bindings: @Sendable (Context) -> [String?])
    }

    /// Every statement that it runs of its own.
    var statements: [Statement] {
        [storing]
            + steps.flatMap { step -> [Statement] in
                switch step {
                case .store(let destination, _, let identifies, _):
                    return identifies
                        ? [destination.storingIdentified, destination.identifying]
                        : [destination.storing]
                case .learn(let statement, _), .run(let statement, _):
                    return [statement]
                case .hold:
                    return []
                }
            }
    }

    /// The tables that it stores rows in.
    var destinations: [Destination] {
        steps.compactMap { step in
            guard case .store(let destination, _, _, _) = step else { return nil }
            return destination
        }
    }
}

/// What is known of a payload while it is taken in.
struct Context: Sendable {
    /// The payload.
    let payload: Item
    /// What it is about, in its normal form.
    let subject: String
    /// The id of its exact copy.
    let rawID: String
    /// The name of the company that it is about, as it says or as core knows it.
    var companyName: Reading
    /// What was looked up: by statement, what each word means.
    var known: [String: [String: String]] = [:]
    /// The ids of stored rows, by table and key.
    var ids: [TableName: [RowIdentity: String]] = [:]
    /// The rows that were admitted, by table, each key once.
    var admitted: [TableName: [Fields]] = [:]
    /// What became of them.
    var tally = Tally()
    /// Places whose rows were refused.
    var refused: Set<String> = []

    /// How many rows of a table this payload has, each key once.
    func count(_ destination: Destination) -> Int { admitted[destination.table]?.count ?? 0 }

    /// What a statement made of words.
    func known(_ statement: Statement) -> [String: String] { known[statement.name] ?? [:] }

    /// The id of a row that was stored, by its key.
    func id(in destination: Destination, _ row: Fields) -> String? {
        destination.policy.identity(of: row).flatMap { ids[destination.table]?[$0] }
    }

    /// Whether a place, or what it is a part of, was refused.
    func isRefused(_ path: String) -> Bool {
        if refused.isEmpty { return false }
        var part = path[...]
        while true {
            if refused.contains(String(part)) { return true }
            guard let cut = part.lastIndex(where: { $0 == "." || $0 == "[" }) else { return false }
            part = part[..<cut]
        }
    }
}

/// What became of rows, by table.
public struct Tally: Sendable, Hashable {
    /// The counts of one table.
    public struct Counts: Sendable, Hashable {
        /// Rows that were not there before.
        public var inserted = 0
        /// Rows that were there, and are different now.
        public var updated = 0
        /// Rows that were there, and are as they were.
        public var skipped = 0

        /// Creates counts of nothing.
        public init() {}

        /// Adds other counts.
        public static func += (left: inout Counts, right: Counts) {
            left.inserted += right.inserted
            left.updated += right.updated
            left.skipped += right.skipped
        }
    }

    /// The counts by table.
    public private(set) var tables: [TableName: Counts] = [:]
    /// Rows and values that wait in the quarantine, and did not before.
    public var quarantined = 0

    /// The counts of all tables together.
    public var total: Counts {
        tables.values.reduce(into: Counts()) { $0 += $1 }
    }

    mutating func add(_ counts: Counts, to table: TableName) {
        tables[table, default: Counts()] += counts
    }

    /// Adds another tally.
    public static func += (left: inout Tally, right: Tally) {
        for (table, counts) in right.tables { left.add(counts, to: table) }
        left.quarantined += right.quarantined
    }
}
