import Assay

extension Duration {
    /// The span in words: `1,800 seconds`, `500 milliseconds`.
    var words: String {
        components.seconds > 0
            ? Int(components.seconds).counted("second") : milliseconds.counted("millisecond")
    }

    /// The span in whole milliseconds: one at the least, and no more than a setting of the server's holds.
    package var milliseconds: Int {
        let (seconds, attoseconds) = components
        let most = Int(Int32.max)
        guard seconds < most / 1_000 else { return most }
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
