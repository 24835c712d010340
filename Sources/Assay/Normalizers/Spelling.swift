extension Normalizer {
    /// A value by its number, in normal form or in another spelling of the same value.
    ///
    /// Values of different numbers differ in both, and in what they are compared by.
    func spelling(_ number: Int, isNormal: Bool) -> String {
        switch self {
        case .domain: isNormal ? "a\(number).io" : "http://A\(number).io/"
        case .url: isNormal ? "http://a\(number).io" : "HTTP://A\(number).io/"
        case .email: isNormal ? "a\(number)@a.io" : " A\(number)@a.io"
        case .lowercase: isNormal ? "a\(number)" : "A\(number)"
        case .trimmed: isNormal ? "a\(number)" : " a\(number)"
        default: isNormal ? "a \(number)" : "A  \(number) "
        }
    }
}
