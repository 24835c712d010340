import Glibc
package import Postgres
import Subprocess

/// A server of its own that keeps its promises to the disk, and can be crashed and started again.
package struct CrashingServer: Sendable {
    package let target: DatabaseTarget
    package let data: String

    /// Lends one.
    package static func with(_ body: (CrashingServer) async throws -> Void) async throws {
        let settings = [
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
            "restart_after_crash": "on",
        ]
        try await withThrowawayCluster(settings: settings) { cluster in
            let server = CrashingServer(
                target: cluster.target, data: cluster.folder + "/data")
            defer { server.stop() }
            try await body(server)
        }
    }

    /// Kills the server and all of its processes at once.
    package func crash() {
        guard let postmaster = postmaster else { return }
        let all = [postmaster] + processes(below: postmaster)
        for process in all { kill(process, SIGKILL) }
        while all.contains(where: isRunning) { usleep(5_000) }
        // They would name a process that nobody may have buried yet.
        unlink(data + "/postmaster.pid")
        unlink(data + "/../.s.PGSQL.5432.lock")
    }

    /// Starts it again with what is on its disk.
    package func restart() async throws {
        let start = """
            set -e
            cd "$1"
            drop=
            [ "$(id -u)" != 0 ] || \\
                drop="setpriv --reuid=$(stat -c %u .) --regid=$(stat -c %g .) --clear-groups"
            bin=$(dirname "$(sed 's/ .*//; s/"//g' postmaster.opts)")
            eval "set -- $(sed 's/^[^ ]* //' postmaster.opts)"
            exec $drop setsid "$bin/postgres" "$@" >>../log 2>&1 </dev/null &
            """
        _ = try await run(
            .name("sh"), arguments: ["-c", start, "sh", data], output: .discarded,
            error: .discarded)
        for _ in 0..<1_000 where !lines.contains(where: { $0.hasPrefix("ready") }) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func stop() {
        if let postmaster { kill(postmaster, SIGQUIT) }
    }

    private var lines: [Substring] {
        (read(data + "/postmaster.pid") ?? "").split(separator: "\n")
    }

    private var postmaster: pid_t? { lines.first.flatMap { pid_t($0) } }

    private func isRunning(_ process: pid_t) -> Bool {
        guard let stat = read("/proc/\(process)/stat") else { return false }
        return !stat.contains(") Z ")
    }

    private func processes(below parent: pid_t) -> [pid_t] {
        (read("/proc/\(parent)/task/\(parent)/children") ?? "").split(separator: " ")
            .compactMap { pid_t($0) }
    }

    private func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
