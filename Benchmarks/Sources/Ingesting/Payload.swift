/// Payloads of customers-of-3 that differ in a number, written into one text in place.
struct Payload {
    private var bytes: [UInt8]
    private let places: [Int]

    private static let digits = 9
    private static let mark = String(repeating: "#", count: digits)

    /// Makes one.
    ///
    /// - Parameters:
    ///   - customers: How many customers it names; every second has a case study.
    ///   - size: How many bytes it has at least, filled up by text that nobody asked for.
    init(customers: Int, size: Int = 0) {
        let listed = (0..<customers).map { number in
            let isStudied = number.isMultiple(of: 2)
            let url = isStudied ? "https://www.a\(Self.mark).com/customers/\(number)" : ""
            return """
                {"companyName": "Customer \(number) & Sons \(Self.mark)", "url": "\(url)", \
                "hasCaseStudy": \(isStudied)}
                """
        }
        let said = "The site lists its customers by name, and tells of some of them. "
        let spoken =
            """
            {"origin_company_domain": "a\(Self.mark).com", "origin_company_name": "Company \(Self.mark)", \
            "response": "\(String(repeating: said, count: 4))", \
            "customers": [\(listed.joined(separator: ", "))], \
            "reasoning": "\(String(repeating: said, count: 3))", "confidence": "high", \
            "stepsTaken": ["https://www.a\(Self.mark).com/", "https://www.a\(Self.mark).com/customers"]
            """
        let filler = String(repeating: "x", count: max(0, size - spoken.utf8.count - 16))
        let text = spoken + (filler.isEmpty ? "}" : ", \"filler\": \"\(filler)\"}")
        bytes = Array(text.utf8)
        var places: [Int] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "#") {
                places.append(place)
                place += Self.digits
            } else {
                place += 1
            }
        }
        self.places = places
    }

    /// The payload of a number.
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
