import CLibPQ

/// One answer of the server, in libpq's memory, freed with this value.
@safe struct ServerResult: ~Copyable {
    private let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

    deinit { unsafe PQclear(pointer) }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }
    var rowCount: Int { Int(unsafe PQntuples(pointer)) }
    var columnCount: Int { Int(unsafe PQnfields(pointer)) }
    var parameterTypes: [UInt32] {
        let count = unsafe PQnparams(pointer)
        return (0..<count).map { unsafe PQparamtype(pointer, $0) }
    }
    var columnNames: [String] {
        (0..<Int32(columnCount)).map { column in
            unsafe PQfname(pointer, column).map { unsafe String(cString: $0) } ?? ""
        }
    }
    var columnTypes: [UInt32] {
        (0..<Int32(columnCount)).map { unsafe PQftype(pointer, $0) }
    }
    /// The command's tag, for example `UPDATE 3`.
    var commandTag: String { unsafe PQcmdStatus(pointer).map { unsafe String(cString: $0) } ?? "" }
    var affectedRows: Int {
        unsafe PQcmdTuples(pointer).flatMap { unsafe Int(String(cString: $0)) } ?? 0
    }

    /// Copies all rows to the end of `rows`.
    func append(to rows: inout Rows) {
        let width = Int32(columnCount)
        if width == 0 { rows.append(emptyRows: rowCount) }
        for row in 0..<Int32(rowCount) {
            for column in 0..<width {
                if unsafe PQgetisnull(pointer, row, column) == 1 {
                    rows.appendNull()
                } else if let value = unsafe PQgetvalue(pointer, row, column) {
                    let length = Int(unsafe PQgetlength(pointer, row, column))
                    unsafe rows.append(UnsafeRawBufferPointer(start: value, count: length))
                }
            }
        }
    }

    /// What the server complains about; nil when the answer is no complaint.
    var error: PostgresError? {
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE else { return nil }
        let primary = unsafe errorField("M", of: pointer)
        let message = unsafe String(cString: PQresultErrorMessage(pointer))
        var error = PostgresError(.server, oneLine(primary ?? message))
        unsafe error.sqlState = errorField("C", of: pointer).map(SQLState.init(rawValue:))
        unsafe error.detail = errorField("D", of: pointer)
        unsafe error.hint = errorField("H", of: pointer)
        unsafe error.context = errorField("W", of: pointer)
        unsafe error.position = errorField("P", of: pointer).flatMap { Int($0) }
        unsafe error.schema = errorField("s", of: pointer)
        unsafe error.table = errorField("t", of: pointer)
        unsafe error.column = errorField("c", of: pointer)
        unsafe error.dataType = errorField("d", of: pointer)
        unsafe error.constraint = errorField("n", of: pointer)
        return error
    }

    /// Whether the server ends the connection with this answer.
    var isFatal: Bool {
        let severity = unsafe errorField("V", of: pointer)
        return severity == "FATAL" || severity == "PANIC"
    }
}

/// One field of an error or notice; `code` is the letter the protocol gives it.
@unsafe func errorField(_ code: Unicode.Scalar, of result: OpaquePointer) -> String? {
    unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
}

/// libpq's messages on one line, without the newline they end in.
///
/// An indented line that begins a sentence explains the one above.
func oneLine(_ message: String) -> String {
    message.split(whereSeparator: \.isNewline).reduce(into: "") { text, line in
        let words = line.drop { $0 == "\t" || $0 == " " }
        let begins = words.count < line.count && words.first?.isUppercase == true
        let isOpen = begins && text.last?.isPunctuation == false
        text += (text.isEmpty ? "" : isOpen ? "; " : " ") + words
    }
}
