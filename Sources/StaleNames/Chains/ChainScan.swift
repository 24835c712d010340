/// Finds the requests that a program makes through a PostgREST client.
struct ChainScan {
    private let unit: CodeUnit
    private let reader: Expressions
    /// Whether the file names the client's library anywhere.
    private let namesLibrary: Bool
    private let namesOtherBuilder: Bool
    private(set) var chains: [ClientChain] = []
    /// The chain that a variable holds, until it holds another.
    private var held: [String: Int] = [:]
    /// The schema of the client that a variable holds.
    private var clients: [String: CodeValue] = [:]

    init(_ unit: CodeUnit, constants: Constants, mentions: Mentions) {
        self.unit = unit
        reader = Expressions(unit: unit, constants: constants)
        namesLibrary = mentions.client
        namesOtherBuilder = mentions.otherBuilder
        var place = 0
        while place < unit.count {
            if unit.kind(place) == .name { read(at: place) }
            place += 1
        }
    }

    /// Which libraries a file names.
    struct Mentions {
        let client: Bool
        let otherBuilder: Bool

        init(_ bytes: [UInt8]) {
            client = bytes.contains(word: "supabase") || bytes.contains(word: "postgrest")
            otherBuilder =
                bytes.contains(word: "knex") || bytes.contains(word: "drizzle")
                || bytes.contains(word: "typeorm") || bytes.contains(word: "rethinkdb")
                || bytes.contains(word: "kysely")
        }
    }

    private mutating func read(at place: Int) {
        guard let name = unit.name(place) else { return }
        switch name {
        case "def", "function", "func": held = [:]
        case "from", "from_", "table", "rpc", "schema":
            if unit.isSymbol(place - 1, "."), let open = callBracket(place) {
                request(name, at: place, open: open)
            }
        case "createClient", "create_client", "create_async_client", "acreate_client",
            "createBrowserClient", "createServerClient", "SupabaseClient", "PostgrestClient",
            "SyncPostgrestClient", "AsyncPostgrestClient", "PostgREST":
            if let open = callBracket(place) { client(at: place, open: open) }
        default:
            if !unit.isSymbol(place - 1, "."), unit.isSymbol(place + 1, ".") {
                follow(name, at: place)
            } else if unit.isSymbol(place + 1, "="), !unit.isSymbol(place + 2, "=") {
                forget(name, at: place)
            }
        }
    }

    // MARK: Requests

    private mutating func request(_ name: String, at place: Int, open: Int) {
        guard let close = unit.partner(open) else { return }
        let arguments = reader.arguments(inside: open)
        let calls = self.calls(from: close + 1)
        let next = calls.first?.method ?? ""
        if name == "schema" {
            if arguments.count == 1, !["from", "from_", "table", "rpc"].contains(next),
                let variable = variable(before: rootStart(place))
            {
                clients[variable] = arguments[0].value
            }
            return
        }
        guard let first = arguments.first, name == "rpc" || arguments.count == 1 else { return }
        let schema = schema(before: place)
        let isClient = namesLibrary || schema != nil
        let begins = Self.verbs.contains(next)
        if name == "rpc" {
            guard isClient || calls.contains(where: { $0.method == "execute" }) else { return }
        } else {
            if isOtherReceiver(place, begins) { return }
            if name == "table" {
                guard isClient || (begins && calls.contains { $0.method == "execute" }) else {
                    return
                }
            }
            guard begins || (isClient && first.value.text != nil && isHeldOrEnds(place, close))
            else { return }
            if namesOtherBuilder, !isClient { return }
        }
        if case .object = first.value { return }
        let start = first.value.text.map { $0.source(of: 0) } ?? first.start
        chains.append(
            ClientChain(
                source: unit.source, schema: schema,
                subject: name == "rpc" ? .function(first.value) : .table(first.value),
                start: start, calls: name == "rpc" ? [call("rpc", place, arguments)] + calls : calls
            ))
        if let variable = variable(before: rootStart(place)) { held[variable] = chains.count - 1 }
    }

    static let verbs: Set<String> = ["select", "insert", "upsert", "update", "delete"]

    private static let otherReceivers: Set<String> = [
        "storage", "Array", "Buffer", "Object", "Set", "Map", "Readable", "Observable", "Stream",
        "Iterator", "Promise", "Uint8Array", "Uint32Array", "Float32Array", "Float64Array",
        "Temporal", "bucket", "r", "Types", "op",
    ]

    private func isOtherReceiver(_ place: Int, _ begins: Bool) -> Bool {
        guard let receiver = unit.name(place - 2) else { return false }
        return Self.otherReceivers.contains(receiver)
            || (!begins && receiver.first?.isUppercase == true)
    }

    private func isHeldOrEnds(_ place: Int, _ close: Int) -> Bool {
        variable(before: rootStart(place)) != nil
    }

    private func call(_ method: String, _ place: Int, _ arguments: [CodeArgument])
        -> ClientChain.Call
    {
        .init(method: method, start: unit.start(place), arguments: arguments)
    }

