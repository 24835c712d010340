import Glibc
import Measuring

/// A client of the service's that keeps its connections, one thread for all of them.
struct Client {
    let port: UInt16
    let key: String

    /// What came of some requests.
    struct Outcome {
        /// Seconds from the first request to the last answer.
        var seconds = 0.0
        /// Seconds that each answer took, sorted.
        var latencies: [Double] = []
        /// Seconds of processor in this client.
        var cpu = 0.0

        /// Milliseconds within which such a part of the answers came.
        func milliseconds(_ part: Double) -> Double {
            guard !latencies.isEmpty else { return 0 }
            return latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))] * 1_000
        }
    }

    private struct Wire {
        let socket: Int32
        var received: [UInt8] = []
        var began = ContinuousClock.now
    }

    /// Sends payloads over so many connections, each one after the answer to the one before.
    ///
    /// - Throws: ``Failure`` where an answer is not 200, or none comes for a minute.
    func send(
        _ numbers: Range<Int>, of payload: Payload, over connections: Int
    ) throws(Failure) -> Outcome {
        var payload = payload
        var wires: [Wire] = []
        defer { for wire in wires { close(wire.socket) } }
        for _ in 0..<min(connections, numbers.count) { wires.append(Wire(socket: try connected())) }
        var outcome = Outcome()
        outcome.latencies.reserveCapacity(numbers.count)
        var next = numbers.lowerBound
        let began = ContinuousClock.now
        let usage = Client.usage.cpu
        for place in wires.indices {
            try begin(payload.numbered(next), on: &wires[place])
            next += 1
        }
        var waiting = wires.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        while outcome.latencies.count < numbers.count {
            guard poll(&waiting, nfds_t(waiting.count), 60_000) > 0 else {
                throw Failure("no answer came for a minute")
            }
            for place in waiting.indices where waiting[place].revents != 0 {
                guard try receive(on: &wires[place]) else { continue }
                outcome.latencies.append((ContinuousClock.now - wires[place].began) / .seconds(1))
                if next < numbers.upperBound {
                    try begin(payload.numbered(next), on: &wires[place])
                    next += 1
                }
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

    private func begin(_ body: [UInt8], on wire: inout Wire) throws(Failure) {
        let head = """
            POST /run/companies/claygent/customers-of-3/ingest HTTP/1.1\r
            Host: 127.0.0.1\r
            Authorization: Bearer \(key)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            \r\n
            """
        let request = Array(head.utf8) + body
        wire.received.removeAll(keepingCapacity: true)
        wire.began = .now
        var done = 0
        while done < request.count {
            let count = request[done...].withUnsafeBytes {
                Glibc.send(wire.socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("the service hung up") }
            done += count
        }
    }

    /// Reads what came; true where the answer is whole.
    private func receive(on wire: inout Wire) throws(Failure) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(wire.socket, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failure("the service hung up before it answered") }
        wire.received += buffer.prefix(count)
        guard let end = wire.received.firstRange(of: [13, 10, 13, 10]) else { return false }
        let head = String(decoding: wire.received[..<end.lowerBound], as: UTF8.self).lowercased()
        guard let length = head.split(separator: "content-length: ").dropFirst().first,
            let length = Int(length.prefix(while: \.isNumber))
        else { throw Failure("an answer does not say how long it is") }
        guard wire.received.count - end.upperBound >= length else { return false }
        guard head.hasPrefix("http/1.1 200") else {
            let body = String(decoding: wire.received[end.upperBound...], as: UTF8.self)
            throw Failure("an answer is \(head.prefix(12)): \(body)")
        }
        return true
    }
}
