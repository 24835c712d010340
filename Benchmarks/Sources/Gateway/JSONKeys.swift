/// The keys of an object of JSON, in their order, as they stand there.
///
/// What else is wrong with the body the database says, which reads it anyway.
struct JSONKeys: Hashable {
    /// The keys in quotes, one after the other.
    private(set) var bytes: [UInt8] = []

    /// Finds them; nothing where the bytes are no object, or a key is written by escapes.
    init?(_ body: some Collection<UInt8>) {
        let found = body.withContiguousStorageIfAvailable { bytes.find(in: $0) }
        guard found ?? false else { return nil }
    }

    /// Each by itself.
    var names: [String] {
        bytes.split(separator: UInt8(ascii: "\"")).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// Adds the keys of an object; false where there is none.
    fileprivate mutating func find(in body: UnsafeBufferPointer<UInt8>) -> Bool {
        var depth = 0
        var place = 0
        var isKey = false
        while place < body.count {
            switch body[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                isKey = depth == 1 && body[place] == UInt8(ascii: "{")
                if depth == 1, !isKey { return false }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): isKey = depth == 1
            case UInt8(ascii: "\""):
                let start = place
                place += 1
                var isEscaped = false
                while place < body.count, body[place] != UInt8(ascii: "\"") {
                    if body[place] == UInt8(ascii: "\\") { (isEscaped, place) = (true, place + 1) }
                    place += 1
                }
                guard place < body.count else { return false }
                if isKey {
                    if isEscaped { return false }
                    append(contentsOf: body[start...place])
                    isKey = false
                }
            default: break
            }
            place += 1
        }
        return depth == 0 && !isEmpty
    }
}