    /// The bracket that opens a call behind a name, past type arguments.
    private func callBracket(_ place: Int) -> Int? {
        var next = place + 1
        if unit.language != .python, unit.isSymbol(next, "<") {
            var depth = 0
            repeat {
                if unit.isSymbol(next, "<") { depth += 1 }
                if unit.isSymbol(next, ">") { depth -= 1 }
                next += 1
            } while depth > 0 && next < place + 64 && next < unit.count
        }
        return unit.isSymbol(next, "(") && unit.partner(next) != nil ? next : nil
    }

    /// The methods called one after the other from a place on.
    private func calls(from start: Int) -> [ClientChain.Call] {
        var calls: [ClientChain.Call] = []
        var place = start
        while true {
            while unit.isSymbol(place, "!") || unit.isSymbol(place, "?") { place += 1 }
            guard unit.isSymbol(place, "."), let method = unit.name(place + 1) else { return calls }
            guard let open = callBracket(place + 1), let close = unit.partner(open) else {
                calls.append(call(method, place + 1, []))
                place += 2
                continue
            }
            calls.append(call(method, place + 1, reader.arguments(inside: open)))
            place = close + 1
        }
    }

    // MARK: Clients and variables

    /// The schema that the chain before a method names.
    private func schema(before place: Int) -> CodeValue? {
        var dot = place - 1
        while unit.isSymbol(dot - 1, "!") || unit.isSymbol(dot - 1, "?") { dot -= 1 }
        if unit.isSymbol(dot - 1, ")"), let open = unit.partner(dot - 1) {
            var name = open - 1
            if unit.isSymbol(name, ">") {
                while name > 0, !unit.isSymbol(name, "<") { name -= 1 }
                name -= 1
            }
            guard unit.isName(name, "schema") else { return nil }
            return reader.arguments(inside: open).first?.value
        }
        return unit.name(dot - 1).flatMap { clients[$0] }
    }

    /// Where the expression begins that ends in the method at a place.
    private func rootStart(_ place: Int) -> Int {
        var start = place
        while true {
            if unit.isSymbol(start - 1, ".") || unit.isSymbol(start - 1, "!")
                || unit.isSymbol(start - 1, "?")
            {
                start -= 1
            } else if unit.isSymbol(start - 1, ")"), let open = unit.partner(start - 1),
                unit.isSymbol(start, ".") || unit.isSymbol(start, "!") || unit.isSymbol(start, "?")
            {
                start = open
            } else if unit.kind(start - 1) == .name,
                unit.isSymbol(start, ".") || unit.isSymbol(start, "(") || unit.isSymbol(start, "!")
                    || unit.isSymbol(start, "?")
            {
                start -= 1
            } else {
                return start
            }
        }
    }

    /// The variable that an expression is assigned to.
    private func variable(before start: Int) -> String? {
        var place = start - 1
        while unit.isSymbol(place, "(")
            || ["await", "try"].contains(where: { unit.name(place) == $0 })
        {
            place -= 1
        }
        guard unit.isSymbol(place, "="), !unit.isSymbol(place - 1, "=") else { return nil }
        var name = place - 1
        if let annotated = annotatedName(before: name) { name = annotated }
        return unit.name(name)
    }

    /// The name before `: Type`.
    private func annotatedName(before end: Int) -> Int? {
        var place = end
        while place > end - 8, place > 0 {
            if unit.isSymbol(place, ":"), unit.kind(place - 1) == .name { return place - 1 }
            guard
                unit.kind(place) == .name || unit.isSymbol(place, ".") || unit.isSymbol(place, "<")
                    || unit.isSymbol(place, ">") || unit.isSymbol(place, "?")
            else { return nil }
            place -= 1
        }
        return nil
    }

    private mutating func client(at place: Int, open: Int) {
        guard let variable = variable(before: rootStart(place)), let close = unit.partner(open)
        else {
            return
        }
        for inside in open..<close
        where unit.isName(inside, "schema")
            && (unit.isSymbol(inside + 1, ":") || unit.isSymbol(inside + 1, "="))
        {
            if let text = reader.phrase(at: inside + 2)?.text { clients[variable] = .text(text) }
        }
    }

    private mutating func follow(_ name: String, at place: Int) {
        guard let chain = held[name] else { return }
        let more = calls(from: place + 1)
        chains[chain].calls += more
    }

    /// A variable that is given something else holds the chain no longer.
    private mutating func forget(_ name: String, at place: Int) {
        guard held[name] != nil else { return }
        var value = place + 2
        while unit.isName(value, "await") || unit.isName(value, "try") { value += 1 }
        if unit.name(value) != name { held[name] = nil }
    }
}

extension [UInt8] {
    /// Whether a word of small letters stands anywhere in a text, in any case.
    fileprivate func contains(word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        return word.withUTF8Buffer { letters in
            let (first, capital) = (letters[0], letters[0] & 0xDF)
            var index = 0
            while index <= count - length {
                if self[index] == first || self[index] == capital {
                    var matched = 1
                    while matched < length, self[index + matched] | 0x20 == letters[matched] {
                        matched += 1
                    }
                    if matched == length { return true }
                }
                index += 1
            }
            return false
        }
    }
}
