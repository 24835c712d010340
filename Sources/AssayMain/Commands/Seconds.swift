import ArgumentParser

/// Spans of time as options take them: whole seconds.
enum Seconds {
    /// The server counts milliseconds in 32 bits.
    static let allowed = 1...2_147_483

    /// Refuses a span that is none, or that no server can be told.
    static func validate(_ seconds: Int, of option: String) throws {
        guard allowed.contains(seconds) else {
            throw ValidationError(
                "\(option) must be \(allowed.lowerBound) to \(allowed.upperBound) seconds")
        }
    }
}
