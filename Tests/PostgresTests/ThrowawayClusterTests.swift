import Glibc
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct ThrowawayClusterTests {
    private struct Refusal: Error {}

    @Test func `a cluster takes settings, and is gone afterwards`() async throws {
        let (folder, pid) = try await withThrowawayCluster(
            sharedBuffers: "16MB", settings: ["work_mem": "7MB"]
        ) { cluster in
            let connection = try await Connection.connect(to: cluster.target, applicationName: "t")
            let rows = try await connection.query(
                "SELECT current_setting('work_mem'), current_setting('shared_buffers'), "
                    + "(SELECT datcollate FROM pg_database WHERE datname = current_database()), current_setting('listen_addresses')"
            )
            #expect((0..<4).map { rows[0, $0] } == ["7MB", "16MB", "C.UTF-8", ""])
            return (cluster.folder, connection.backendPID)
        }
        #expect(access(folder, F_OK) != 0)
        #expect(kill(pid_t(pid), 0) != 0)
    }

    @Test func `a cluster goes when its body throws`() async throws {
        var folder = ""
        await #expect(throws: Refusal.self) {
            try await withThrowawayCluster { cluster in
                folder = cluster.folder
                throw Refusal()
            }
        }
        #expect(!folder.isEmpty && access(folder, F_OK) != 0)
    }

    @Test func `a cluster goes when its task is cancelled`() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let task = Task {
            try await withThrowawayCluster { cluster in
                continuation.yield(cluster.folder)
                try await Task.sleep(for: .seconds(600))
            }
        }
        let folder = try #require(await stream.first { _ in true })
        task.cancel()
        _ = await task.result
        #expect(access(folder, F_OK) != 0)
    }

    @Test func `a cluster goes when its owner is killed`() async throws {
        let note = "/tmp/assay-killed-\(getpid())"
        defer { unlink(note) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String] in
            try await withThrowawayCluster { cluster in
                symlink(cluster.folder, note)
                kill(getpid(), SIGKILL)
            }
        }
        var target = [CChar](repeating: 0, count: 256)
        try #require(readlink(note, &target, 255) > 0)
        while access(target, F_OK) == 0 { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test func `a server that cannot start says why`() async throws {
        let error = try await postgresError {
            try await withThrowawayCluster(settings: ["no_such_setting": "1"]) { _ in }
        }
        #expect(error.code == .clusterFailed)
        #expect("\(error)".contains("no_such_setting"))
    }

    @Test func `no server installed is said in a sentence`() async throws {
        await #expect(processExitsWith: .success) {
            setenv("ASSAY_PG_BIN", "/nowhere", 1)
            setenv("PATH", "/bin:/nowhere", 1)
            let error = try await postgresError { try await withThrowawayCluster { _ in } }
            // A machine with pg_config in /bin finds its server all the same.
            try #require(error.code == .serverNotInstalled)
            try #require("\(error)".contains("apt-get install postgresql"))
        }
    }
}
