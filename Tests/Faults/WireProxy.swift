import Dispatch
package import Glibc
package import Postgres
import Synchronization

/// A proxy between a client and a server that knows the protocol's messages, and harms the wire.
///
/// The first connection is the one that suffers, or whichever the moment comes to first; the others pass, or find
/// nobody.
package final class WireProxy: Sendable {
    /// When something happens.
    package enum Moment: Sendable, Hashable {
        /// The client's nth message has been passed on.
        case message(Int)
        /// The client sends a statement that holds this text, and the server has nothing of it yet.
        case before(String)
        /// Such a statement has been passed on.
        case after(String)
        /// The client sends COMMIT, and the server has nothing of it yet.
        case commit
        /// The server has committed and says so, and the client has nothing of it yet.
        case acknowledgement
        case never
    }

    /// What happens.
    package enum Blow: Sendable {
        /// Both ends are closed.
        case cut
        /// Nothing passes any more, and no end is closed.
        case silence
        /// Something is done to the server's process, whose number is given; the wire stays whole.
        case strike(@Sendable (pid_t) -> Void)
        /// Something is done to the client, and what it had not yet sent is gone.
        case kill(@Sendable () -> Void)
    }

    private struct State {
        var connections = 0
        var messages = 0
        var hasStruck = false
        var isClosed = false
        var moment: Moment
    }

    private let listener: Int32
    private let port: UInt16
    private let server: DatabaseTarget
    private let blow: Blow
    private let staysDown: Bool
    private let isForAll: Bool
    private let state: Mutex<State>

    /// Begins to listen before a server.
    ///
    /// - Parameters:
    ///   - server: A server that listens on a socket in a folder.
    ///   - moment: When the blow falls.
    ///   - blow: What it is.
    ///   - staysDown: Whether nobody gets through any more afterwards.
    ///   - isForAll: Whether any connection may suffer, and messages of all are counted together.
    /// - Throws: ``Trouble`` where the system gives no port.
    package init(
        to server: DatabaseTarget, at moment: Moment = .never, _ blow: Blow = .cut,
        staysDown: Bool = false, isForAll: Bool = false
    ) throws {
        self.server = server
        state = Mutex(State(moment: moment))
        self.isForAll = isForAll
        self.blow = blow
        self.staysDown = staysDown
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw Trouble(description: "the proxy cannot listen: \(errno)") }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        DispatchQueue(label: "proxy").async { self.accept() }
    }

    /// The way to the server through the proxy.
    package var target: DatabaseTarget {
        server.with("host", "127.0.0.1").with("port", "\(port)")
            .with("sslmode", "disable").with("gssencmode", "disable")
    }

    /// The same way as a connection string, for a command.
    package var conninfo: String {
        "host=127.0.0.1 port=\(port) user=\(server.option("user") ?? "postgres") "
            + "dbname=\(server.option("dbname") ?? "postgres") sslmode=disable gssencmode=disable"
    }

    /// How many messages the client of the first connection has sent.
    package var messages: Int { state.withLock { $0.messages } }
    /// Whether the blow has fallen.
    package var hasStruck: Bool { state.withLock { $0.hasStruck } }

    /// Has the blow fall at another moment; `.message` counts from now on.
    package func arm(_ moment: Moment) {
        state.withLock { state in
            state.moment = moment
            state.messages = 0
            state.hasStruck = false
        }
    }

    /// Ends all connections, those that fell silent too.
    package func close() { state.withLock { $0.isClosed = true } }

    /// Lends a proxy, and closes it whatever happens.
    package static func with<Value>(
        to server: DatabaseTarget, at moment: Moment = .never, _ blow: Blow = .cut,
        staysDown: Bool = false, isForAll: Bool = false,
        _ body: (WireProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try WireProxy(
            to: server, at: moment, blow, staysDown: staysDown, isForAll: isForAll)
        defer { proxy.close() }
        return try await body(proxy)
    }

    package struct Trouble: Error, CustomStringConvertible {
        package let description: String
    }

    // MARK: Connections

    private func accept() {
        defer { Glibc.close(listener) }
        while !state.withLock({ $0.isClosed }) {
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 20) > 0 else { continue }
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { continue }
            // Each message is written by itself; the kernel shall not wait for more of them.
            var on: Int32 = 1
            setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
            let (isFirst, isDown) = state.withLock { state in
                state.connections += 1
                return (state.connections == 1, state.hasStruck && self.staysDown)
            }
            let upstream = isDown ? -1 : connectUpstream()
            guard upstream >= 0 else {
                Glibc.close(client)
                continue
            }
            let wire = Wire(client: client, server: upstream)
            DispatchQueue(label: "wire").async {
                self.serve(wire, suffers: isFirst || self.isForAll)
            }
        }
    }

    private func connectUpstream() -> Int32 {
        let path = "\(server.option("host") ?? "")/.s.PGSQL.\(server.option("port") ?? "5432")"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isConnected { return upstream }
        Glibc.close(upstream)
        return -1
    }

    private func serve(_ wire: Wire, suffers: Bool) {
        defer { wire.close() }
        var sent = WireMessages(ofClient: true)
        var answered = WireMessages(ofClient: false)
        var backend: pid_t = 0
        while !state.withLock({ $0.isClosed }) {
            guard let (fromClient, fromServer) = wire.read() else { return }
            sent.append(fromClient)
            while let message = sent.next() {
                let statement = suffers ? message.statement : nil
                if statement == "COMMIT", falls(at: .commit, wire, backend) { return }
                if let statement, let fragment = fragment(of: statement),
                    falls(at: .before(fragment), wire, backend)
                {
                    return
                }
                guard Wire.write(message.bytes, to: wire.server) else { return }
                guard suffers else { continue }
                let count = state.withLock { state in
                    state.messages += 1
                    return state.messages
                }
                if falls(at: .message(count), wire, backend) { return }
                if let statement, let fragment = fragment(of: statement),
                    falls(at: .after(fragment), wire, backend)
                {
                    return
                }
            }
            answered.append(fromServer)
            while let message = answered.next() {
                if let process = message.process { backend = process }
                if suffers, message.isCommitAcknowledgement,
                    falls(at: .acknowledgement, wire, backend)
                {
                    return
                }
                guard Wire.write(message.bytes, to: wire.client) else { return }
            }
        }
    }

    /// The text that is waited for, where a statement holds it.
    private func fragment(of statement: String) -> String? {
        switch state.withLock({ $0.moment }) {
        case .before(let text), .after(let text):
            statement.split(separator: text, omittingEmptySubsequences: false).count > 1
                ? text : nil
        default: nil
        }
    }

    /// Lets the blow fall, if it is time.
    ///
    /// - Returns: Whether the connection is over.
    private func falls(at moment: Moment, _ wire: Wire, _ backend: pid_t) -> Bool {
        let isTime = state.withLock { state in
            guard moment == state.moment, !(isForAll && state.hasStruck) else { return false }
            if isForAll { state.hasStruck = true }
            return true
        }
        guard isTime else { return false }
        switch blow {
        case .cut, .silence: break
        // The first message comes before the server's process has introduced itself.
        case .strike(let body): if backend > 0 { body(backend) }
        case .kill(let body): body()
        }
        state.withLock { $0.hasStruck = true }
        if case .strike = blow { return false }
        if case .silence = blow {
            while !state.withLock({ $0.isClosed }) { usleep(20_000) }
        }
        return true
    }
}

/// The two sockets of one connection.
private struct Wire: Sendable {
    let client: Int32
    let server: Int32

    func close() {
        Glibc.close(client)
        Glibc.close(server)
    }

    /// What has come from either side by now, perhaps nothing; nil when one side is gone.
    ///
    /// A server's last words are passed on before its end is noticed.
    func read() -> (client: [UInt8], server: [UInt8])? {
        var waiting = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&waiting, 2, 20) > 0 else { return ([], []) }
        var received: [[UInt8]] = [[], []]
        for side in 0...1 where waiting[side].revents != 0 {
            guard let bytes = Wire.read(waiting[side].fd) else { return nil }
            received[side] = bytes
        }
        return (received[0], received[1])
    }

    private static func read(_ socket: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(socket, &buffer, buffer.count)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
