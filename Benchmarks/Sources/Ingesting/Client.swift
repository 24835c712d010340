import Glibc
import Measuring

/// A client that keeps its connections, one thread for all of them.
struct Client {
    let port: UInt16

    /// What came of some payloads.
    struct Outcome {
        /// Seconds from the first request to the last answer.
        var seconds = 0.0
        /// Seconds that each payload took, to the answer to its last request, sorted.
        var latencies: [Double] = []
        /// Seconds of processor in this client.
        var cpu = 0.0

        /// Milliseconds within which such a part of the payloads was in.
        func milliseconds(_ part: Double) -> Double {
            guard !latencies.isEmpty else { return 0 }
            return latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))] * 1_000
        }
    }

    private struct Wire {
        let socket: Int32
        var number = 0
        var sent = 0
        var received: [UInt8] = []
        var began = ContinuousClock.now
    }

    /// Sends payloads over so many connections.
    ///
    /// A connection has one payload at a time, each request after the answer to the one before.
    ///
    /// - Parameters:
    ///   - numbers: The numbers of the payloads.
    ///   - requests: What is sent for each.
    ///   - connections: How many connections there are.
    /// - Returns: What came of it.
    /// - Throws: ``Failure`` where an answer is not 2xx, or none comes for a minute.
    func send(
        _ numbers: Range<Int>, by requests: [Template], over connections: Int
    ) throws(Failure) -> Outcome {
        var requests = requests
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var wires: [Wire] = []
        defer { for wire in wires { close(wire.socket) } }
        for _ in 0..<min(connections, numbers.count) { wires.append(Wire(socket: try connected())) }
        var outcome = Outcome()
        outcome.latencies.reserveCapacity(numbers.count)
        var next = numbers.lowerBound
        let began = ContinuousClock.now
        let usage = Client.usage.cpu
        func begin(_ wire: inout Wire) throws(Failure) {
            (wire.number, wire.sent, wire.began) = (next, 0, .now)
            next += 1
            try proceed(&wire)
        }
        func proceed(_ wire: inout Wire) throws(Failure) {
            try put(requests[wire.sent].numbered(wire.number), on: wire.socket)
            wire.sent += 1
        }
        for place in wires.indices { try begin(&wires[place]) }
        var waiting = wires.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        while outcome.latencies.count < numbers.count {
            guard poll(&waiting, nfds_t(waiting.count), 60_000) > 0 else {
                throw Failure("no answer came for a minute")
            }
            for place in waiting.indices where waiting[place].revents != 0 {
                guard try receive(on: &wires[place], by: &buffer) else { continue }
                if wires[place].sent < requests.count {
                    try proceed(&wires[place])
                    continue
                }
                outcome.latencies.append((ContinuousClock.now - wires[place].began) / .seconds(1))
                if next < numbers.upperBound { try begin(&wires[place]) }
            }
        }
        outcome.seconds = (ContinuousClock.now - began) / .seconds(1)
        outcome.cpu = Client.usage.cpu - usage
        outcome.latencies.sort()
        return outcome
    }

    private static var usage: rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    private func connected() throws(Failure) -> Int32 {
        let wire = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(wire, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure("nobody listens at 127.0.0.1:\(port)") }
        var on: Int32 = 1
        setsockopt(wire, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        return wire
    }

    private func put(_ request: [UInt8], on socket: Int32) throws(Failure) {
        var done = 0
        while done < request.count {
            let count = request[done...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("the service hung up") }
            done += count
        }
    }

    /// Reads what came; true where the answer is whole.
    private func receive(
        on wire: inout Wire, by buffer: inout [UInt8]
    ) throws(Failure) -> Bool {
        let count = recv(wire.socket, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failure("the service hung up before it answered") }
        wire.received += buffer[..<count]
        guard let head = AnswerHead(wire.received) else { return false }
        guard let length = head.length else {
            throw Failure("an answer does not say how long it is")
        }
        guard wire.received.count - head.end >= length else { return false }
        guard head.isGood else {
            throw Failure("an answer is \(String(decoding: wire.received, as: UTF8.self))")
        }
        wire.received.removeAll(keepingCapacity: true)
        return true
    }
}
