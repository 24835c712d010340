/// A 64-bit hash of bytes, keyed anew in each process, so that nobody can prepare texts that collide.
///
/// What has the same hash is compared by its bytes, so that the hash decides nothing but the time it takes.
/// Folded multiplication, as in wyhash: a third of what `Hasher` costs for a domain.
enum ByteHash {
    static let key = UInt64.random(in: .min ... .max)

    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        hash(bytes, key: key)
    }

    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer, key: UInt64) -> UInt64 {
        hash(bytes, key: key, second)
    }

    /// Another hash, which no text collides in for every key: what a text is mixed with depends on the key as well.
    static func secondHash(_ bytes: UnsafeRawBufferPointer, key: UInt64) -> UInt64 {
        hash(bytes, key: combine(key, first), combine(second, key))
    }

    @inline(__always)
    private static func hash(
        _ bytes: UnsafeRawBufferPointer, key: UInt64, _ second: UInt64
    ) -> UInt64 {
        let count = bytes.count
        var hash = key ^ first
        var start = 0
        while count - start > 16 {
            hash = fold(bytes.word(at: start) ^ second, bytes.word(at: start + 8) ^ hash)
            start += 16
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        let rest = count - start
        if rest >= 8 {
            low = bytes.word(at: start)
            high = bytes.word(at: count - 8)
        } else if rest >= 4 {
            low = bytes.half(at: start)
            high = bytes.half(at: count - 4)
        } else if rest > 0 {
            low =
                UInt64(bytes[start]) << 16 | UInt64(bytes[start + rest / 2]) << 8
                | UInt64(bytes[count - 1])
        }
        return fold(second ^ UInt64(count), fold(low ^ second, high ^ hash))
    }

    /// The hash of two values one after the other, from theirs.
    @inline(__always)
    static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        fold(first ^ ByteHash.first, second ^ ByteHash.second)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    private static let first: UInt64 = 0xa076_1d64_78bd_642f
    private static let second: UInt64 = 0xe703_7ed1_a0b4_28db
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func half(at offset: Int) -> UInt64 {
        UInt64(loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
