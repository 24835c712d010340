/// What the head of an answer of HTTP says.
struct AnswerHead {
    /// Where the body begins.
    let end: Int
    /// How many bytes the body has; nothing where it does not say.
    let length: Int?
    /// Whether the status is 2xx.
    let isGood: Bool

    private static let name = Array("\r\ncontent-length:".utf8)

    /// Reads the bytes that came; nothing where the head is not whole yet.
    init?(_ bytes: [UInt8]) {
        let found = bytes.withUnsafeBufferPointer { bytes -> (end: Int, length: Int?)? in
            var length: Int?
            var place = 0
            while place + 3 < bytes.count {
                if bytes[place] == 13 {
                    if bytes[place + 2] == 13 { return (place + 4, length) }
                    if let start = Self.after(AnswerHead.name, at: place, in: bytes) {
                        length = bytes[start...].drop { $0 == 32 }.prefix { 48...57 ~= $0 }
                            .reduce(0) { $0 * 10 + Int($1 - 48) }
                    }
                }
                place += 1
            }
            return nil
        }
        guard let found, bytes.count > 9 else { return nil }
        (end, length) = found
        isGood = bytes[9] == UInt8(ascii: "2")
    }

    private static func after(
        _ name: [UInt8], at place: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard place + name.count < bytes.count else { return nil }
        for offset in name.indices.dropFirst(2)
        where bytes[place + offset] | 0x20 != name[offset] | 0x20 { return nil }
        return place + name.count
    }
}
