/// A text that holds a number in places, which is written anew where it stands.
struct Template {
    /// The bytes, with the number that was written last.
    private var bytes: [UInt8]
    private let places: [Int]

    /// How many digits the number has.
    static let digits = 9
    /// What stands in the text for it.
    static let mark = String(repeating: "#", count: digits)

    /// Makes one of a text that holds the mark.
    init(_ text: String) {
        bytes = Array(text.utf8)
        var places: [Int] = []
        var place = 0
        while place < bytes.count {
            if bytes[place...].starts(with: Self.mark.utf8) {
                places.append(place)
                place += Self.digits
            } else {
                place += 1
            }
        }
        self.places = places
    }

    /// A request of HTTP, in which a number of so many digits is as long as any other.
    init(post path: String, headers: [String], body: String) {
        let lines =
            [
                "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json",
                "Content-Length: \(body.utf8.count)",
            ] + headers
        self.init(lines.map { "\($0)\r\n" }.joined() + "\r\n" + body)
    }

    /// The text of a number.
    mutating func numbered(_ number: Int) -> [UInt8] {
        var rest = number
        var text = [UInt8](repeating: UInt8(ascii: "0"), count: Self.digits)
        for place in text.indices.reversed() {
            text[place] += UInt8(rest % 10)
            rest /= 10
        }
        for place in places {
            for (offset, digit) in text.enumerated() { bytes[place + offset] = digit }
        }
        return bytes
    }
}
