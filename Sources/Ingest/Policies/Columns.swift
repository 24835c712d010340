/// Values by column, in the order in which they were said.
///
/// A row has few columns: looking through them takes less time than hashing a name does.
struct Columns<Value: Sendable>: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    typealias Element = (column: String, value: Value)
    private var elements: [Element] = []

    init() {}

    init(dictionaryLiteral elements: (String, Value)...) {
        self.elements = elements.map { ($0, $1) }
    }

    /// Creates values of which each column may be said once.
    init(_ elements: [Element]) { self.elements = elements }

    var count: Int { elements.count }

    func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }

    subscript(column: String) -> Value? {
        get { elements.first { $0.column == column }?.value }
        set {
            let place = elements.firstIndex { $0.column == column }
            switch (place, newValue) {
            case (let place?, let value?): elements[place].value = value
            case (let place?, nil): elements.remove(at: place)
            case (nil, let value?): elements.append((column, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds others; of a column that both have, theirs.
    func merging(_ others: Columns) -> Columns {
        var merged = self
        for (column, value) in others { merged[column] = value }
        return merged
    }
}

extension Columns: Equatable where Value: Equatable {
    static func == (left: Columns, right: Columns) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.column] == $0.value }
    }
}

extension Columns: Hashable where Value: Hashable {
    func hash(into hasher: inout Hasher) {
        // In any order the same.
        for (column, value) in sorted(by: { $0.column < $1.column }) {
            hasher.combine(column)
            hasher.combine(value)
        }
    }
}
