/// One promise about the data of a table.
///
/// A kind is a value: it says what it promises (``sentence``), what to ask the database
/// (``question(in:)``), what a broken promise is called (``headline(_:of:)``), how it is broken
/// (``specimens(in:)``) and, where it can, whether a row that has not been stored yet would keep it
/// (``evaluate(_:)``).
public protocol Check: Sendable {
    /// What `assay explain` and the generated pages say of the kind.
    static var documentation: KindDocumentation { get }

    /// What the modifiers set.
    var options: CheckOptions { get set }

    /// The columns of the check's own table that it names.
    var columns: [String] { get }

    /// The promise in words, without the table: `origin_company_name is required`.
    var sentence: String { get }

    /// What is wrong with the declaration itself, as the end of a sentence that begins with the check:
    /// `names no column`. The default is nothing.
    var fault: String? { get }

    /// The checks it stands for: one a column where several were named. The default is itself.
    var parts: [any Check] { get }

    /// Names it uses outside its own table.
    var foreignNames: [ForeignName] { get }

    /// SQL texts of the author's that must be understood by the database.
    var statements: [SQL] { get }

    /// SQL conditions of the author's over the table's columns, beside the scope.
    var conditionStatements: [SQL] { get }

    /// What follows the kind in the check's identity. The default is its columns.
    var subject: String { get }

    /// What to ask the database.
    func question(in context: CheckContext) -> Question

    /// Whether what recorded runs measured is needed to judge it. The default is no.
    var needsPast: Bool { get }

    /// What the answers to an ``AggregateQuestion`` amount to.
    func measure(_ answers: AggregateAnswers) -> Measure

    /// The broken promise in one line: `1,040 rows of raw.staging have no origin_company_name`.
    func headline(_ measure: Measure, of table: TableName) -> String

    /// Whether a row that has not been stored yet would keep the promise.
    func evaluate(_ row: Row) -> Evaluation

    /// How a broken promise is mended.
    func repair(in context: CheckContext) -> Repair

    /// What breaks the promise, and what only just keeps it: the proof that the check can fail.
    ///
    /// The scope that the author set with `where` is seen to elsewhere.
    func specimens(in context: CheckContext) -> Specimens

    /// What makes a broken promise impossible.
    func lock(in context: CheckContext) -> Lock
}

/// The answers to an ``AggregateQuestion``.
public struct AggregateAnswers: Sendable, Hashable {
    /// The aggregates as text, in the order they were asked.
    public let values: [String?]
    /// The time of the snapshot, in seconds since 1970.
    public let now: Double
    /// What recorded runs measured, for a check that needs it.
    public let past: Past

    /// Creates answers.
    public init(values: [String?], now: Double, past: Past = Past()) {
        self.values = values
        self.now = now
        self.past = past
    }
}

/// A table and columns that a check names beside its own.
public struct ForeignName: Sendable, Hashable {
    /// The table.
    public let table: TableName
    /// The columns of it.
    public let columns: [String]

    /// Creates a name.
    public init(table: TableName, columns: [String]) {
        self.table = table
        self.columns = columns
    }
}

extension Check {
    /// The kind's name: `unique`, `one-of`.
    public static var kind: String { documentation.kind }

    /// The kind's name: `unique`, `one-of`.
    public var kind: String { Self.kind }

    /// Nothing.
    public var fault: String? { nil }

    /// Itself alone.
    public var parts: [any Check] { [self] }

    /// None.
    public var foreignNames: [ForeignName] { [] }

    /// None.
    public var statements: [SQL] { [] }

    /// None.
    public var conditionStatements: [SQL] { [] }

    /// The columns it names, joined.
    public var subject: String { columns.joined(separator: "+") }

    /// The dimension it is counted under: the author's, or the kind's.
    public var dimension: Dimension { options.dimension ?? Self.documentation.dimension }

    /// No.
    public var needsPast: Bool { false }

    /// Nothing: kinds that ask for aggregates say what their answers amount to.
    public func measure(_ answers: AggregateAnswers) -> Measure {
        Measure(violations: 0, scope: 0)
    }

    /// Only the database can say.
    public func evaluate(_ row: Row) -> Evaluation { .notEvaluable }

    /// By a person: what the right values are cannot be told from the promise.
    public func repair(in context: CheckContext) -> Repair {
        .listOnly("the promise does not say what the right values are")
    }

    /// The scope that the author set with `where`, and these conditions.
    func scope(in context: CheckContext, and conditions: [SQL] = []) -> SQL? {
        let all = conditions + (options.scope.map { [$0.sql(in: context)] } ?? [])
        return all.isEmpty ? nil : all.joined(separator: " AND ")
    }

    /// What limits an aggregate to the scope that the author set with `where`.
    func filter(in context: CheckContext) -> SQL {
        scope(in: context).map { " FILTER (WHERE \($0))" } ?? ""
    }

    /// Evaluates within the scope that the author set with `where`.
    func evaluate(_ row: Row, _ body: () -> Evaluation) -> Evaluation {
        guard let scope = options.scope else { return body() }
        switch scope.holds(for: row) {
        case nil: return .notEvaluable
        case false?: return .outOfScope
        case true?: return body()
        }
    }
}
