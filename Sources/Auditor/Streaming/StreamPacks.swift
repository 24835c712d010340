import Assay
import Postgres
import Streams

/// How the server packs the values of a slot.
struct StreamPacking: Sendable {
    let values: RowPacking.Values
    /// The function that makes a value's bytes; `nil` for texts.
    let function: String?

    private init(_ values: RowPacking.Values, _ function: String?) {
        self.values = values
        self.function = function
    }

    static let text = StreamPacking(.text, nil)
    static let boolean = StreamPacking(.fixed(1), "boolsend")

    /// How a column is packed; `nil` where its values have neither one size nor are text.
    init?(_ column: Column) {
        switch column.baseTypeName {
        case _ where column.isPlainText: self = .text
        case "smallint": self.init(.fixed(2), "int2send")
        case "integer": self.init(.fixed(4), "int4send")
        case "bigint": self.init(.fixed(8), "int8send")
        case "real": self.init(.fixed(4), "float4send")
        case "double precision": self.init(.fixed(8), "float8send")
        case "date": self.init(.fixed(4), "date_send")
        case "uuid": self.init(.fixed(16), "uuid_send")
        case "boolean": self = .boolean
        case let name where name.hasPrefix("timestamp"):
            self.init(
                .fixed(8),
                name.hasSuffix("without time zone") ? "timestamp_send" : "timestamptz_send")
        default: return nil
        }
    }

    /// The aggregate of an expression's values.
    func aggregate(of expression: SQL, null: String) -> SQL {
        guard let function else {
            return """
                pg_catalog.string_agg(coalesce((\(expression))::text, \(null)), \
                pg_catalog.chr(\(unchecked: String(RowPacking.separator))))
                """
        }
        return """
            pg_catalog.string_agg(coalesce(pg_catalog.decode('01', 'hex') OPERATOR(pg_catalog.||) \
            pg_catalog.\(unchecked: function)(\(expression)), pg_catalog.decode('00', 'hex')), ''::bytea)
            """
    }
}

/// A table whose rows come in packs, each of some pages: the server goes over the rows once, and counts for
/// other checks on the way.
struct StreamPacks: Sendable {
    /// Checks of the table that the server evaluates in the same pass.
    struct Counted: Sendable {
        let checks: [Int]
        /// Those of which the scope alone is counted.
        let scopesOnly: Set<Int>

        /// Those that it answers.
        func answered(_ items: [Plan.Item]) -> [Int] {
            checks.filter { !scopesOnly.contains($0) && items[$0].question.isAnsweredByPass }
        }

        func statement(_ items: [Plan.Item]) -> ScanStatement {
            ScanStatement(checks: checks, scopesOnly: scopesOnly, items: items)
        }
    }

    let packing: RowPacking
    let slots: [StreamPacking]
    var counted: Counted?
    /// The stream that reads the table row by row, where something is wrong with this one.
    var alternate: Int?

    /// So many pages make a pack: of some thousand rows, and of 24 megabytes where the values of all of them
    /// are compressed as far as can be.
    static let pages = 32

    /// How many bytes of a table are read by one statement.
    ///
    /// To compile one takes the server a tenth of a second, so that each connection has two of them, or of a
    /// very large table one for each gigabyte; where bytes come slowly, none takes longer than half a minute.
    static func partSize(of table: Plan.AuditedTable, _ options: AuditOptions) -> Int {
        let share = min(1 << 30, table.bytes / (2 * max(1, options.connections)))
        return max(options.partSize, min(share, options.maxRate.map { $0 * 30 } ?? share))
    }

    init(_ slots: [StreamPacking]) {
        self.slots = slots
        packing = RowPacking(slots.map(\.values))
    }

    /// The pages of one pack of a part.
    static func part(_ part: Stream.Part, beginningAt page: Int) -> Stream.Part {
        .init(leaf: part.leaf, start: page, end: min(page + pages, part.end ?? .max))
    }

    /// How many expressions are evaluated for each row.
    func expressions(_ items: [Plan.Item]) -> Int {
        slots.count + 1 + (counted?.statement(items).expressions.count ?? 0)
    }
}

extension Stream {
    /// The statement that sends a part of the table in packs: the first page of each, how many rows it has, their
    /// places, the slots, and what is counted.
    func statement(
        _ part: Part, of table: Plan.AuditedTable, in packs: StreamPacks, _ items: [Plan.Item]
    ) -> SQL {
        let counted =
            packs.counted?.statement(items).expressions.map { "(\($0))::text" as SQL } ?? []
        let slots = zip(packs.slots, columns).map {
            $0.aggregate(of: $1, null: packs.packing.null)
        }
        let answers: [SQL] =
            ["pg_catalog.string_agg(pg_catalog.tidsend(ctid), ''::bytea)"] + slots + counted
        return StreamPacks.statement(
            answers, from: table.source(ofLeaf: part.leaf), lyingIn: table.leaves[part.leaf].name,
            prefix: table.prefix, pages: (part.start, part.end))
    }
}

extension StreamPacks {
    /// The statement that sends packs: the first page of each, how many rows it has, and what is wanted of them.
    ///
    /// The subquery is run for each pack, and finds its rows by the range of their places.
    ///
    /// - Parameters:
    ///   - answers: What is wanted: aggregates.
    ///   - source: What the rows are read from.
    ///   - leaf: The table that they lie in.
    ///   - prefix: How no column of it is called.
    ///   - pages: The first page, and the one that ends the part; `nil` for those of the table.
    ///   - condition: A SQL boolean that is true of the rows that are wanted.
    /// - Returns: The statement.
    static func statement(
        _ answers: [SQL], from source: SQL, lyingIn leaf: TableName, prefix: String,
        pages: (start: Int?, end: Int?), where condition: SQL? = nil
    ) -> SQL {
        let page = SQL(unchecked: "\(prefix)pages.\(prefix)page")
        let size = SQL(unchecked: String(StreamPacks.pages))
        // The catalog knows how large the table was when it was analysed last.
        let end: SQL =
            pages.end.map { SQL(unchecked: String($0)) } ?? """
                pg_catalog.pg_relation_size(pg_catalog.format('%I.%I', \(leaf.schema), \(leaf.name))::regclass) \
                / pg_catalog.current_setting('block_size')::bigint
                """
        let packEnd: SQL =
            pages.end == nil ? "\(page) + \(size)" : "least(\(page) + \(size), \(end))"
        let filter = condition.map { " AND \($0)" as SQL } ?? ""
        return """
            SELECT \(page), \(unchecked: prefix)answers.* \
            FROM pg_catalog.generate_series(\(unchecked: String(pages.start ?? 0))::bigint, \(end) - 1, \(size)) \
            AS \(unchecked: "\(prefix)pages(\(prefix)page)"), \
            LATERAL (SELECT \((["pg_catalog.count(*)"] + answers).joined(separator: ", ")) FROM \(source) \
            WHERE ctid >= ('(' || \(page) || ',0)')::tid AND ctid < ('(' || \(packEnd) || ',0)')::tid\(filter)) \
            AS \(unchecked: prefix)answers
            """
    }
}
