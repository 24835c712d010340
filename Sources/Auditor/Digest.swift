import CLibCrypto

/// SHA-256 digests.
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
        return hex(of: message)
    }

    /// The digest of bytes as they are, in 64 hexadecimal digits: what `sha256sum` prints.
    public static func hex(of message: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        unsafe SHA256(message, message.count, &digest)
        let digits = Array("0123456789abcdef".utf8)
        let hex = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: hex, as: UTF8.self)
    }

    /// The digest that only who has the secret can make (HMAC, RFC 2104): 32 bytes.
    public static func keyed(with secret: [UInt8], of message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        unsafe HMAC(
            EVP_sha256(), secret, Int32(secret.count), message, message.count, &digest, nil)
        return digest
    }

    /// Whether two digests are equal; how long it takes to tell says nothing of them.
    public static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return unsafe CRYPTO_memcmp(one, other, one.count) == 0
    }
}
