/// PostgreSQL's parse tree, with the names of its own structs and fields.
///
/// A node is an object with one member, named for its type: `{"RangeVar": {"relname": …}}`. A field
/// of fixed type holds the fields alone: `"relation": {"relname": …}`.
///
/// libpg_query leaves out what is 0 or false, and by a fault of its own negative integer constants
/// too: `-5` and `0` are both `{"ival": {}}`. Read those in the statement's text, at `location`.
public enum SyntaxTree: Hashable, Sendable {
    /// Fields in PostgreSQL's order.
    case object([Member])
    /// A list.
    case array([SyntaxTree])
    /// A name, a constant or a word of an enumeration.
    case string(String)
    /// An integer; PostgreSQL writes other numbers as strings.
    case number(Int)
    /// A flag; PostgreSQL leaves out those that are false.
    case bool(Bool)
    /// Nothing, as for a field that is left out.
    case null

    /// A field of an object.
    public struct Member: Hashable, Sendable {
        /// The field's name, or the node's type.
        public let key: String
        /// What it holds.
        public let value: SyntaxTree
    }

    /// The value of a field, or `null`.
    public subscript(key: String) -> SyntaxTree {
        guard case .object(let members) = self else { return .null }
        return members.first { $0.key == key }?.value ?? .null
    }

    /// The element at an index, or `null`.
    public subscript(index: Int) -> SyntaxTree {
        let elements = array
        return elements.indices.contains(index) ? elements[index] : .null
    }

    /// The elements of a list; none if this is no list.
    public var array: [SyntaxTree] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The fields of an object; none if this is no object.
    public var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The text of a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of an integer.
    public var number: Int? {
        if case .number(let value) = self { value } else { nil }
    }

    /// Whether this is a flag that is set.
    public var isTrue: Bool { self == .bool(true) }

    /// Whether there is nothing here.
    public var isNull: Bool { self == .null }

    /// The texts of a list of `String` nodes, such as the parts of a qualified name.
    public var names: [String] { array.compactMap { $0["String"]["sval"].string } }
}

extension SyntaxTree {
    /// Whether a walk goes on to what is below a value.
    public enum Descent: Sendable {
        /// Visit what is below.
        case into
        /// Leave it out.
        case past
    }

    /// Visits every field and every list element below, parents first, in order.
    ///
    /// - Parameter visit: Takes the name of the field that holds a value, which a list passes on to
    ///   its elements, and the value. It says whether to visit what is below.
    public func walk(_ visit: (_ key: String, _ value: SyntaxTree) -> Descent) {
        var waiting = below(key: "")
        while let next = waiting.popLast() {
            if visit(next.key, next.value) == .into {
                waiting.append(contentsOf: next.value.below(key: next.key))
            }
        }
    }

    /// The values directly below, last first.
    private func below(key: String) -> [Member] {
        switch self {
        case .object(let members): members.reversed()
        case .array(let elements): elements.reversed().map { Member(key: key, value: $0) }
        default: []
        }
    }

    /// Every node of a type below, such as `nodes("FuncCall")`, parents first, in order.
    public func nodes(_ type: String) -> [SyntaxTree] {
        var found: [SyntaxTree] = []
        walk { key, value in
            if key == type { found.append(value) }
            return .into
        }
        return found
    }
}
