public import Glibc

/// Why something could not be measured.
public struct Failure: Error, CustomStringConvertible {
    /// The text for people.
    public let description: String

    /// Says why.
    public init(_ description: String) { self.description = description }
}

/// Runs a command of the shell to its end, and says what it used.
public func shell(
    _ command: String, named name: String, log: String
) throws(Failure) -> rusage {
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
        throw Failure("\(name): cannot start /bin/sh")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0 {
        guard errno == EINTR else {
            throw Failure("\(name): cannot be waited for")
        }
    }
    guard status == 0 else {
        throw Failure("\(name) failed with status \(status >> 8); see \(log)")
    }
    return usage
}

extension rusage {
    /// Seconds of processor.
    public var cpu: Double {
        Double(ru_utime.tv_sec + ru_stime.tv_sec) + Double(ru_utime.tv_usec + ru_stime.tv_usec)
            / 1e6
    }
}
