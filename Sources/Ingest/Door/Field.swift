import Auditor

/// A member that a payload may have, and of which type.
///
/// Null and blank text say nothing, of whatever type a field is. Members that are not declared are kept in
/// raw and looked at no further.
public struct Field: Sendable, Hashable {
    /// What stands under a key.
    public indirect enum Shape: Sendable, Hashable {
        /// Text.
        case text
        /// Text or a whole number: what is a code to one sender is a number to another.
        case code
        /// True or false.
        case boolean
        /// A whole number.
        case integer
        /// A number.
        case number
        /// Anything.
        case any
        /// A list of one shape.
        case list(Shape)
        /// An object with these members.
        case object([Field])
        /// An object with these members, or text.
        case textOrObject([Field])
    }

    /// The key.
    public let name: String
    /// Another key under which some senders write it.
    public let alias: String?
    /// What stands under it.
    public let shape: Shape
    /// Whether a payload without it is refused.
    public private(set) var isRequired = false

    private init(_ name: String, _ alias: String?, _ shape: Shape) {
        self.name = name
        self.alias = alias
        self.shape = shape
    }

    static func text(_ name: String, or alias: String? = nil) -> Field {
        Field(name, alias, .text)
    }
    static func code(_ name: String) -> Field { Field(name, nil, .code) }
    static func boolean(_ name: String) -> Field { Field(name, nil, .boolean) }
    static func integer(_ name: String) -> Field { Field(name, nil, .integer) }
    static func number(_ name: String) -> Field { Field(name, nil, .number) }
    static func any(_ name: String) -> Field { Field(name, nil, .any) }
    static func list(_ name: String, of shape: Shape) -> Field { Field(name, nil, .list(shape)) }
    static func list(_ name: String, of fields: Field...) -> Field {
        .objects(name, of: fields)
    }
    static func objects(_ name: String, of fields: [Field]) -> Field {
        Field(name, nil, .list(.object(fields)))
    }
    static func object(_ name: String, _ fields: Field...) -> Field {
        Field(name, nil, .object(fields))
    }

    /// The field, without which a payload is refused.
    var required: Field {
        var copy = self
        copy.isRequired = true
        return copy
    }
}

/// One thing that is wrong with a payload as a whole, so that nothing of it is stored.
public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// Where, as `customers[3].url`; empty for the payload.
    public let path: String
    /// What is wrong, as the end of a sentence that begins with the place.
    public let sentence: String

    /// Says what is wrong where.
    public init(path: String, sentence: String) {
        self.path = path
        self.sentence = sentence
    }

    /// `customers[3].url: must be a text`.
    public var description: String { path.isEmpty ? sentence : "\(path): \(sentence)" }
}

/// Holds a payload against the fields that it may have.
struct Validation {
    private(set) var problems: [Problem] = []

    /// So many are told; whoever sends hundreds has one fault, not hundreds.
    private static let limit = 20

    static func problems(of payload: JSONValue, _ fields: [Field]) -> [Problem] {
        guard case .object = payload else {
            return [Problem(path: "", sentence: "the payload must be an object")]
        }
        var validation = Validation()
        validation.members(Item(value: payload, path: ""), fields)
        let more = validation.problems.count - limit
        guard more > 0 else { return validation.problems }
        return validation.problems.prefix(limit)
            + [Problem(path: "", sentence: "and \(more) more like these")]
    }

    private mutating func members(_ item: Item, _ fields: [Field]) {
        for field in fields {
            let keys = [field.name] + (field.alias.map { [$0] } ?? [])
            let given = keys.compactMap { key in item.value[key].map { (key, $0) } }
            for (key, value) in given { hold(value, at: item.place(key), field.shape) }
            if field.isRequired, !given.contains(where: { !$0.1.isNull && !$0.1.isBlank }) {
                let hint =
                    given.isEmpty
                    ? Nearest.suggestion(
                        for: field.name, among: item.value.keys.map(JSONPath.shown)) : ""
                add(item.place(field.name), "is required\(hint)")
            }
        }
    }

    private mutating func hold(_ value: JSONValue, at path: String, _ shape: Field.Shape) {
        if value.isNull || value.isBlank { return }
        switch (shape, value) {
        case (.any, _), (.text, .string), (.code, .string), (.boolean, .bool), (.number, .number):
            break
        case (.integer, .number(let digits)), (.code, .number(let digits)):
            if Int64(digits) == nil { add(path, "must be a whole number") }
        case (.list(let element), .array(let elements)):
            for (index, value) in elements.enumerated() {
                hold(value, at: "\(path)[\(index)]", element)
            }
        case (.object(let fields), .object):
            members(Item(value: value, path: path), fields)
        case (.textOrObject, .string):
            break
        case (.textOrObject(let fields), .object):
            members(Item(value: value, path: path), fields)
        default:
            add(path, "must be \(shape.noun), and is \(value.noun)")
        }
    }

    private mutating func add(_ path: String, _ sentence: String) {
        problems.append(Problem(path: path, sentence: sentence))
    }
}

extension Field.Shape {
    fileprivate var noun: String {
        switch self {
        case .text: "a text"
        case .code: "a text or a whole number"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .any: "anything"
        case .list: "a list"
        case .object: "an object"
        case .textOrObject: "a text or an object"
        }
    }
}
