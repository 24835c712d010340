import Assay
import Postgres
import Streams

/// The columns of a COPY, each once, and the tests that look at them.
struct StreamSlots {
    /// What is read beside the row's place, in the order of the slots, the first of which is 1.
    private(set) var columns: [SQL] = []
    /// How the values of each are packed; `nil` for what cannot be.
    private(set) var packings: [StreamPacking?] = []
    private(set) var forms: [StreamProgram.Form] = []
    /// SQL that the server evaluates for each row on the way.
    private(set) var evaluated: [SQL] = []
    private var places: [SQL: Int] = [:]
    /// By column and form, however SQL spells it.
    private var formPlaces: [String: Int] = [:]
    private let relation: Relation

    init(_ relation: Relation) {
        self.relation = relation
    }

    /// The slot of an expression.
    private mutating func slot(_ expression: SQL, _ packing: StreamPacking?) -> Int {
        if let place = places[expression] { return place }
        columns.append(expression)
        packings.append(packing)
        places[expression] = columns.count
        return columns.count
    }

    /// The slot of a boolean that the server evaluates.
    private mutating func condition(_ sql: SQL) -> StreamTest {
        if places[sql] == nil { evaluated.append(sql) }
        return .isBoolean(slot(sql, .boolean), true)
    }

    /// The slot of a column as text.
    mutating func text(_ column: String) -> Int {
        let isPlain = relation.column(column)?.isPlainText ?? false
        return slot(isPlain ? .identifier(column) : "\(identifier: column)::text", .text)
    }

    /// The number of a form.
    mutating func form(_ form: ColumnForm) -> Int {
        let name = "\(form.normalizer.name) \(form.column)"
        if let place = formPlaces[name] { return place }
        forms.append(.init(slot: text(form.column), normalizer: form.normalizer))
        formPlaces[name] = forms.count - 1
        return forms.count - 1
    }

    /// The slot of a column whose bytes are equal where its values are; `nil` for types where they need
    /// not be.
    mutating func value(_ column: String) -> Int? {
        guard let column = relation.column(column), column.isComparedByBytes else { return nil }
        return slot(.identifier(column.name), StreamPacking(column))
    }

    /// The slot of a column and a value to compare it with; `nil` where only the database can.
    private mutating func bounded(
        _ column: String, _ text: String
    ) -> (slot: Int, bound: ValueBound)? {
        guard let known = relation.column(column),
            let bound = ValueBound(text, type: known.baseTypeName)
        else { return nil }
        return (slot(.identifier(column), StreamPacking(known)), bound)
    }

    /// Makes slots of the values that a test looks at, so that whether one is null is known for nothing.
    mutating func takeValues(of test: RowTest) {
        switch test {
        case .isBelow(let column, let bound), .isAbove(let column, let bound):
            _ = bounded(column, bound)
        case .not(let test): takeValues(of: test)
        case .all(let tests), .any(let tests): tests.forEach { takeValues(of: $0) }
        default:
            if let column = test.readColumn, relation.column(column)?.category == .text {
                _ = text(column)
            }
        }
    }

    /// A part of a key; `nil` where only the database can compare it.
    mutating func keyPart(_ key: GroupQuestion.Key) -> KeyPart? {
        if let form = key.form { return .form(self.form(form)) }
        guard let name = key.column, let column = relation.column(name) else { return nil }
        if column.category == .text { return .text(text(name)) }
        guard let slot = value(name) else { return nil }
        return column.isSignedNumber ? .signed(slot) : .fixed(slot)
    }

    /// A test by the slots.
    mutating func test(_ test: RowTest) -> StreamTest {
        switch test {
        case .isNull(let column):
            // A value that is read anyway says it for nothing.
            let known: [SQL] = [.identifier(column), "\(identifier: column)::text"]
            if let place = known.lazy.compactMap({ [places] in places[$0] }).first {
                return .isNull(place)
            }
            return condition("\(identifier: column) IS NULL")
        case .isTrue(let column):
            return boolean(column, true) ?? condition("\(identifier: column) IS TRUE")
        case .isFalse(let column):
            return boolean(column, false) ?? condition("\(identifier: column) IS FALSE")
        case .isBlank(let column): return .isBlank(text(column))
        case .isNormal(let form): return .isNormal(self.form(form))
        case .isOneOf(let column, let values): return .isOneOf(text(column), ByteSet(values))
        case .isLike(let column, let patterns):
            return .isLike(text(column), patterns.map { LikePattern($0) })
        case .isShorter(let column, let limit): return .isShorter(text(column), than: limit)
        case .isLonger(let column, let limit): return .isLonger(text(column), than: limit)
        case .isMatch(let column, let pattern): return .isMatch(text(column), pattern)
        case .isBelow(let column, let text):
            guard let (slot, bound) = bounded(column, text) else {
                return condition("\(identifier: column) < \(text)")
            }
            return .isBelow(slot, bound)
        case .isAbove(let column, let text):
            guard let (slot, bound) = bounded(column, text) else {
                return condition("\(identifier: column) > \(text)")
            }
            return .isAbove(slot, bound)
        case .isSharedHost(let form): return .isSharedHost(text(form.column))
        case .sql(let sql): return condition(sql)
        case .not(let test): return .not(self.test(test))
        case .all(let tests): return .all(tests.map { self.test($0) })
        case .any(let tests): return .any(tests.map { self.test($0) })
        }
    }

    /// A test of some rows, or of all.
    mutating func scope(_ test: RowTest?) -> StreamTest {
        test.map { self.test($0) } ?? .always
    }

    private mutating func boolean(_ column: String, _ wanted: Bool) -> StreamTest? {
        guard relation.column(column)?.category == .boolean else { return nil }
        return .isBoolean(slot(.identifier(column), .boolean), wanted)
    }
}

extension Column {
    /// Whether two values are equal where their bytes in the binary format are, and only there.
    var isComparedByBytes: Bool {
        switch category {
        case .text:
            isDeterministic && isPlainText
        case .boolean, .uuid, .date, .timestamp: true
        case .numeric: isSignedNumber
        default: false
        }
    }

    /// Whether the binary format is the text as SQL compares it: that of `char(n)` has blanks at its end.
    var isPlainText: Bool {
        baseTypeName == "text" || baseTypeName.hasPrefix("character varying")
    }

    /// Whether the binary format is a number of fixed width with a sign.
    var isSignedNumber: Bool {
        switch baseTypeName {
        case "smallint", "integer", "bigint", "date": true
        default: category == .timestamp
        }
    }
}

extension RowTest {
    /// The column whose value it looks at, rather than at whether it is null.
    fileprivate var readColumn: String? {
        switch self {
        case .isNull, .sql, .not, .all, .any: nil
        case .isTrue(let column), .isFalse(let column), .isBlank(let column),
            .isOneOf(let column, _), .isLike(let column, _), .isShorter(let column, _),
            .isLonger(let column, _), .isMatch(let column, _), .isBelow(let column, _),
            .isAbove(let column, _):
            column
        case .isNormal(let form), .isSharedHost(let form): form.column
        }
    }
}
