import Glibc

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

    /// How many columns standard output has.
    static var width: Int {
        guard let columns = columns(of: STDOUT_FILENO), columns > 40 else { return 100 }
        return min(columns, 120)
    }

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

    /// Writes to standard output, all of it or as much as the reader takes.
    static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

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
    static func say(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to file: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let written = Glibc.write(
                    file, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                if written < 0, errno != EINTR { return }
                sent += max(0, written)
            }
        }
    }
}

/// When to colour.
enum ColourChoice: String, CaseIterable {
    case auto, always, never
}
