import Glibc
import Synchronization

/// A server of HTTP on this machine that takes what it is sent and does as it is told.
public final class Receiver: Sendable {
    /// What came.
    public struct Request: Sendable {
        /// Its number, from 0.
        public let number: Int
        /// When its first byte came.
        public let arrived: ContinuousClock.Instant
        /// The line and the headers.
        public let head: String
        /// What follows them.
        public let body: String

        /// A header's value.
        public func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return String(parts[1].drop { $0 == " " })
                }
            }
            return nil
        }
    }

    /// What it does with a request.
    public enum Manner: Sendable {
        /// Answers with this status.
        case answering(Int, headers: [String] = [], body: String = "")
        /// The same with a body that may be no text.
        case answeringBytes(Int, headers: [String] = [], body: [UInt8])
        /// Answers nothing, until the other side goes away.
        case hanging
        /// Resets the connection once it has read the request.
        case resetting
    }

    private struct State {
        var requests: [Request] = []
        var open: Set<Int32> = []
        var threads: [pthread_t] = []
        var isClosed = false
    }

    private let socket: Int32
    private let manner: @Sendable (Request) -> Manner
    private let state = Mutex(State())
    /// Where it is reached.
    public let port: UInt16

    /// The requests that came so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// Lends a receiver that treats every request alike.
    public static func with<Value>(
        _ manner: Manner, _ body: (Receiver) async throws -> Value
    ) async throws -> Value {
        try await with({ _ in manner }, body)
    }

    /// Lends a receiver.
    public static func with<Value>(
        _ manner: @escaping @Sendable (Request) -> Manner,
        _ body: (Receiver) async throws -> Value
    ) async throws -> Value {
        let receiver = try Receiver(manner)
        let thread = startThread { receiver.serve() }
        defer {
            receiver.state.withLock { $0.isClosed = true }
            shutdown(receiver.socket, Int32(SHUT_RDWR))
            pthread_join(thread, nil)
            close(receiver.socket)
            receiver.end()
        }
        return try await body(receiver)
    }

    private init(_ manner: @escaping @Sendable (Request) -> Manner) throws {
        self.manner = manner
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard bound else { throw NoSocket(reason: errno) }
    }

    /// There is no port to listen on.
    struct NoSocket: Error {
        let reason: Int32
    }

    private func serve() {
        while true {
            let connection = accept(socket, nil, nil)
            if connection < 0 {
                // A client that has gone before it was let in is no reason to let no others in.
                if state.withLock({ $0.isClosed }) { return }
                continue
            }
            state.withLock { state in
                state.open.insert(connection)
                state.threads.append(startThread { self.serve(connection) })
            }
        }
    }

    private func serve(_ connection: Int32) {
        var rest: [UInt8] = []
        while let request = read(connection, &rest) {
            switch manner(request) {
            case .answering(let status, let headers, let body):
                answer(connection, status, headers, Array(body.utf8))
            case .answeringBytes(let status, let headers, let body):
                answer(connection, status, headers, body)
            case .hanging:
                var byte: UInt8 = 0
                _ = recv(connection, &byte, 1, 0)
            case .resetting:
                var none = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    connection, SOL_SOCKET, SO_LINGER, &none,
                    socklen_t(MemoryLayout<linger>.size))
                return hangUp(connection)
            }
        }
        hangUp(connection)
    }

    private func answer(
        _ connection: Int32, _ status: Int, _ headers: [String], _ body: [UInt8]
    ) {
        let lines = headers + ["Content-Length: \(body.count)"]
        let head =
            "HTTP/1.1 \(status) Answer\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        let bytes = Array(head.utf8) + body
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func hangUp(_ connection: Int32) {
        state.withLock { state in
            if state.open.remove(connection) != nil { close(connection) }
        }
    }

    /// Ends every connection and waits for its thread.
    private func end() {
        let threads = state.withLock { state in
            for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
            return state.threads
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Reads a request to the end of its body; nothing where the other side has gone.
    private func read(_ connection: Int32, _ bytes: inout [UInt8]) -> Request? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var arrived: ContinuousClock.Instant?
        while true {
            if let request = request(in: &bytes, arrived: arrived ?? .now) { return request }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            arrived = arrived ?? .now
            bytes += buffer.prefix(count)
        }
    }

    private func request(in bytes: inout [UInt8], arrived: ContinuousClock.Instant) -> Request? {
        guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let length = head.lowercased().split(separator: "content-length: ").dropFirst().first
            .flatMap { Int($0.prefix(while: \.isNumber)) }
        let body = bytes[end.upperBound...]
        guard body.count >= length ?? 0 else { return nil }
        let content = body.prefix(length ?? 0)
        let text = String(decoding: content, as: UTF8.self)
        bytes.removeFirst(content.endIndex)
        return state.withLock { state in
            let request = Request(
                number: state.requests.count, arrived: arrived, head: head, body: text)
            state.requests.append(request)
            return request
        }
    }
}

/// Starts a thread of the system's.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { pointer in
            guard let pointer else { return nil }
            Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body: body)).toOpaque())
    return thread
}
