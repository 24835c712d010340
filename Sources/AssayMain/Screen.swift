import Glibc
import Synchronization

/// The terminal that the command writes to, where it is one.
enum Screen {
    /// Whether standard output takes colours.
    static func takesColour(_ choice: ColourChoice) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto:
            isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
        }
    }

    /// How many columns standard output has; 100 where it is no terminal.
    static var width: Int { min(columns(of: STDOUT_FILENO) ?? 100, 120) }

    /// How many columns standard error has at the moment, however few.
    static var columnsOfStandardError: Int { min(columns(of: STDERR_FILENO) ?? 80, 160) }

    private static func columns(of file: Int32) -> Int? {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Whether a person watches standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb" }

    /// A variable of the environment that is set to something.
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else {
            return nil
        }
        return value
    }

    /// Why something that was for standard output is lost; `nil` where nothing is.
    static var loss: String? { lost.withLock { $0 } }

    private static let lost = Mutex<String?>(nil)

    /// Writes to standard output, all of it or as much as the reader takes.
    ///
    /// What goes on is not held up where it cannot be written: ``loss`` says so at the end.
    static func write(_ text: String) {
        let error = send(text, to: STDOUT_FILENO)
        // A reader that has gone has what it wanted.
        guard error != 0, error != EPIPE else { return }
        lost.withLock { $0 = $0 ?? String(cString: strerror(error)) }
    }

    /// All of standard input.
    static func input() -> [UInt8] {
        var input: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return input }
            input += chunk[..<count]
        }
    }

    /// Writes to standard error.
    static func say(_ text: String) { _ = send(text, to: STDERR_FILENO) }
}

/// When to colour.
enum ColourChoice: String, CaseIterable {
    case auto, always, never
}
