/// A number in decimal digits, as its text gives them.
struct DecimalText {
    var isNegative = false
    /// The digits without zeros at either end; none of zero.
    private(set) var digits: [UInt8] = []
    /// How many of the digits stand before the point; below zero for zeros behind it.
    private(set) var point = 0

    /// Reads a number; `nil` where it is anything but digits, a sign, a point and an exponent.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard rest.count <= 400 else { return nil }
        func sign() -> Bool {
            guard let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
            else { return false }
            rest.removeFirst()
            return first == UInt8(ascii: "-")
        }
        func run() -> [UInt8] {
            let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(run.count)
            return run.map { $0 - UInt8(ascii: "0") }
        }
        isNegative = sign()
        digits = run()
        guard !digits.isEmpty else { return nil }
        point = digits.count
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = run()
            guard !fraction.isEmpty else { return nil }
            digits += fraction
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            let isBelow = sign()
            let exponent = run()
            guard !exponent.isEmpty, exponent.count <= 3 else { return nil }
            let number = exponent.reduce(0) { $0 * 10 + Int($1) }
            point += isBelow ? -number : number
        }
        guard rest.isEmpty else { return nil }
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == 0 { digits.removeLast() }
    }
}

/// A `numeric` that others are compared with by the bytes of their binary format.
///
/// That is, in 16 bits each: how many digits to the base of 10,000 there are, the weight of the first, the
/// sign, how many decimals are shown, and the digits.
package struct DecimalBound: Sendable {
    private let isNegative: Bool
    private let weight: Int
    /// The digits to the base of 10,000, without zeros at either end.
    private let digits: [UInt16]

    /// Reads a number; `nil` where it is spelled in another way, or is none.
    init?(_ text: String) {
        guard let decimal = DecimalText(text) else { return nil }
        isNegative = decimal.isNegative && !decimal.digits.isEmpty
        // The first digit stands for so many thousands, hundreds, tens or ones.
        let place = decimal.point - 1
        weight = (place >= 0 ? place : place - 3) / 4
        var padded = [UInt8](repeating: 0, count: 3 - (place - weight * 4)) + decimal.digits
        while !padded.count.isMultiple(of: 4) { padded.append(0) }
        digits =
            decimal.digits.isEmpty
            ? []
            : stride(from: 0, to: padded.count, by: 4).map { start in
                padded[start..<start + 4].reduce(0) { $0 * 10 + UInt16($1) }
            }
    }

    /// How a value compares with the bound: below zero where it is less, above where it is greater.
    func order(of value: UnsafeRawBufferPointer) -> Int {
        guard value.count >= 8 else { return 0 }
        switch value.bigEndian(UInt16.self, at: 4) {
        case 0x0000: return order(of: value, isNegative: false)
        case 0x4000: return order(of: value, isNegative: true)
        case 0xf000: return -1
        // NaN, which comes after all others, and infinity.
        default: return 1
        }
    }

    private func order(of value: UnsafeRawBufferPointer, isNegative: Bool) -> Int {
        var count = Int(value.bigEndian(UInt16.self, at: 0))
        guard value.count == 8 + count * 2 else { return 0 }
        var weight = Int(value.bigEndian(Int16.self, at: 2))
        var place = 8
        while count > 0, value.bigEndian(UInt16.self, at: place) == 0 {
            (count, weight, place) = (count - 1, weight - 1, place + 2)
        }
        let sign = count == 0 ? 0 : isNegative ? -1 : 1
        let own = digits.isEmpty ? 0 : self.isNegative ? -1 : 1
        guard sign == own, sign != 0 else { return sign - own }
        if weight != self.weight { return weight > self.weight ? sign : -sign }
        for index in 0..<max(count, digits.count) {
            let digit = index < count ? value.bigEndian(UInt16.self, at: place + index * 2) : 0
            let bound = index < digits.count ? digits[index] : 0
            if digit != bound { return digit > bound ? sign : -sign }
        }
        return 0
    }
}
