import CLibCrypto

/// A SHA-256 digest.
public enum Digest {
    /// The digest of some pieces, in 64 hexadecimal digits.
    ///
    /// Each piece is preceded by its length, so
    /// that no two lists of pieces look alike.
    public static func hex(of pieces: [[UInt8]]) -> String {
        var message: [UInt8] = []
        for piece in pieces {
            message += Array("\(piece.count):".utf8) + piece
        }
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        unsafe SHA256(message, message.count, &digest)
        let digits = Array("0123456789abcdef".utf8)
        let hex = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: hex, as: UTF8.self)
    }
}
