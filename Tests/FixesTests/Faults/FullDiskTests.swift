import AssayTesting
import Faults
import Fixes
import Foundation
import Postgres
import Subprocess
import Testing

/// The disk fills up under a fix.
///
/// It is a small file system in memory, which only root may mount.
@Suite(
    .enabled(if: FaultScale.rounds != nil, "part of make fault-test"),
    .enabled("a file system in memory cannot be mounted here") { try await SmallDisk.isPossible() },
    .timeLimit(.minutes(15)))
struct FullDiskTests {
    @Test func `a disk that fills up changes nothing, and with room it goes on`() async throws {
        try await SmallDisk.with(kibibytes: 32_768) { server, disk in
            try await FaultedWarehouse.with(in: server.target) { warehouse in
                let survival = Survival(of: "disk full")
                var ends = 0
                for act in [FaultedWarehouse.Act.apply, .undo] {
                    for room in [0, 4, 8, 12, 16, 24, 32, 64] {
                        try await survival.survive(act, of: warehouse, "\(act) \(room) kB") {
                            try disk.fill(leaving: room * 1_024)
                            defer { disk.makeRoom() }
                            do {
                                _ = try await warehouse.attempt(act, warehouse.session())
                                return .done
                            } catch let error as PostgresError {
                                #expect(error.sqlState == .diskFull, "\(error)")
                                #expect(error.hint?.contains("Make room on it") == true)
                                ends += 1
                                return .notDone
                            }
                        }
                        try await warehouse.takeBack(act)
                    }
                    if act == .apply {
                        #expect(try await warehouse.perform(.apply, warehouse.session()) == .done)
                    }
                }
                #expect(ends > 2)
                survival.report()
            }
        }
    }
}

extension FaultedWarehouse {
    /// Goes back to where an act can be done again.
    fileprivate func takeBack(_ act: Act) async throws {
        let other: Act = act == .apply ? .undo : .apply
        #expect(try await perform(other, session()) == .done)
    }
}

/// A small file system in memory, on which a server's data lies, all but its write-ahead log.
struct SmallDisk: Sendable {
    let folder: String

    private var ballast: String { folder + "/ballast" }

    /// Lends a server whose data lies on a disk with little room.
    ///
    /// - Parameters:
    ///   - kibibytes: The room on the disk beyond what is there.
    ///   - body: Uses the server.
    /// - Throws: What `body` throws, and what mounting does.
    static func with(
        kibibytes: Int, _ body: (CrashingServer, SmallDisk) async throws -> Void
    ) async throws {
        try await CrashingServer.with { server in
            server.crash()
            let move = """
                set -e
                mv "$1/pg_wal" "$1.wal"
                mv "$1" "$1.moved"
                mkdir "$1"
                size=$(($(du -sk "$1.moved" | cut -f1) + $2))
                owner=$(stat -c uid=%u,gid=%g "$1.moved")
                mount -t tmpfs -o "size=${size}k,mode=0700,$owner" assay "$1"
                cp -a "$1.moved/." "$1"
                ln -s "$1.wal" "$1/pg_wal"
                rm -rf "$1.moved"
                """
            try await shell(move, server.data, "\(kibibytes)")
            var fault: (any Error)?
            do {
                try await server.restart()
                try await body(server, SmallDisk(folder: server.data))
            } catch {
                fault = error
            }
            server.crash()
            try await shell("umount -l \"$1\"", server.data)
            if let fault { throw fault }
        }
    }

    /// Whether file systems may be mounted here.
    static func isPossible() async throws -> Bool {
        guard getuid() == 0 else { return false }
        let attempt = """
            folder=$(mktemp -d) && mount -t tmpfs -o size=64k assay "$folder" && umount "$folder"
            status=$?; rmdir "$folder"; exit $status
            """
        return try await run(
            .name("sh"), arguments: ["-c", attempt], output: .discarded, error: .discarded
        ).terminationStatus.isSuccess
    }

    /// Takes all room but a little.
    func fill(leaving bytes: Int) throws {
        var facts = statvfs()
        try #require(statvfs(folder, &facts) == 0)
        let free = Int(facts.f_bavail) * Int(facts.f_frsize)
        let file = open(ballast, O_WRONLY | O_CREAT, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        if free > bytes { try #require(posix_fallocate(file, 0, free - bytes) == 0) }
    }

    /// Gives the room back.
    func makeRoom() { unlink(ballast) }

    private static func shell(_ script: String, _ arguments: String...) async throws {
        let ran = try await run(
            .name("sh"), arguments: Arguments(["-c", script, "sh"] + arguments),
            output: .discarded, error: .string(limit: 4_096))
        try #require(ran.terminationStatus.isSuccess, "\(ran.standardError)")
    }
}
