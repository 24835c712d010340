import Loopback
import Synchronization
import Testing
import Web

/// Requests to real sockets.
@Suite(.timeLimit(.minutes(15))) struct WebClientTests {
    static let here = AddressRules(allowed: [AddressRange("127.0.0.0/8")].compactMap(\.self))

    @Test func `a request arrives with its headers and body, and its answer comes back`()
        async throws
    {
        let manner = Receiver.Manner.answering(
            202, headers: ["X-Word: first", "x-word:  second "], body: "taken")
        try await Receiver.with(manner) { receiver in
            let client = WebClient(rules: Self.here)
            let request = WebRequest(
                .post([UInt8](#"{"name": "Zoë"}"#.utf8)), try receiver.address("/in?key=1"),
                headers: [("Content-Type", "application/json"), ("webhook-id", "msg_1")])
            for _ in 0..<3 {
                let answer = try await client.send(request)
                #expect(answer.status == 202)
                #expect(answer.headers["x-word"] == "second ")
                #expect(answer.body == [UInt8]("taken".utf8))
            }
            #expect(receiver.requests.count == 3)
            let came = try #require(receiver.requests.first)
            #expect(came.head.hasPrefix("POST /in?key=1 HTTP/1.1\r\n"))
            #expect(came.header("Content-Type") == "application/json")
            #expect(came.header("webhook-id") == "msg_1")
            #expect(came.header("Expect") == nil)
            #expect(came.body == #"{"name": "Zoë"}"#)
        }
    }

    @Test func `nothing is sent before leave is given, nor without it`() async throws {
        try await Receiver.with(.answering(200)) { receiver in
            let client = WebClient(rules: Self.here)
            let asked = Mutex<[Int]>([])
            func send(_ mayLeave: Bool) async throws -> WebAnswer {
                try await client.send(
                    WebRequest(
                        .post([UInt8]("body".utf8)), try receiver.address("/"),
                        departure: {
                            asked.withLock { $0.append(receiver.requests.count) }
                            return mayLeave
                        }))
            }
            // The second goes over the connection that the first has left.
            for _ in 0..<2 { #expect(try await send(true).status == 200) }
            let failure = try await #require(throws: WebFailure.self) { try await send(false) }
            #expect(failure.kind == .withheld && !failure.mayHaveArrived)
            #expect(failure.description == "the request was not sent")
            #expect(try await send(true).status == 200)
            #expect(asked.withLock(\.self) == [0, 1, 2, 2])
            #expect(receiver.requests.count == 3)
        }
    }

    @Test func `what was given leave once is not sent again where a kept connection breaks`()
        async throws
    {
        try await Receiver.with { request in
            request.number == 0 ? .answering(200) : .resetting
        } _: { receiver in
            let client = WebClient(rules: Self.here)
            func send() async throws -> WebAnswer {
                try await client.send(
                    WebRequest(.post([1]), try receiver.address("/"), departure: { true }))
            }
            #expect(try await send().status == 200)
            let failure = try await #require(throws: WebFailure.self) { try await send() }
            #expect(failure.kind == .broken && failure.mayHaveArrived)
            #expect(receiver.requests.count == 2)
        }
    }

    @Test func `a redirect is an answer, and not followed`() async throws {
        let manner = Receiver.Manner.answering(301, headers: ["Location: /elsewhere"])
        try await Receiver.with(manner) { receiver in
            let answer = try await WebClient(rules: Self.here).send(
                WebRequest(.get, try receiver.address("/")))
            #expect(answer.status == 301)
            #expect(receiver.requests.count == 1)
        }
    }

    @Test func `of a long answer the beginning is kept, or it is refused`() async throws {
        let text = String(repeating: "a", count: 200_000)
        try await Receiver.with(.answering(200, body: text)) { receiver in
            let client = WebClient(rules: Self.here)
            var request = WebRequest(.get, try receiver.address("/"), limit: 1_000)
            let answer = try await client.send(request)
            #expect(answer.status == 200)
            #expect(answer.body == [UInt8](repeating: 0x61, count: 1_000))
            request.beyond = .refuse
            let failure = try await #require(throws: WebFailure.self) {
                try await client.send(request)
            }
            #expect(failure.kind == .tooLarge)
            #expect(failure.description == "the answer is longer than 1000 bytes")
        }
    }

    @Test func `what was sent before it failed may have arrived`() async throws {
        try await Receiver.with {
            $0.number == 0 ? .resetting : .hanging
        } _: { receiver in
            let client = WebClient(rules: Self.here)
            var request = WebRequest(.post([1]), try receiver.address("/"))
            let broken = try await #require(throws: WebFailure.self) {
                try await client.send(request)
            }
            #expect(broken.kind == .broken && broken.mayHaveArrived)
            request.timeout = .milliseconds(300)
            let late = try await #require(throws: WebFailure.self) {
                try await client.send(request)
            }
            #expect(late.kind == .timedOut && late.mayHaveArrived)
        }
    }

    @Test func `where nobody listens nothing has arrived`() async throws {
        let address = try await Receiver.with(.hanging) { try $0.address("/") }
        let failure = try await #require(throws: WebFailure.self) {
            try await WebClient(rules: Self.here).send(WebRequest(.post([1]), address))
        }
        #expect(failure.kind == .unreachable && !failure.mayHaveArrived)
        #expect(failure.description == "the host takes no connection")
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "169.254.169.254"])
    func `local and private addresses are refused before anything is sent`(host: String)
        async throws
    {
        try await Receiver.with(.answering(200)) { receiver in
            let address = try WebAddress("http://\(host):\(receiver.port)/")
            let failure = try await #require(throws: WebFailure.self) {
                try await WebClient().send(WebRequest(.post([1]), address))
            }
            #expect(failure.kind == .addressRefused && !failure.mayHaveArrived)
            #expect(receiver.requests.isEmpty)
        }
    }

    @Test func `a request ends when its task is cancelled`() async throws {
        try await Receiver.with(.hanging) { receiver in
            let client = WebClient(rules: Self.here)
            let request = WebRequest(.post([1]), try receiver.address("/"))
            let task = Task { try await client.send(request) }
            while receiver.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            let failure = await #expect(throws: WebFailure.self) { try await task.value }
            #expect(failure?.kind == .cancelled)
        }
    }

    @Test func `many requests are under way at once`() async throws {
        try await Receiver.with(.answering(200, body: "yes")) { receiver in
            let client = WebClient(rules: Self.here)
            let request = WebRequest(.get, try receiver.address("/"))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await client.send(request).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 200))
            #expect(receiver.requests.count == 200)
        }
    }
}

extension Receiver {
    func address(_ path: String) throws -> WebAddress {
        try WebAddress("http://127.0.0.1:\(port)\(path)")
    }
}
