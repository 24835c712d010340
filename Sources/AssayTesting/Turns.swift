/// Lets a bounded number of tests use the server at once; the others wait their turn.
///
/// Swift Testing starts all tests of a process at once, and a server has only so many connections.
actor Turns {
    static let shared = Turns(count: 12)

    /// Whether the current task has a turn already: a test with two databases takes one.
    @TaskLocal static var isTaken = false

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(count: Int) {
        free = count
    }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func giveBack() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
