import Assay

/// A part of a payload, and where it stands.
struct Item: Sendable {
    let value: JSONValue
    let path: String

    /// What is read of it under the first of some keys that says something.
    func text(_ keys: String...) -> Reading {
        reading(keys) { value in
            guard case .string(let text) = value else { return value }
            return Item.trimmed(text).map(JSONValue.string)
        }
    }

    /// A text or a whole number, as text: codes are written as either.
    func code(_ key: String) -> Reading {
        reading([key]) { value in
            switch value {
            case .string(let text): Item.trimmed(text).map(JSONValue.string)
            case .number(let digits): .string(digits)
            default: value
            }
        }
    }

    /// True or false.
    func boolean(_ key: String) -> Reading { reading([key]) { $0 } }

    /// A number.
    func number(_ key: String) -> Reading { reading([key]) { $0 } }

    /// A text in its normal form; where it has none, the reading says why.
    func text(_ key: String, as form: Normalizer) -> Reading {
        text(key).map { text in
            switch form.normalize(text) {
            case .normal(let normal): .success(normal)
            case .none(let reason): .failure(.init("is not \(form.phrase): \(reason)"))
            }
        }
    }

    /// A text in lower case.
    func lowercased(_ key: String) -> Reading { text(key, as: .lowercase) }

    /// A day.
    func date(_ key: String) -> Reading {
        text(key).map { text in
            CalendarText.date(text).map { .success($0) } ?? .failure(.init("is not a date"))
        }
    }

    /// A moment.
    func time(_ key: String) -> Reading {
        text(key).map { text in
            CalendarText.time(text).map { .success($0) } ?? .failure(.init("is not a time"))
        }
    }

    /// The texts of a list, each once, in their order; `nil` where there is none.
    func texts(_ key: String) -> Reading {
        let texts = items(key).compactMap { item -> JSONValue? in item.itself.value }
        var seen: Set<[UInt8]> = []
        let distinct = texts.filter { seen.insert(Array($0.text.utf8)).inserted }
        return Reading(distinct.isEmpty ? nil : .array(distinct), at: place(key))
    }

    /// The elements of a list that are something.
    func items(_ key: String) -> [Item] {
        guard case .array(let elements)? = value[key] else { return [] }
        return elements.enumerated().compactMap { index, element in
            element.isNull ? nil : Item(value: element, path: "\(place(key))[\(index)]")
        }
    }

    /// An object under a key; an empty one where there is none.
    func item(_ key: String) -> Item {
        Item(value: value[key] ?? .null, path: place(key))
    }

    /// The item itself, as a text or a code.
    var itself: Reading {
        switch value {
        case .string(let text): Reading(Item.trimmed(text).map(JSONValue.string), at: path)
        case .number(let digits): Reading(.string(digits), at: path)
        default: Reading(nil, at: path)
        }
    }

    /// Where a key of it stands.
    func place(_ key: String) -> String {
        path.isEmpty ? JSONPath.shown(key) : "\(path).\(JSONPath.shown(key))"
    }

    private func reading(
        _ keys: [String], _ take: (JSONValue) -> JSONValue?
    ) -> Reading {
        for key in keys {
            guard let found = value[key], !found.isNull, !found.isBlank,
                let taken = take(found)
            else { continue }
            return Reading(taken, at: place(key))
        }
        return Reading(nil, at: place(keys.first ?? ""))
    }

    /// A text without white space around it; `nil` for a blank one.
    static func trimmed(_ text: String) -> String? {
        guard case .normal(let text) = Normalizer.trimmed.normalize(text) else { return nil }
        return text
    }
}

extension JSONValue {
    /// Whether it is a text with nothing in it.
    var isBlank: Bool {
        guard case .string(let text) = self else { return false }
        return Item.trimmed(text) == nil
    }
}

/// What a payload says of one column, and where.
struct Reading: Sendable {
    /// The value; `nil` where nothing is said, or nothing that can be taken.
    let value: JSONValue?
    /// Where it stands.
    let path: String
    /// Why what stands there cannot be taken, as the end of a sentence.
    let fault: Fault?
    /// What stands there, where it cannot be taken.
    let refused: JSONValue?

    struct Fault: Error, Sendable {
        let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    init(_ value: JSONValue?, at path: String) {
        self.value = value
        self.path = path
        fault = nil
        refused = nil
    }

    private init(refusing value: JSONValue, _ fault: Fault, at path: String) {
        self.value = nil
        self.path = path
        self.fault = fault
        refused = value
    }

    /// A value of our own.
    static func of(_ text: String?) -> Reading { Reading(text.map(JSONValue.string), at: "") }
    /// A truth of our own.
    static func of(_ truth: Bool) -> Reading { Reading(.bool(truth), at: "") }
    /// A number of our own.
    static func of(_ number: Int?) -> Reading { Reading(number.map(JSONValue.integer), at: "") }

    /// The text, if it is one.
    var text: String? {
        guard case .string(let text)? = value else { return nil }
        return text
    }

    /// The reading with its text turned into another, or refused.
    func map(_ change: (String) -> Result<String, Fault>) -> Reading {
        guard let text else { return self }
        switch change(text) {
        case .success(let text): return Reading(.string(text), at: path)
        case .failure(let fault): return Reading(refusing: .string(text), fault, at: path)
        }
    }

    /// What a vocabulary makes of the text; refused where it does not know it.
    func meaning(in known: [String: String], of table: String) -> Reading {
        map { text in
            known[text].map { .success($0) }
                ?? .failure(.init("is a value that \(table) does not know"))
        }
    }
}
