import Assay
import FoundationEssentials

/// What a fix will do, as it was rehearsed: the content of `plan.json`.
public struct FixPlan: Codable, Sendable, Hashable {
    /// The database that the plan was made for, and no other.
    public struct Target: Codable, Sendable, Hashable {
        /// The database's name.
        public var database: String
        /// The cluster's system identifier, where the role may read it.
        public var systemIdentifier: String?
    }

    /// One statement of the script and the rows it changes.
    public struct Step: Codable, Sendable, Hashable {
        /// The first line of its comment, or of itself.
        public var title: String
        /// How many rows it reports: changed, inserted or deleted ones.
        public var rows: Int
    }

    /// What becomes of the rows of one table.
    public struct TableEffect: Codable, Sendable, Hashable {
        /// The table.
        public var table: String
        /// Rows that come.
        public var inserted: Int
        /// Rows that change.
        public var updated: Int
        /// Rows that go.
        public var deleted: Int
        /// A digest of the touched rows as they were, whatever their order.
        public var before: String
        /// A digest of the touched rows as they become, without the columns in `varying`.
        public var after = ""
        /// Columns that become something else each time the script runs: a time, a number of a sequence.
        public var varying: [String] = []
    }

    /// Rows elsewhere that hang on rows which go or change their key.
    public struct Dependant: Codable, Sendable, Hashable {
        /// The foreign key's name, or the check that declares the reference.
        public var name: String
        /// The table whose rows refer, and its columns.
        public var table: String
        /// The referring columns.
        public var columns: [String]
        /// The table referred to.
        public var parent: String
        /// How many rows hang on a row that goes.
        public var rows: Int
        /// How many of them the script points elsewhere or removes.
        public var resolved: Int
    }

    /// The violations of a check before and after.
    public struct MeasureChange: Codable, Sendable, Hashable {
        /// The check.
        public var check: String
        /// Violations before; `nil` where it could not be evaluated.
        public var before: Int?
        /// Violations after; `nil` where it could not be evaluated.
        public var after: Int?
        /// Whether the fix is there to mend it.
        public var isResolved: Bool
    }

    /// One row before and after: only the columns that differ.
    public struct RowChange: Codable, Sendable, Hashable {
        /// One column.
        public struct Cell: Codable, Sendable, Hashable {
            /// Its name.
            public var column: String
            /// Its value before; `nil` for null or where there was no row.
            public var before: String?
            /// Its value after; `nil` for null or where there is no row.
            public var after: String?
        }

        /// The table.
        public var table: String
        /// The row's key.
        public var key: [String]
        /// `insert`, `update` or `delete`.
        public var change: String
        /// The columns that differ.
        public var cells: [Cell]
    }

    /// The version of this format that this Assay writes and reads.
    static let format = 2

    /// The version of this format.
    public var version = FixPlan.format
    /// The fix's name: its folder in `fixes/`.
    public var name: String
    /// Who made the plan.
    public var author: String
    /// When, in UTC.
    public var created: String
    /// The checks that it is there to mend.
    public var checks: [String]
    /// The database it was made for.
    public var target: Target
    /// A digest of the touched tables' columns, constraints, indexes and triggers.
    public var fingerprint: String
    /// The statements in order.
    public var steps: [Step]
    /// The touched tables.
    public var tables: [TableEffect]
    /// What hangs on the touched rows.
    public var dependants: [Dependant]
    /// The checks on the touched tables.
    public var measures: [MeasureChange]
    /// Findings that the fix leaves to a person, in words.
    public var leftOver: [String]
    /// The first changed rows of each table.
    public var samples: [RowChange]

    /// The file's bytes: keys in order, so that equal plans are equal bytes.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

/// Who agreed to a plan: the content of `approval.json`.
public struct FixApproval: Codable, Sendable, Hashable {
    /// The version of this format.
    public var version = 1
    /// Who approved.
    public var approver: String
    /// When, in UTC.
    public var approved: String
    /// Until when it holds, in UTC.
    public var expires: String
    /// The digest of the script and the plan that were approved, byte for byte.
    public var digest: String
    /// An SSH signature over the digest and the other fields, where it was signed.
    public var signature: String?

    /// Whether its time is over, by a clock in seconds since 1970.
    public func hasRunOut(at now: Double) -> Bool { expires <= Timestamp.text(now) }

    /// What a signature is made over.
    var signedText: String {
        "assay fix approval\n\(approver)\n\(approved)\n\(expires)\n\(digest)\n"
    }
}
