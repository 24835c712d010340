/// What a run has learned of a table: files of its rows, which of those are no longer so, and files of what they may
/// refer to.
///
/// The first file is of all rows, as they were when the table was read whole; each of the others of rows that
/// came or changed since.
package struct KeptState: Sendable {
    /// What was counted, by the numbers of the program.
    package struct Counts: Sendable {
        package var rows = 0
        package var scopes: [Int]
        package var parts: [[Int]]
        package var references: [(scope: Int, missing: Int)]
        package var groupings: [Int]
    }

    /// The groups that should not be.
    package struct Grouping: Sendable {
        /// Whether they are known at all; else the database looks for them each time.
        package var isKept: Bool
        package var groups = 0
        package var rows = 0
        /// The hashes of the largest, the largest first.
        package var leaders: [UInt64] = []
        /// Whether those are all.
        package var isComplete = true

        package init(isKept: Bool) { self.isKept = isKept }
    }

    /// The rows with the largest values.
    package struct Largest: Sendable {
        package var places: [RowPlace]
        package var isComplete: Bool

        package init(_ leaders: Leaders) {
            places = leaders.entries.map(\.place)
            isComplete = leaders.isComplete
        }

        init(places: [RowPlace], isComplete: Bool) {
            self.places = places
            self.isComplete = isComplete
        }
    }

    /// A file of rows.
    package struct File: Sendable {
        /// Its name.
        package let name: String
        package let directory: KeptDirectory

        package init(name: String, directory: KeptDirectory) {
            self.name = name
            self.directory = directory
        }
    }

    /// What it was made of and for; where that is different now, it is worth nothing.
    package let fingerprint: [String]
    /// What the last run saw.
    package var snapshot: String
    /// When the whole table was read last, in seconds since 1970.
    package let taken: Double
    /// The files of rows.
    package private(set) var files: [File]
    package internal(set) var counts: Counts
    /// A bit for each row of the files that is no longer so; each block begins with a word of its own.
    var superseded: [UInt64]
    /// The files of what references may hold, by the program's parents.
    package var parents: [DigestFile.Entry]
    package var groupings: [Grouping]
    package var largest: [Largest]

    /// What a run over the whole table has learned, but for what references may hold.
    package init(
        fingerprint: [String], snapshot: String, taken: Double, file: File, of tally: StreamTally,
        groupings: [Grouping], largest: [Largest]
    ) {
        self.init(
            fingerprint: fingerprint, snapshot: snapshot, taken: taken, files: [file],
            counts: Counts(tally), superseded: Array(repeating: 0, count: file.directory.words),
            parents: [], groupings: groupings, largest: largest)
    }

    /// How many of the largest groups are known at the most.
    package static let leadersKept = Leaders.most

    /// About how many bytes are kept of a row.
    package static func bytes(_ program: StreamProgram) -> Int {
        KeptRows.size(64, KeptLayout(program)) / 64
    }

    /// How many rows there were when the table was read whole.
    package var wholeRows: Int { files.first?.directory.rows ?? 0 }

    /// How many rows it holds that came or changed since.
    package var addedRows: Int {
        let first = files.first?.directory.words ?? 0
        let gone = superseded[first...].reduce(0) { $0 + $1.nonzeroBitCount }
        return files.dropFirst().reduce(0) { $0 + $1.directory.rows } - gone
    }

    /// The page behind the last one in which the last run saw a row: all that lies there came or changed since.
    package var endPage: Int {
        let last = files.flatMap(\.directory.blocks).map(\.lastPlace).max()
        return last.map { RowPlace(number: $0).page + 1 } ?? 0
    }

    init(
        fingerprint: [String], snapshot: String, taken: Double, files: [File], counts: Counts,
        superseded: [UInt64], parents: [DigestFile.Entry], groupings: [Grouping], largest: [Largest]
    ) {
        self.fingerprint = fingerprint
        self.snapshot = snapshot
        self.taken = taken
        self.files = files
        self.counts = counts
        self.superseded = superseded
        self.parents = parents
        self.groupings = groupings
        self.largest = largest
    }
}

extension KeptState.Counts {
    /// What a tally counted.
    init(_ tally: StreamTally) {
        rows = tally.rows
        scopes = tally.rowChecks.map(\.scope)
        parts = tally.rowChecks.map(\.parts)
        references = tally.references.map { ($0.scope, $0.parts[0]) }
        groupings = tally.groupings
    }

    /// Adds what was counted elsewhere.
    mutating func add(_ other: Self) { combine(other, +) }

    /// Takes back what was counted before.
    mutating func subtract(_ other: Self) { combine(other, -) }

    private mutating func combine(_ other: Self, _ combine: (Int, Int) -> Int) {
        rows = combine(rows, other.rows)
        scopes = zip(scopes, other.scopes).map(combine)
        parts = zip(parts, other.parts).map { zip($0, $1).map(combine) }
        references = zip(references, other.references).map {
            (combine($0.scope, $1.scope), combine($0.missing, $1.missing))
        }
        groupings = zip(groupings, other.groupings).map(combine)
    }
}

extension ExactGroups.Group {
    /// The hash of their key, as it is kept.
    package var keptHash: UInt64 { hash.kept }
}

extension StreamProgram {
    /// By reference, the number of what it may hold.
    package var parentsOfReferences: [Int] { references.map(\.parent) }

    /// How many tables' values references may hold.
    var parentCount: Int { Set(references.map(\.parent)).count }
}
