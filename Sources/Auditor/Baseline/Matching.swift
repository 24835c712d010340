public import Assay

/// Violations that come in the order of their identities, held against a baseline's in the same order.
struct Matching: Sendable {
    /// A section of the baseline, read from its beginning.
    private struct Stream: Sendable {
        var lines: LineReader
        /// The number that each of the section's checks has here.
        let numbers: [Int?]
        var head: (identity: UInt64, checks: [Int])?

        mutating func advance() {
            head = lines.next().flatMap(Matching.parse)
        }
    }

    private var streams: [Stream]
    private var identity: UInt64?
    /// What the baseline has of the identity at hand, by check.
    private var pool: [Int]
    /// How many violations are in both, by check.
    private(set) var still: [Int]

    /// Begins with the sections of a baseline that hold any of some checks.
    init(checks: [String], baseline: ViolationFile?) {
        still = checks.map { _ in 0 }
        pool = still
        streams = (baseline?.sections ?? []).compactMap { section in
            let numbers = section.checks.map { checks.firstIndex(of: $0) }
            guard let file = baseline?.file, numbers.contains(where: { $0 != nil }) else {
                return nil
            }
            let lines = LineReader(file: file, from: section.start, to: section.end)
            return Stream(lines: lines, numbers: numbers)
        }
        for index in streams.indices { streams[index].advance() }
    }

    /// Takes the next violation.
    ///
    /// - Returns: Those of its checks for which the baseline does not have it.
    mutating func take(_ identity: UInt64, checks: [Int]) -> [Int] {
        if identity != self.identity { move(to: identity) }
        return checks.filter { check in
            guard still.indices.contains(check), pool[check] > 0 else { return true }
            pool[check] -= 1
            still[check] += 1
            return false
        }
    }

    private mutating func move(to identity: UInt64) {
        self.identity = identity
        for check in pool.indices { pool[check] = 0 }
        for index in streams.indices {
            while let head = streams[index].head, head.identity <= identity {
                if head.identity == identity {
                    for check in head.checks where streams[index].numbers.indices.contains(check) {
                        if let own = streams[index].numbers[check] { pool[own] += 1 }
                    }
                }
                streams[index].advance()
            }
        }
    }

    /// The identity and the checks of a line: `00c1a2b3c4d5e6f7 0 3`.
    ///
    /// A baseline has a million of them: no text is made of any.
    static func parse(_ line: ArraySlice<UInt8>) -> (identity: UInt64, checks: [Int])? {
        guard line.count > 16 else { return nil }
        var identity: UInt64 = 0
        for byte in line.prefix(16) {
            switch byte {
            case 48...57: identity = identity << 4 | UInt64(byte - 48)
            case 97...102: identity = identity << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        var checks: [Int] = []
        var number: Int?
        for byte in line.dropFirst(17) {
            switch byte {
            case 48...57: number = (number ?? 0) &* 10 &+ Int(byte - 48)
            default:
                if let number { checks.append(number) }
                number = nil
            }
        }
        if let number { checks.append(number) }
        return (identity, checks)
    }
}

extension ViolationFile {
    /// How the violations of a run differ from an earlier one's, check by check, in the order of the suite.
    ///
    /// - Throws: A refusal where the two runs cannot be compared.
    public func compared(
        to baseline: ViolationFile
    ) throws(Refusal) -> [(entry: Entry, comparison: BaselineComparison)] {
        try baseline.refuse(
            suite: header.suite, database: header.database,
            systemIdentifier: header.systemIdentifier, salt: header.salt)
        var still: [String: Int] = [:]
        for section in sections {
            var matching = Matching(checks: section.checks, baseline: baseline)
            var lines = LineReader(file: file, from: section.start, to: section.end)
            while let violation = lines.next().flatMap(Matching.parse) {
                _ = matching.take(violation.identity, checks: violation.checks)
            }
            for (check, count) in zip(section.checks, matching.still) { still[check] = count }
        }
        let current = entries.compactMap { entry in
            BaselineComparison(of: entry, to: baseline.entry(entry.id), still: still[entry.id] ?? 0)
                .map { (entry, $0) }
        }
        return current
    }
}

extension BaselineComparison {
    /// Compares what two runs have of a check; `nil` where the later one did not evaluate it.
    init?(
        of entry: ViolationFile.Entry, to before: ViolationFile.Entry?, still: Int,
        samples: [Sample] = []
    ) {
        guard let now = entry.violations else { return nil }
        guard let count = before?.violations else {
            self.init(now: now, before: nil)
            return
        }
        if entry.unit == "check" {
            // The check itself is what is recognised.
            self.init(now: now, before: count, still: min(now, count))
            return
        }
        // Where one run has none, nothing is left to be told apart.
        let isIdentified = entry.isIdentified && before?.isIdentified == true
        if isIdentified || now == 0 || count == 0 {
            self.init(now: now, before: count, still: still, samples: samples)
        } else {
            self.init(now: now, before: count)
        }
    }
}
