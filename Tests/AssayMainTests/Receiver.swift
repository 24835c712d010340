import Glibc
import Synchronization

/// A server of HTTP on this machine that takes what it is sent and answers as it is told.
final class Receiver: Sendable {
    /// What it answers with.
    enum Manner: Sendable {
        /// This status.
        case answering(Int)
        /// Nothing, until the other side goes away.
        case hanging
    }

    private let socket: Int32
    private let manner: Manner
    private let taken = Mutex<[String]>([])
    /// Where it is reached.
    let port: UInt16

    /// The requests that came so far, head and body.
    var requests: [String] { taken.withLock { $0 } }

    /// Lends a receiver.
    static func with<Value>(
        _ manner: Manner, _ body: (Receiver) async throws -> Value
    ) async throws -> Value {
        let receiver = try Receiver(manner)
        let thread = Thread { receiver.serve() }
        defer {
            shutdown(receiver.socket, Int32(SHUT_RDWR))
            thread.join()
            close(receiver.socket)
        }
        return try await body(receiver)
    }

    private init(_ manner: Manner) throws {
        self.manner = manner
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
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
            guard connection >= 0 else { return }
            let request = read(connection)
            taken.withLock { $0.append(request) }
            switch manner {
            case .answering(let status):
                let answer =
                    "HTTP/1.1 \(status) Answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
            case .hanging:
                var byte: UInt8 = 0
                _ = recv(connection, &byte, 1, 0)
            }
            close(connection)
        }
    }

    /// Reads a request to the end of its body.
    private func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].lowercased()
                let length = head.split(separator: "content-length: ").dropFirst().first
                    .flatMap { Int($0.prefix(while: \.isNumber)) }
                if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            bytes += buffer.prefix(count)
        }
    }
}

/// A thread of the system's.
private struct Thread {
    private var handle = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body: body))
        pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
    }

    func join() { pthread_join(handle, nil) }

    private final class Box {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
