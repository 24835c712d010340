/// A regular expression of PostgreSQL's, as a table that reads the bytes of a text in UTF-8 one by one.
///
/// Only what means the same under every collation, and whose table is small; for anything else there is none.
public struct RegexPattern: Sendable, Hashable {
    /// The expression.
    public let regex: String
    private let table: RegexTable

    /// Reads an expression; `nil` where only the database can say what it matches.
    package init?(_ regex: String) {
        guard let node = RegexReader.node(of: regex), node.isCertain,
            let table = RegexTable(node)
        else { return nil }
        self.regex = regex
        self.table = table
    }

    /// Whether a text matches, anywhere in it where the expression is not anchored.
    package func matches(_ text: Span<UInt8>) -> Bool { table.matches(text) }

    /// Whether two are made of the same expression.
    public static func == (left: RegexPattern, right: RegexPattern) -> Bool {
        left.regex == right.regex
    }

    /// Hashes the expression.
    public func hash(into hasher: inout Hasher) { hasher.combine(regex) }
}

extension RegexPattern: CustomReflectable {
    /// The expression: the table follows from it.
    public var customMirror: Mirror { Mirror(self, children: ["regex": regex]) }
}

/// A deterministic automaton over bytes.
///
/// A state is where its row begins in the cells: for each class of bytes the state behind it, and last
/// whether a text that ends there matches.
struct RegexTable: Sendable {
    /// So many cells a table may have: they stay near the processor.
    private static let mostCells = 1 << 15
    /// So many steps the making of a table may take.
    private static let mostSteps = 1 << 21
    /// What has been read cannot lead to a match.
    private static let rejecting: UInt32 = 0

    /// The class of each byte: bytes of one class lead to the same states.
    private let classes: [UInt8]
    /// What has been read matches, whatever follows; no other state but the rejecting one is less.
    private let accepting: UInt32
    private var cells: [UInt32]
    private var first = RegexTable.rejecting

    /// Whether a text matches.
    func matches(_ text: Span<UInt8>) -> Bool {
        var state = first
        guard state > accepting else { return state == accepting }
        return cells.withUnsafeBufferPointer { cells in
            classes.withUnsafeBufferPointer { classes in
                for place in 0..<text.count {
                    state = cells[Int(state) &+ Int(classes[Int(text[place])])]
                    if state <= accepting { return state == accepting }
                }
                // The rows are as long as the accepting state's place is far from the first.
                return cells[Int(state) &+ Int(accepting) &- 1] != 0
            }
        }
    }

    /// Makes the table of an expression; `nil` where it would be too large.
    init?(_ node: RegexNode) {
        guard let program = RegexProgram(node) else { return nil }
        let classes = program.classesOfBytes
        self.classes = classes
        let samples = Set(classes).sorted().compactMap { number in
            classes.firstIndex(of: number).map { UInt8($0) }
        }
        let size = samples.count + 1
        let match = UInt32(size)
        accepting = match
        cells = Array(repeating: Self.rejecting, count: size)
        cells += Array(repeating: match, count: size)
        var known: [[Int32]: UInt32] = [:]
        var open: [(state: UInt32, steps: [Int32])] = []
        var end = size * 2

        /// The state of a set of steps; `nil` where there are too many.
        func state(of steps: [Int32], isFirst: Bool = false) -> UInt32? {
            if steps.isEmpty { return Self.rejecting }
            if steps.contains(program.accept) { return match }
            // At the beginning the same steps may lead elsewhere: an anchor holds there.
            if !isFirst, let state = known[steps] { return state }
            let state = UInt32(end)
            end += size
            guard end <= Self.mostCells else { return nil }
            if !isFirst { known[steps] = state }
            open.append((state, steps))
            return state
        }

        let again = program.closure(of: [program.start], atStart: false)
        let start = program.closure(of: [program.start], atStart: true)
        guard let first = state(of: start, isFirst: true) else { return nil }
        self.first = first
        var done = 0
        var taken = 0
        while done < open.count {
            let (own, steps) = open[done]
            done += 1
            for byte in samples {
                let moved = program.reached(from: steps, by: byte) + again
                let reached = program.closure(of: moved, atStart: false)
                taken += steps.count + reached.count
                guard taken <= Self.mostSteps, let state = state(of: reached) else { return nil }
                cells.append(state)
            }
            let last = program.closure(of: steps, atStart: own == first, atEnd: true)
            cells.append(last.contains(program.accept) ? 1 : 0)
        }
    }
}
