import Auditor

/// A finding's identity across runs.
///
/// It is made of the rule, the file's name without its folders, the statement without its spaces,
/// and which of several alike it is: what stands above a statement does not change it.
public enum MigrationFingerprint {
    /// The identity of one finding: 16 hexadecimal digits.
    public static func text(_ rule: String, file: String, text: String, ordinal: Int) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let pieces = [rule, name, words, "\(ordinal)"].map { Array($0.utf8) }
        return String(Digest.hex(of: pieces).prefix(16))
    }
}
