/// What makes a broken promise impossible: a constraint or an index of the database.
///
/// `assay fix lock` writes the migration that creates it.
public enum Lock: Sendable, Hashable {
    /// A condition on each row.
    case rows(Rows)
    /// A key that no two rows share.
    case unique(Key)
    /// A foreign key; where only some rows are looked at, on a column that holds their references alone.
    case reference(OrphanQuestion)
    /// It stands already, under this name.
    case proven(by: String)
    /// Nothing can, for this reason, with what to do instead.
    case impossible(String)

    /// A condition on each row.
    public struct Rows: Sendable, Hashable {
        /// What is proven once it stands.
        public let promise: Question
        /// True for a row that must not be; `nil` where NOT NULL says all.
        public let violated: SQL?
        /// The column that is NOT NULL from then on.
        public let notNull: String?
        /// What must be proven beside it.
        public let given: [ColumnForm]

        /// Creates a condition.
        public init(
            promise: Question, violated: SQL?, notNull: String? = nil, given: [ColumnForm] = []
        ) {
            self.promise = promise
            self.violated = violated
            self.notNull = notNull
            self.given = given
        }
    }

    /// A key that no two rows share.
    public struct Key: Sendable, Hashable {
        /// One part of it.
        public struct Part: Sendable, Hashable {
            /// The column.
            public let column: String
            /// What is compared; `nil` for the column as it is.
            public let expression: SQL?
        }

        /// What is proven once it stands.
        public let promise: Question
        /// What is compared.
        public let parts: [Part]
        /// Which rows are compared; `nil` for all.
        public let scope: SQL?
        /// What must be proven beside it.
        public let given: [ColumnForm]
    }
}

extension Check {
    /// What the question needs, where one constraint can guarantee the answer.
    public func lock(in context: CheckContext) -> Lock {
        switch question(in: context) {
        case .proven(let name):
            return .proven(by: name)
        case .rows(let rows):
            return .rows(.init(promise: .rows(rows), violated: rows.violated))
        case .orphans(let question):
            return .reference(question)
        case .groups:
            return .impossible(
                "a unique key counts rows, and this counts different values among them; keep the audit"
            )
        case .aggregates:
            return .impossible(
                "it is about the table as a whole and about the time, which change without a row being "
                    + "written; keep the audit")
        case .violators:
            return .impossible(
                "its SQL may look at any rows, and a constraint sees the one that is written; where one "
                    + "row decides, say it as Implies")
        case .distant:
            return .impossible(
                "it is about another database, which no constraint sees; keep the audit")
        case .facts:
            return .impossible("it is about the catalog, not about rows; keep the audit")
        case .statement:
            return .impossible("it is about a statement, not about rows; keep the audit")
        }
    }
}

extension Required {
    /// A column that is NOT NULL; a text is held not to be blank beside it.
    public func lock(in context: CheckContext) -> Lock {
        let question = question(in: context)
        guard case .rows(let rows) = question, rows.scope == nil,
            rows.parts.first?.label == "null"
        else {
            guard case .rows(let rows) = question else {
                if case .proven(let name) = question { return .proven(by: name) }
                return .impossible("nothing is asked")
            }
            return .rows(.init(promise: question, violated: rows.violated))
        }
        // Once the column is NOT NULL, blank text is all that is asked about.
        let blank = rows.parts.dropFirst().first
        let promise = RowQuestion(scope: nil, parts: [blank].compactMap(\.self))
        return .rows(
            .init(promise: .rows(promise), violated: blank?.violated, notNull: subject))
    }
}

extension SharedHost {
    /// Looks at the value itself, which a lock of its own holds in its normal form.
    public func lock(in context: CheckContext) -> Lock {
        let column: SQL = .identifier(subject)
        let shared = SharedHosts.predicate(column)
        let scope = scope(in: context)
        return .rows(
            .init(
                promise: question(in: context),
                violated: scope.map { "(\($0)) AND \(shared)" } ?? shared,
                given: [ColumnForm(subject, as: .domain, encoding: context.encoding)]))
    }
}

extension Unique {
    /// A unique key over values that stand in their normal form by a lock of their own, where the form
    /// itself cannot stand in an index.
    public func lock(in context: CheckContext) -> Lock {
        let question = question(in: context)
        if case .proven(let name) = question { return .proven(by: name) }
        var given: [ColumnForm] = []
        let parts = key.map { part -> Lock.Key.Part in
            guard let form = part.normalizer else {
                return .init(column: part.column, expression: nil)
            }
            let column: SQL = .identifier(part.column)
            if form.fitsIndex {
                let key = form.key(column, encoding: context.encoding)
                return .init(column: part.column, expression: "\(key) COLLATE \"C\"")
            }
            given.append(ColumnForm(part.column, as: form, encoding: context.encoding))
            let key = form.key(ofNormal: column)
            return .init(column: part.column, expression: key.map { "\($0) COLLATE \"C\"" })
        }
        return .unique(
            .init(promise: question, parts: parts, scope: scope(in: context), given: given))
    }
}
