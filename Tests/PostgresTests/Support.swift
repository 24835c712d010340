import Glibc
import Postgres
import Testing

/// How many pages of this process are in memory.
func residentPages() throws -> Int {
    let file = try #require(fopen("/proc/self/statm", "r"))
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    fgets(&line, 128, file)
    let fields = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
        separator: " ")
    return try #require(Int(fields[1]))
}

/// A server on the loopback that takes connections and never says a word.
struct SilentServer: ~Copyable {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(status)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}

/// A folder that goes when the body ends, holding one file that only we may read.
func withSecretFile(
    _ text: String, _ body: (_ path: String) async throws -> Void
) async throws {
    var template = Array("/tmp/assay-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { unlink(path) }
    try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
    close(descriptor)
    try await body(path)
}

/// Everything that printing, debugging and dumping a value shows.
func everythingShown(of value: some Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return "\(value) \(String(describing: value)) \(String(reflecting: value)) \(dumped)"
}

/// The error that `body` throws as one of ours.
func postgresError(
    _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> PostgresError {
    let error = try await #require(throws: PostgresError.self, sourceLocation: sourceLocation) {
        try await body()
    }
    return error
}
