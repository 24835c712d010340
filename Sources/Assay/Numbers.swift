extension BinaryInteger {
    /// The number with commas between thousands: `10,982`.
    public var grouped: String {
        let digits = String(magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return self < 0 ? "-" + result : result
    }

    /// The number and its noun: `1 row`, `10,982 rows`.
    public func counted(_ singular: String, _ plural: String? = nil) -> String {
        self == 1 ? "1 \(singular)" : "\(grouped) \(plural ?? singular + "s")"
    }
}

extension Double {
    /// The number without a trailing `.0`.
    public var plain: String {
        if self == rounded(), abs(self) < 1e15 { return String(Int64(self)) }
        return String(self)
    }

    /// The number as a person reads it, whole where it is: `52,310`, `3.14`.
    public var figure: String {
        self == rounded() && abs(self) < 1e15 ? Int(self).grouped : fixed(2)
    }

    /// The number with so many digits after the point, without trailing noise.
    public func fixed(_ digits: Int) -> String {
        guard isFinite, abs(self) < 1e15 else { return String(self) }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(self) * scale).rounded()
        let whole = Int64(scaled / scale)
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(Int64(scaled - Double(whole) * scale))
        let padding = String(repeating: "0", count: max(0, digits - fraction.count))
        return "\(sign)\(whole).\(padding)\(fraction)"
    }
}
