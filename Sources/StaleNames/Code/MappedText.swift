/// A text that came out of source code, and where in the source each byte of it stands.
///
/// A byte of 0 stands for a part that is only known at run time.
package struct MappedText: Sendable, Hashable {
    package static let hole: UInt8 = 0

    private(set) var bytes: [UInt8] = []
    private var runs: [Run] = []

    private struct Run: Sendable, Hashable {
        let start: Int
        let source: Int
    }

    init() {}

    /// A run of the source as it stands.
    init(_ bytes: ArraySlice<UInt8>) {
        append(bytes, at: bytes.startIndex)
    }

    var isEmpty: Bool { bytes.isEmpty }
    var count: Int { bytes.count }
    var string: String { String(decoding: bytes, as: UTF8.self) }
    /// Whether a part of it is only known at run time.
    var hasHole: Bool { bytes.contains(Self.hole) }

    /// Where in the source a byte stands; for the end, where the last byte does, and one on.
    func source(of offset: Int) -> Int {
        var (low, high) = (0, runs.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if runs[middle].start <= offset { low = middle } else { high = middle }
        }
        guard low < runs.count else { return 0 }
        return runs[low].source + offset - runs[low].start
    }

    mutating func append(_ more: some Collection<UInt8>, at source: Int) {
        guard !more.isEmpty else { return }
        let isNext = runs.last.map { $0.source + bytes.count - $0.start == source } ?? false
        if !isNext { runs.append(Run(start: bytes.count, source: source)) }
        bytes.append(contentsOf: more)
    }

    mutating func append(_ byte: UInt8, at source: Int) {
        append(CollectionOfOne(byte), at: source)
    }

    mutating func append(_ other: MappedText) {
        for (index, run) in other.runs.enumerated() {
            let end = index + 1 < other.runs.count ? other.runs[index + 1].start : other.count
            append(other.bytes[run.start..<end], at: run.source)
        }
    }

    subscript(range: Range<Int>) -> MappedText {
        var part = MappedText()
        for (index, run) in runs.enumerated() {
            let end = index + 1 < runs.count ? runs[index + 1].start : count
            let (from, to) = (max(run.start, range.lowerBound), min(end, range.upperBound))
            if from < to { part.append(bytes[from..<to], at: run.source + from - run.start) }
        }
        return part
    }

    /// The text without spaces at its ends.
    var trimmed: MappedText {
        let isSpace = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return MappedText() }
        return self[first..<last + 1]
    }

    /// The parts between a separator that stands outside brackets and double quotes.
    func split(by separator: UInt8) -> [MappedText] {
        var parts: [MappedText] = []
        var (start, depth, isQuoted) = (0, 0, false)
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "("), UInt8(ascii: "{"): if !isQuoted { depth += 1 }
            case UInt8(ascii: ")"), UInt8(ascii: "}"): if !isQuoted { depth -= 1 }
            case separator where depth == 0 && !isQuoted:
                parts.append(self[start..<index].trimmed)
                start = index + 1
            default: break
            }
        }
        parts.append(self[start..<count].trimmed)
        return parts
    }
}
