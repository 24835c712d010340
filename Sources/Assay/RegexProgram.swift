/// A regular expression as steps over bytes of UTF-8, some of which lead to several others.
struct RegexProgram {
    enum Step {
        /// A byte of these leads on.
        case bytes(ClosedRange<UInt8>, Int32)
        /// Leads to any of these without a byte.
        case fork([Int32])
        /// Leads on where the text begins.
        case start(Int32)
        /// Leads on where the text ends.
        case end(Int32)
        /// The text matches.
        case accept
    }

    private struct Bytes: Hashable {
        let range: ClosedRange<UInt8>
        let next: Int32
    }

    /// So many steps a program may have.
    private static let mostSteps = 8_192

    private(set) var steps: [Step] = [.accept]
    private(set) var start: Int32 = 0
    /// The step that matches.
    let accept: Int32 = 0
    private var shared: [Bytes: Int32] = [:]
    private var isFull = false

    /// Makes the steps; `nil` where there are too many.
    init?(_ node: RegexNode) {
        start = add(node, before: accept)
        if isFull { return nil }
    }

    private mutating func add(_ step: Step) -> Int32 {
        guard steps.count < Self.mostSteps else {
            isFull = true
            return accept
        }
        steps.append(step)
        return Int32(steps.count - 1)
    }

    /// Adds what a part of the expression reads before a step.
    private mutating func add(_ node: RegexNode, before next: Int32) -> Int32 {
        guard !isFull else { return next }
        switch node {
        case .start: return add(.start(next))
        case .end: return add(.end(next))
        case .characters(let characters):
            return add(.fork(characters.scalars.flatMap { add($0, before: next) }))
        case .sequence(let nodes):
            var first = next
            for node in nodes.reversed() { first = add(node, before: first) }
            return first
        case .either(let nodes):
            return add(.fork(nodes.map { add($0, before: next) }))
        case .repeated(let node, let least, let most):
            var first = next
            if let most {
                for _ in least..<most {
                    guard !isFull else { return next }
                    first = add(.fork([add(node, before: first), next]))
                }
            } else {
                first = add(.fork([]))
                let once = add(node, before: first)
                if !isFull { steps[Int(first)] = .fork([once, next]) }
            }
            for _ in 0..<least { first = add(node, before: first) }
            return first
        }
    }

    /// Adds what reads one character of a range.
    private mutating func add(_ range: ClosedRange<UInt32>, before next: Int32) -> [Int32] {
        var first: [Int32] = []
        for sequence in range.sequencesInUTF8 {
            var step = next
            for bytes in sequence.reversed() {
                let key = Bytes(range: bytes, next: step)
                step = shared[key] ?? add(.bytes(bytes, step))
                shared[key] = step
            }
            first.append(step)
        }
        return first
    }

    // MARK: Reading

    /// The class of each byte, from 0: no step tells bytes of one class apart.
    var classesOfBytes: [UInt8] {
        var begins = [Bool](repeating: false, count: 257)
        for case .bytes(let bytes, _) in steps {
            begins[Int(bytes.lowerBound)] = true
            begins[Int(bytes.upperBound) + 1] = true
        }
        var number: UInt8 = 0
        return (0..<256).map { byte in
            if byte > 0, begins[byte] { number += 1 }
            return number
        }
    }

    /// The steps that a byte leads to.
    func reached(from some: [Int32], by byte: UInt8) -> [Int32] {
        some.compactMap { step in
            if case .bytes(let bytes, let next) = steps[Int(step)], bytes.contains(byte) {
                next
            } else {
                nil
            }
        }
    }

    /// Some steps and what they lead to without a byte, sorted: bytes, ends of the text, and the match.
    func closure(of some: [Int32], atStart: Bool, atEnd: Bool = false) -> [Int32] {
        var seen: Set<Int32> = []
        var kept: [Int32] = []
        var open = some
        while let step = open.popLast() {
            guard seen.insert(step).inserted else { continue }
            switch steps[Int(step)] {
            case .bytes, .accept: kept.append(step)
            case .fork(let next): open += next
            case .start(let next): if atStart { open.append(next) }
            case .end(let next):
                kept.append(step)
                if atEnd { open.append(next) }
            }
        }
        return kept.sorted()
    }
}

extension RegexCharacters {
    /// All scalars of the class, in order and without overlap.
    fileprivate var scalars: [ClosedRange<UInt32>] {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let (lower, upper) = (range.lowerBound.value, range.upperBound.value)
            if let last = merged.last, lower <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, upper)
            } else {
                merged.append(lower...upper)
            }
        }
        guard isNegated else { return merged }
        var others: [ClosedRange<UInt32>] = []
        // No text holds a NUL.
        var lowest: UInt32 = 1
        for range in merged {
            if range.lowerBound > lowest { others.append(lowest...range.lowerBound - 1) }
            lowest = max(lowest, range.upperBound + 1)
        }
        if lowest <= 0x10ffff { others.append(lowest...0x10ffff) }
        return others
    }
}

extension ClosedRange<UInt32> {
    /// Scalars as sequences of ranges of bytes, each of which stands for all it can be filled with.
    fileprivate var sequencesInUTF8: [[ClosedRange<UInt8>]] {
        // Where the number of bytes changes, and the surrogates, which no text holds.
        let parts: [ClosedRange<UInt32>] = [
            0...0x7f, 0x80...0x7ff, 0x800...0xd7ff, 0xe000...0xffff, 0x1_0000...0x10_ffff,
        ]
        return parts.flatMap { part -> [[ClosedRange<UInt8>]] in
            guard part.overlaps(self) else { return [] }
            let own = clamped(to: part)
            return Self.split(own.lowerBound.bytesInUTF8, own.upperBound.bytesInUTF8)
        }
    }

    /// All sequences of bytes between two of the same length, in the order of their values.
    private static func split(
        _ lower: ArraySlice<UInt8>, _ upper: ArraySlice<UInt8>
    ) -> [[ClosedRange<UInt8>]] {
        guard let low = lower.first, let high = upper.first else { return [[]] }
        let (lowRest, highRest) = (lower.dropFirst(), upper.dropFirst())
        if low == high { return split(lowRest, highRest).map { [low...low] + $0 } }
        let lowest = lowRest.map { _ in UInt8(0x80) }[...]
        let highest = highRest.map { _ in UInt8(0xbf) }[...]
        var sequences: [[ClosedRange<UInt8>]] = []
        var (first, last) = (low, high)
        if !lowRest.elementsEqual(lowest) {
            sequences += split(lowRest, highest).map { [low...low] + $0 }
            first += 1
        }
        let isWhole = highRest.elementsEqual(highest)
        if !isWhole { last -= 1 }
        if first <= last {
            sequences.append([first...last] + lowest.map { $0...0xbf })
        }
        if !isWhole { sequences += split(lowest, highRest).map { [high...high] + $0 } }
        return sequences
    }
}

extension UInt32 {
    fileprivate var bytesInUTF8: ArraySlice<UInt8> {
        guard let scalar = Unicode.Scalar(self) else { return [] }
        return Array(UTF8.encode(scalar) ?? .init())[...]
    }
}
