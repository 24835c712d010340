import Auditor

/// One step of the warehouse's schema, applied once and never changed after.
public struct Migration: Sendable, Hashable {
    /// Its place in the order, from 1.
    public let number: Int
    /// What it is called, for example `tables`.
    public let name: String
    /// Its SQL.
    public let sql: String

    /// The digest by which the ledger tells whether it was applied in this form.
    public var digest: String { Digest.hex(of: [Array(sql.utf8)]) }

    /// What people call it: `3 (promises)`.
    public var words: String { "\(number) (\(name))" }

    init(_ number: Int, _ name: String, _ bytes: [UInt8]) {
        self.number = number
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
    }

    /// All of them, in order.
    public static let all: [Migration] = [
        Migration(1, "tables", PackageResources._01_tables_sql),
        Migration(2, "triggers", PackageResources._02_triggers_sql),
        Migration(3, "promises", PackageResources._03_promises_sql),
        Migration(4, "bookkeeping", PackageResources._04_bookkeeping_sql),
        Migration(5, "vocabulary", PackageResources._05_vocabulary_sql),
        Migration(6, "rights", PackageResources._06_rights_sql),
        Migration(7, "sending", PackageResources._07_sending_sql),
        Migration(8, "reading", PackageResources._08_reading_sql),
        Migration(9, "resending", PackageResources._09_resending_sql),
    ]
}
