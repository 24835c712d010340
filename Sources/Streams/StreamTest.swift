package import Assay

/// A test of rows by the slots of a stream; null values do not hold but for what asks for them.
package indirect enum StreamTest: Sendable {
    /// Every row.
    case always
    /// The slot is null.
    case isNull(Int)
    /// The slot's boolean is this.
    case isBoolean(Int, Bool)
    /// The slot's text is blank.
    case isBlank(Int)
    /// The value stands in one of the program's forms, by its number.
    case isNormal(Int)
    /// The slot's text is a member.
    case isOneOf(Int, ByteSet)
    /// The slot's text is like one of the patterns.
    case isLike(Int, [LikePattern])
    /// The slot's text has fewer characters.
    case isShorter(Int, than: Int)
    /// The slot's text has more characters.
    case isLonger(Int, than: Int)
    /// The slot's text matches a regular expression.
    case isMatch(Int, RegexPattern)
    /// The slot's value is less than a bound.
    case isBelow(Int, ValueBound)
    /// The slot's value is greater than a bound.
    case isAbove(Int, ValueBound)
    /// The slot's value, as a domain, is a host that many share.
    case isSharedHost(Int)
    /// The test does not hold.
    case not(StreamTest)
    /// All of these hold.
    case all([StreamTest])
    /// At least one of these holds.
    case any([StreamTest])
}

/// What holds of each row of a batch: 1 or 0.
typealias Truth = UnsafeMutablePointer<UInt8>

extension StreamProgram.Run {
    /// Evaluates a test for all rows of the batch.
    func evaluate(_ test: StreamTest, into truth: Truth) {
        let count = batch.count
        switch test {
        case .always:
            truth.update(repeating: 1, count: count)
        case .isNull(let slot):
            let lengths = batch.lengths(slot)
            for row in 0..<count { truth[row] = lengths[row] < 0 ? 1 : 0 }
        case .isBoolean(let slot, let wanted):
            let byte: UInt8 = wanted ? 1 : 0
            each(slot, into: truth) { $0.count == 1 && $0[0] == byte }
        case .isBlank(let slot):
            each(slot, into: truth) { $0.withText { $0.isBlank } }
        case .isNormal(let form):
            truth.update(from: normality(form), count: count)
        case .isOneOf(let slot, let texts):
            each(slot, into: truth) { texts.contains($0, hash: ByteHash.hash($0)) }
        case .isLike(let slot, let patterns):
            each(slot, into: truth) { value in
                value.withText { text in patterns.contains { $0.matches(text) } }
            }
        case .isShorter(let slot, let limit):
            each(slot, into: truth) { $0.count < limit * 4 && $0.characters < limit }
        case .isLonger(let slot, let limit):
            each(slot, into: truth) { $0.count > limit && $0.characters > limit }
        case .isMatch(let slot, let pattern):
            each(slot, into: truth) { $0.withText { pattern.matches($0) } }
        case .isBelow(let slot, let bound):
            compare(slot, with: bound, isLess: true, into: truth)
        case .isAbove(let slot, let bound):
            compare(slot, with: bound, isLess: false, into: truth)
        case .isSharedHost(let slot):
            each(slot, into: truth) { SharedHosts.isShared(Array($0)) }
        case .not(let test):
            evaluate(test, into: truth)
            for row in 0..<count { truth[row] ^= 1 }
        case .all(let tests):
            combine(tests, into: truth, empty: 1) { $0 & $1 }
        case .any(let tests):
            combine(tests, into: truth, empty: 0) { $0 | $1 }
        }
    }

    @inline(__always)
    func each(
        _ slot: Int, into truth: Truth, _ holds: (UnsafeRawBufferPointer) -> Bool
    ) {
        let lengths = batch.lengths(slot)
        for row in 0..<batch.count {
            truth[row] = lengths[row] >= 0 && holds(batch.value(slot, row)) ? 1 : 0
        }
    }

    private func combine(
        _ tests: [StreamTest], into truth: Truth, empty: UInt8,
        _ operation: (UInt8, UInt8) -> UInt8
    ) {
        guard let first = tests.first else {
            truth.update(repeating: empty, count: batch.count)
            return
        }
        evaluate(first, into: truth)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RowBatch.capacity) { other in
            guard let next = other.baseAddress else { return }
            for test in tests.dropFirst() {
                evaluate(test, into: next)
                for row in 0..<batch.count { truth[row] = operation(truth[row], next[row]) }
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// How many characters a text in UTF-8 has.
    var characters: Int {
        var count = 0
        for byte in self { count += byte & 0xc0 != 0x80 ? 1 : 0 }
        return count
    }
}
