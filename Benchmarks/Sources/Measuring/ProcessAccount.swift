import Glibc

/// What the kernel says of a process.
public struct ProcessAccount {
    /// Seconds of processor that it took.
    public let cpu: Double
    /// Seconds of processor that its children took that have ended and been waited for.
    public let endedChildrenCPU: Double

    /// Reads the account of a process that runs.
    public init(of pid: Int) throws(Failure) {
        let text = try read("/proc/\(pid)/stat")
        // The second field is the program's name in parentheses; utime is the 14th, cstime the 17th.
        let fields = text.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 15 else { throw Failure("/proc/\(pid)/stat is not understood") }
        let ticks = fields[12...15].compactMap { Double($0) }
        guard ticks.count == 4 else { throw Failure("/proc/\(pid)/stat is not understood") }
        let second = Double(sysconf(Int32(_SC_CLK_TCK)))
        cpu = (ticks[0] + ticks[1]) / second
        endedChildrenCPU = (ticks[2] + ticks[3]) / second
    }

    /// The memory of a process that is in RAM, in megabytes: at present, and at the most so far.
    public static func memory(of pid: Int) throws(Failure) -> (now: Double, peak: Double) {
        let lines = try read("/proc/\(pid)/status").split(separator: "\n")
        func megabytes(_ name: String) throws(Failure) -> Double {
            guard let line = lines.first(where: { $0.hasPrefix(name) }),
                let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first,
                let number = Double(kilobytes)
            else { throw Failure("/proc/\(pid)/status says nothing of \(name)") }
            return number / 1_024
        }
        return (try megabytes("VmRSS:"), try megabytes("VmHWM:"))
    }
}

/// A PostgreSQL whose processor time is taken from the kernel.
public struct Postmaster {
    private let pid: Int

    /// The server of this process.
    public init(pid: Int) { self.pid = pid }

    /// Seconds of processor in the backends that have ended; a running one is not counted.
    public func endedChildrenCPU() throws(Failure) -> Double {
        try ProcessAccount(of: pid).endedChildrenCPU
    }

    /// Seconds of processor in all its processes, those that have ended and those that run.
    public func cpu() throws(Failure) -> Double {
        var sum = try endedChildrenCPU()
        for child in try children() {
            // One that ends meanwhile is counted the next time.
            if let pid = Int(child), let account = try? ProcessAccount(of: pid) {
                sum += account.cpu
            }
        }
        return sum
    }

    /// The processes of the server that run at present.
    public func children() throws(Failure) -> Set<Substring> {
        Set(try read("/proc/\(pid)/task/\(pid)/children").split(separator: " "))
    }
}

/// How many processes wanted to run over the last minute, as the kernel writes it.
public func load() throws(Failure) -> String {
    String(try read("/proc/loadavg").prefix { $0 != " " })
}

private func read(_ path: String) throws(Failure) -> String {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw Failure("cannot read \(path)") }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}
