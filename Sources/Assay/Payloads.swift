/// A column of payloads, how a row finds its own, and where in it the values of columns stand.
///
/// A row may have several payloads: the one that arrived last counts.
public struct Payloads: Sendable {
    /// Where a value stands: `"name"`, `.path("location", "city", "name")`, `.element("companyName")`.
    public struct Place: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The names of the keys, one a step.
        public let path: [String]
        /// Whether the way begins at the row's own element of the array.
        public let isInElement: Bool

        /// A key of the payload.
        public init(stringLiteral key: String) {
            self.init(path: [key], isInElement: false)
        }

        private init(path: [String], isInElement: Bool) {
            self.path = path
            self.isInElement = isInElement
        }

        /// A way into the payload, one name a step.
        public static func path(_ first: String, _ steps: String...) -> Place {
            Place(path: [first] + steps, isInElement: false)
        }

        /// A way into the element that the row comes from; without a step, the element itself.
        public static func element(_ steps: String...) -> Place {
            Place(path: steps, isInElement: true)
        }
    }

    /// A table that is gone through on the way to the payload.
    public struct Hop: Sendable, Hashable {
        /// The table.
        public let table: TableName
        /// The column before it that leads there.
        public let column: String
        /// The column of the table that it is compared with.
        public let matching: String
    }

    /// How a row and its payload are known to belong together.
    public enum Link: Sendable, Hashable {
        /// A column equals a column of the payloads' table, both in the form of the key.
        case column(Unique.Key, matching: String)
        /// A column of the row equals a value in the payload, both in the form of the key.
        case value(Unique.Key, at: Place)
    }

    /// A column and where its value stands.
    public struct Value: Sendable, Hashable {
        /// The column.
        public let column: String
        /// Where its value should stand.
        public let place: Place
        /// Other names that the key is known to go by.
        public let aliases: [String]
    }

    /// What tells the workflow that sent a payload.
    public enum Workflow: Sendable, Hashable {
        /// A column of the payloads' table.
        case column(String)
        /// A value in the payload.
        case value(Place)
    }

    /// The payloads' table.
    public let table: TableName
    /// The column of type `json` or `jsonb`.
    public let column: String
    /// The way to the array each of whose elements is a row; empty where a payload is one row.
    public let elements: [String]
    /// The tables that are gone through, the first first.
    public private(set) var hops: [Hop] = []
    /// How a row and its payload are known to belong together; all of these must hold.
    public private(set) var links: [Link] = []
    /// Where the values of columns stand.
    public private(set) var values: [Value] = []
    /// The column that tells when a payload arrived.
    public private(set) var arrival = "created_at"
    /// What tells the workflow.
    public private(set) var workflow: Workflow?
    /// The workflow where nothing else tells it.
    public private(set) var workflowName: String?
    /// Which rows of the table come from here; `nil` for all.
    public private(set) var scope: Condition?

    /// Names a column of payloads.
    ///
    /// - Parameters:
    ///   - table: `schema.table`.
    ///   - column: The column of type `json` or `jsonb`.
    ///   - elements: The way to the array each of whose elements is a row; nothing where a payload is
    ///     one row.
    public init(_ table: String, _ column: String, each elements: String...) {
        self.table = TableName(table)
        self.column = column
        self.elements = elements
    }

    /// Goes through another table on the way to the payload.
    ///
    /// - Parameters:
    ///   - table: `schema.table`.
    ///   - column: The column of the row, or of the table gone through before, that leads there.
    ///   - matching: The column of the other table.
    /// - Returns: The payloads.
    public func through(_ table: String, by column: String, matching: String) -> Payloads {
        with { $0.hops.append(Hop(table: TableName(table), column: column, matching: matching)) }
    }

    /// Finds the payload by a column of its table.
    ///
    /// - Parameters:
    ///   - key: The column of the row, or of the table gone through last, compared in its form.
    ///   - matching: The column of the payloads' table; the same name where nothing is said.
    /// - Returns: The payloads.
    public func found(by key: Unique.Key, matching: String? = nil) -> Payloads {
        with { $0.links.append(.column(key, matching: matching ?? key.column)) }
    }

    /// Finds the payload, or the element of it, by a value that stands in it.
    ///
    /// - Parameters:
    ///   - key: The column of the row, compared in its form.
    ///   - place: Where the value stands.
    /// - Returns: The payloads.
    public func found(by key: Unique.Key, at place: Place) -> Payloads {
        with { $0.links.append(.value(key, at: place)) }
    }

    /// Says that payloads carry these columns under their own names.
    public func carrying(_ columns: String...) -> Payloads {
        with { payloads in
            payloads.values += columns.map {
                Value(column: $0, place: Place(stringLiteral: $0), aliases: [])
            }
        }
    }

    /// Says where the value of a column stands.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - place: Where its value should stand.
    ///   - aliases: Other names that the key is known to go by.
    /// - Returns: The payloads.
    public func carrying(_ column: String, at place: Place, or aliases: String...) -> Payloads {
        with { $0.values.append(Value(column: column, place: place, aliases: aliases)) }
    }

    /// Names the column that tells when a payload arrived, where it is not `created_at`.
    public func arrived(at column: String) -> Payloads {
        with { $0.arrival = column }
    }

    /// Names the workflow that sends all of these payloads.
    public func workflow(_ name: String) -> Payloads {
        with { $0.workflowName = name }
    }

    /// Says where in a payload its workflow is named, and which it is where none is.
    public func workflow(at place: Place, otherwise name: String? = nil) -> Payloads {
        with { payloads in
            payloads.workflow = .value(place)
            payloads.workflowName = name
        }
    }

    /// Names the column of the payloads' table that holds the workflow, and which it is where none is.
    public func workflow(in column: String, otherwise name: String? = nil) -> Payloads {
        with { payloads in
            payloads.workflow = .column(column)
            payloads.workflowName = name
        }
    }

    /// Limits the payloads to some rows of the table.
    public func `where`(_ scope: Condition) -> Payloads {
        with { payloads in
            payloads.scope = payloads.scope.map { .all([$0, scope]) } ?? scope
        }
    }

    private func with(_ change: (inout Payloads) -> Void) -> Payloads {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Payloads {
    /// The value of this column.
    public func value(of column: String) -> Value? { values.first { $0.column == column } }

    /// The columns of the fed table that it names.
    var ownColumns: [String] {
        var columns = values.map(\.column) + (scope?.columns ?? [])
        if let first = hops.first { columns.append(first.column) }
        for link in links {
            switch link {
            case .column(let key, _): if hops.isEmpty { columns.append(key.column) }
            case .value(let key, _): columns.append(key.column)
            }
        }
        return columns
    }

    /// The tables and columns it names beside the fed table.
    public var foreignNames: [ForeignName] {
        var own = [column, arrival]
        var names: [ForeignName] = []
        for (place, hop) in hops.enumerated() {
            let next = place + 1 < hops.count ? [hops[place + 1].column] : linkColumns
            names.append(ForeignName(table: hop.table, columns: [hop.matching] + next))
        }
        for case .column(_, let matching) in links { own.append(matching) }
        if case .column(let name)? = workflow { own.append(name) }
        return names + [ForeignName(table: table, columns: own)]
    }

    private var linkColumns: [String] {
        links.compactMap { link in
            guard case .column(let key, _) = link else { return nil }
            return key.column
        }
    }

    /// What is wrong with the declaration itself, each as the end of a sentence that begins with it.
    public var faults: [String] {
        var faults: [String] = []
        if links.isEmpty {
            faults.append(
                "says not how a row finds its payload; add .found(by: \"raw_id\", matching: \"id\")"
            )
        }
        var places = values.map(\.place)
        for case .value(_, let place) in links { places.append(place) }
        if case .value(let place)? = workflow { places.append(place) }
        if elements.isEmpty, places.contains(where: \.isInElement) {
            faults.append(
                "names a place in an element, and no array; add each: \"customers\" to Payloads")
        }
        if places.contains(where: { !$0.isInElement && $0.path.isEmpty }) {
            faults.append("names a place without a key")
        }
        return faults
    }
}

extension Payloads.Place: CustomStringConvertible {
    /// The way, as a person writes it: `location.city.name`.
    public var description: String { path.joined(separator: ".") }
}
