package import Assay

/// What is evaluated on the rows of a stream.
package struct StreamProgram: Sendable {
    /// A column's values in a normal form.
    package struct Form: Sendable {
        let slot: Int
        let normalizer: Normalizer

        package init(slot: Int, normalizer: Normalizer) {
            self.slot = slot
            self.normalizer = normalizer
        }
    }

    /// A predicate on each row.
    package struct RowCheck: Sendable {
        let scope: StreamTest
        let parts: [StreamTest]

        package init(scope: StreamTest, parts: [StreamTest]) {
            self.scope = scope
            self.parts = parts
        }
    }

    /// Values that stand in another table's columns.
    package struct Reference: Sendable {
        let scope: StreamTest
        package let key: [Int]
        package let parent: Int

        package init(scope: StreamTest, key: [Int], parent: Int) {
            self.scope = scope
            self.key = key
            self.parent = parent
        }
    }

    /// Rows that share a key.
    package struct Grouping: Sendable {
        let scope: StreamTest
        package let key: [KeyPart]
        /// What is counted in a group, each value once; `nil` counts rows.
        let distinct: KeyPart?

        package init(scope: StreamTest, key: [KeyPart], distinct: KeyPart? = nil) {
            self.scope = scope
            self.key = key
            self.distinct = distinct
        }
    }

    /// The rows with the largest values of a slot.
    package struct Largest: Sendable {
        let scope: StreamTest
        let slot: Int

        package init(scope: StreamTest, slot: Int) {
            self.scope = scope
            self.slot = slot
        }
    }

    /// How many slots there are, that of the place included, which is the first.
    let slots: Int
    let forms: [Form]
    let rowChecks: [RowCheck]
    let groupings: [Grouping]
    let references: [Reference]
    /// The largest values that are looked for, where what is learned is kept.
    let largest: [Largest]
    /// The key of the hashes of values.
    package let key: UInt64

    package init(
        slots: Int, forms: [Form], rowChecks: [RowCheck] = [], groupings: [Grouping] = [],
        references: [Reference] = [], largest: [Largest] = [], key: UInt64? = nil
    ) {
        self.slots = slots
        self.forms = forms
        self.rowChecks = rowChecks
        self.groupings = groupings
        self.references = references
        self.largest = largest
        self.key = key ?? ByteHash.key
    }
}

extension StreamProgram {
    /// A batch under evaluation, and what several tests share of it.
    final class Run {
        let program: StreamProgram
        let batch: RowBatch
        private let normal: Truth
        private var isTested: [Bool]
        private let hashes: UnsafeMutablePointer<UInt64>
        private var isHashed: [Bool]

        init(_ program: StreamProgram) {
            self.program = program
            batch = RowBatch(slots: program.slots)
            normal = .allocate(capacity: max(1, program.forms.count) * RowBatch.capacity)
            isTested = Array(repeating: false, count: program.forms.count)
            hashes = .allocate(capacity: program.slots * RowBatch.capacity)
            isHashed = Array(repeating: false, count: program.slots)
        }

        deinit {
            normal.deallocate()
            hashes.deallocate()
        }

        /// Hands over all rows of some bytes, batch by batch.
        ///
        /// - Parameters:
        ///   - bytes: Whole rows, and before the first of a COPY its header.
        ///   - isFirst: Whether they begin with the header.
        ///   - each: Looks at the batch.
        /// - Throws: ``MalformedCopy``, and what `each` throws.
        func rows(
            of bytes: UnsafeRawBufferPointer, isFirst: Bool, _ each: () throws -> Void
        ) throws {
            var place = try bytes.beginningOfRows(isFirst: isFirst)
            var goesOn = true
            while goesOn, place < bytes.count {
                goesOn = try batch.fill(from: bytes, at: &place)
                guard batch.count > 0 else { continue }
                forget()
                try each()
            }
        }

        /// Forgets what is known of the rows before.
        func forget() {
            for index in isTested.indices { isTested[index] = false }
            for index in isHashed.indices { isHashed[index] = false }
        }

        /// Whether each row's value stands in a form; 0 for null.
        func normality(_ form: Int) -> Truth {
            let truth = normal + form * RowBatch.capacity
            guard !isTested[form] else { return truth }
            isTested[form] = true
            let (slot, normalizer) = (program.forms[form].slot, program.forms[form].normalizer)
            let lengths = batch.lengths(slot)
            for row in 0..<batch.count {
                guard lengths[row] >= 0 else {
                    truth[row] = 0
                    continue
                }
                truth[row] =
                    batch.value(slot, row).withText { normalizer.isNormalized($0) } ? 1 : 0
            }
            return truth
        }

        /// The hash of each row's value; of a null, anything.
        func hashes(_ slot: Int) -> UnsafePointer<UInt64> {
            let own = hashes + slot * RowBatch.capacity
            guard !isHashed[slot] else { return UnsafePointer(own) }
            isHashed[slot] = true
            let lengths = batch.lengths(slot)
            for row in 0..<batch.count {
                own[row] =
                    lengths[row] >= 0
                    ? ByteHash.hash(batch.value(slot, row), key: program.key) : 0
            }
            return UnsafePointer(own)
        }
    }
}
