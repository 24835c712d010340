import CPgQuery
import Glibc

/// The PostgreSQL release whose grammar this module reads, such as `15`.
public var grammarVersion: String { PG_MAJORVERSION }

/// The calls into libpg_query: text in, copied Swift values out, all C memory freed on return.
enum PgQuery {
    /// What libpg_query says about text it cannot read.
    struct Failure: Error {
        let message: String
        /// Counted in characters from 1; 0 if unknown.
        let position: Int
    }

    /// The byte ranges of the statements in `sql`.
    static func split(_ sql: String) throws(Failure) -> [Range<Int>] {
        let result = unsafe pg_query_split_with_parser(sql)
        defer { unsafe pg_query_free_split_result(result) }
        try unsafe check(result.error)
        var ranges: [Range<Int>] = []
        for index in unsafe 0..<Int(result.n_stmts) {
            guard let statement = unsafe result.stmts[index]?.pointee else { continue }
            let start = Int(statement.stmt_location)
            ranges.append(start..<start + Int(statement.stmt_len))
        }
        return ranges
    }

    /// The parse tree of `sql`, as JSON.
    static func parse(_ sql: String) throws(Failure) -> [UInt8] {
        let result = unsafe pg_query_parse(sql)
        defer { unsafe pg_query_free_parse_result(result) }
        try unsafe check(result.error)
        let json = unsafe UnsafeRawBufferPointer(
            start: result.parse_tree, count: strlen(result.parse_tree))
        return unsafe Array(json)
    }

    /// The tokens of `sql`, as a protobuf message.
    static func scan(_ sql: String) throws(Failure) -> [UInt8] {
        let result = unsafe pg_query_scan(sql)
        defer { unsafe pg_query_free_scan_result(result) }
        try unsafe check(result.error)
        return unsafe Array(
            UnsafeRawBufferPointer(start: result.pbuf.data, count: result.pbuf.len))
    }

    /// A name for the shape of `sql`, the same whatever its constants are.
    static func fingerprint(_ sql: String) throws(Failure) -> String {
        let result = unsafe pg_query_fingerprint(sql)
        defer { unsafe pg_query_free_fingerprint_result(result) }
        try unsafe check(result.error)
        return unsafe String(cString: result.fingerprint_str)
    }

    private static func check(_ error: UnsafeMutablePointer<PgQueryError>?) throws(Failure) {
        guard let error = unsafe error?.pointee else { return }
        throw unsafe Failure(
            message: String(cString: error.message), position: Int(error.cursorpos))
    }
}
