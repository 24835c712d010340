/// What is kept of each row of a stream: columns of 64 bits, and planes of one bit.
///
/// Columns are the hash of the row's own key, its place, the hash of each reference and of each grouping's key, 0
/// where there is none. Planes say whether a row is in a check's scope and whether it breaks it. No value is kept.
struct KeptLayout: Sendable {
    /// The column of the row's own key.
    static let key = 0
    /// The column of the row's place.
    static let place = 1

    /// By row check, the plane of its scope; none where it speaks of every row.
    let scopes: [Int?]
    /// By row check and part, the plane of the rows that break it.
    let parts: [[Int]]
    /// By reference, the plane of its scope and that of the rows that lead nowhere.
    let references: [(scope: Int, missing: Int)]
    /// By grouping, the plane of its scope.
    let groupings: [Int]
    /// How many columns there are.
    let columns: Int
    /// How many planes there are.
    let planes: Int

    init(_ program: StreamProgram) {
        var planes = 0
        func next() -> Int {
            planes += 1
            return planes - 1
        }
        scopes = program.rowChecks.map { check in
            if case .always = check.scope { return nil }
            return next()
        }
        parts = program.rowChecks.map { $0.parts.map { _ in next() } }
        references = program.references.map { _ in (next(), next()) }
        groupings = program.groupings.map { _ in next() }
        columns = 2 + program.references.count + program.groupings.count
        self.planes = planes
    }

    /// The column of a reference's key.
    func column(ofReference index: Int) -> Int { 2 + index }

    /// The column of a grouping's key.
    func column(ofGrouping index: Int) -> Int { 2 + references.count + index }
}

/// What is kept of some rows, wherever it lies: a column after the other, then a plane after the other.
struct KeptRows {
    let count: Int
    let bytes: UnsafeRawPointer
    let columnStride: Int
    let planeStride: Int
    let columns: Int

    @inline(__always)
    func column(_ index: Int) -> UnsafePointer<UInt64> {
        (bytes + index * columnStride).assumingMemoryBound(to: UInt64.self)
    }

    @inline(__always)
    func plane(_ index: Int) -> UnsafePointer<UInt64> {
        (bytes + columns * columnStride + index * planeStride).assumingMemoryBound(to: UInt64.self)
    }

    /// Whether a row's bit is set.
    @inline(__always)
    func bit(_ row: Int, _ plane: Int) -> Bool {
        self.plane(plane)[row >> 6] >> UInt64(row & 63) & 1 != 0
    }

    /// How many bytes so many rows take.
    static func size(_ count: Int, _ layout: KeptLayout) -> Int {
        layout.columns * count * 8 + layout.planes * planeBytes(count)
    }

    /// How many bytes a plane of so many rows takes.
    static func planeBytes(_ count: Int) -> Int { (count + 63) / 64 * 8 }
}
