import Glibc

/// What one run of a command took.
struct Measurement {
    /// Seconds from start to end.
    let wall: Double
    /// Seconds of processor in the command and the processes it waited for.
    let clientCPU: Double
    /// Seconds of processor in the server's backends and their workers.
    let serverCPU: Double
    /// The largest resident memory of any process of the command.
    let peakMegabytes: Double

    var cpu: Double { clientCPU + serverCPU }
}

/// Why a command could not be measured.
struct Failure: Error, CustomStringConvertible {
    let description: String
}

/// A PostgreSQL whose processor time is taken from the kernel.
struct Postmaster {
    let pid: Int

    /// Seconds of processor in the backends that have ended; a running one is not counted.
    func endedChildrenCPU() throws(Failure) -> Double {
        let text = try read("/proc/\(pid)/stat")
        // The second field is the program's name in parentheses; cutime and cstime are the 16th and 17th.
        let fields = text.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 15, let user = Double(fields[14]), let system = Double(fields[15])
        else {
            throw Failure(description: "/proc/\(pid)/stat is not understood")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The processes of the server that run at present.
    func children() throws(Failure) -> Set<Substring> {
        Set(try read("/proc/\(pid)/task/\(pid)/children").split(separator: " "))
    }

    private func read(_ path: String) throws(Failure) -> String {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw Failure(description: "cannot read \(path)") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

/// A command of the shell and where it stands in the comparison.
struct Case {
    /// What it is compared as: the best of a group is what others are held against.
    let group: String
    let name: String
    let command: String
    /// What comes before it, and is not measured.
    let preparation: String?

    /// Runs the command once.
    func measure(on server: Postmaster, log: String) throws(Failure) -> Measurement {
        if let preparation { _ = try run(preparation, log: log) }
        let others = try server.children()
        let before = try server.endedChildrenCPU()
        let clock = ContinuousClock()
        let start = clock.now
        let usage = try run(command, log: log)
        let wall = clock.now - start
        // A backend ends a little after its client.
        for _ in 0..<400 where !(try server.children().isSubset(of: others)) { usleep(5_000) }
        return Measurement(
            wall: wall / .seconds(1),
            clientCPU: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            serverCPU: try server.endedChildrenCPU() - before,
            peakMegabytes: Double(usage.ru_maxrss) / 1_024)
    }

    private func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    private func run(_ command: String, log: String) throws(Failure) -> rusage {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid = pid_t()
        guard posix_spawn(&pid, "/bin/sh", &actions, nil, &arguments, environ) == 0 else {
            throw Failure(description: "\(name): cannot start /bin/sh")
        }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0 {
            guard errno == EINTR else {
                throw Failure(description: "\(name): cannot be waited for")
            }
        }
        guard status == 0 else {
            throw Failure(description: "\(name) failed with status \(status >> 8); see \(log)")
        }
        return usage
    }
}
