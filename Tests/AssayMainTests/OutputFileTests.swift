@testable import AssayMain
import FoundationEssentials
import Glibc
import Testing

/// Where a report goes that is to go to a file, and what stays as it was.
@Suite(.timeLimit(.minutes(15))) struct OutputFileTests {
    private let report = "assay audit --table core.company_types --no-reports --output"

    @Test func `a file that is written over keeps its mode, and a link what it leads to`()
        async throws
    {
        let ended = try await shell(
            """
            echo old > real && chmod 640 real && mkdir links && ln -s ../real links/one
            ln -s links/one two && ln -s new dangling
            \(report) two && \(report) dangling && stat -c '%F %a' real two links/one dangling new
            head -c 2 real new && ls -A
            """)
        #expect(
            ended.output == """
                regular file 640
                symbolic link 777
                symbolic link 777
                symbolic link 777
                regular file 644
                ==> real <==
                ok
                ==> new <==
                okdangling
                links
                new
                real
                two

                """, "\(ended.errors)")
    }

    @Test func `a pipe is written to, and stays one`() async throws {
        let ended = try await shell(
            """
            mkfifo pipe; cat pipe > read & \(report) pipe && wait && stat -c %F pipe && cat read
            """)
        #expect(ended.output.hasPrefix("fifo\nok: 7 checks of 1 table"), "\(ended.everything)")
    }

    @Test(arguments: [
        ("--output /nowhere/x", "cannot write /nowhere/x: No such file or directory"),
        ("--output .", ". is a folder; name a file in it"),
        ("--reports /proc/r", "cannot make the folder /proc/r for the reports: No such file or "),
    ])
    func `what cannot be written is refused before anything is read`(
        words: String, sentence: String
    ) async throws {
        let ended = try await Command.shell(
            "assay audit --database host=/nowhere \(words)", in: "/tmp")
        #expect(ended.status == 2 && ended.output == "")
        #expect(ended.errors.hasPrefix("refused: \(sentence)"), "\(ended.errors)")
    }

    @Test func `a disk that is full loses no report`() async throws {
        try await withTemporaryFolder { folder in
            // No file may grow beyond a block, which is told as a disk is that is full.
            let ended = try await Command.shell(
                """
                trap '' XFSZ; ulimit -f 1
                assay audit --table core.people --output report.txt --run cut
                """, in: folder, environment: Warehouse.shared.variables)
            #expect(ended.status == 2)
            #expect(ended.output.contains("error[shared-host]: "))
            #expect(
                ended.errors == """
                    refused: cannot write report.txt: File too large
                    refused: cannot write reports/cut/report.txt: File too large

                    """)
            #expect(try names(in: folder) == ["reports"])
        }
    }

    @Test func `standard output that cannot be written is a failure`() async throws {
        for line in ["assay list", "assay --help"] {
            let ended = try await Command.shell("\(line) > /dev/full", in: "/tmp")
            #expect(ended.status == 2)
            #expect(
                ended.errors
                    == "failed: standard output cannot be written: No space left on device\n")
        }
        let cut = try await Command.shell("assay list | head -c 1", in: "/tmp")
        #expect(cut.status == 0 && cut.errors == "")
    }

    @Test func `a reader that goes away ends no run`() async throws {
        let ended = try await shell(
            """
            assay audit --format json --run kept | head -c 1; status=${PIPESTATUS[0]}
            [ "$status" -lt 128 ] && ls reports/kept
            """)
        #expect(ended.output.hasPrefix("{report.html\n"), "\(ended.output)")
        #expect(ended.errors == "reports: reports/kept/report.html\n")
    }

    @Test func `a pipe that does not block gets all of a text`() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        let (reader, writer) = (ends[0], ends[1])
        let text = String(repeating: "0123456789", count: 100_000)
        let sending = Task.detached {
            defer { close(writer) }
            return send(text, to: writer)
        }
        var count = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let found = read(reader, &chunk, chunk.count)
            if found == 0 { break }
            if found > 0 { count += found } else { await Task.yield() }
        }
        close(reader)
        #expect(await sending.value == 0)
        #expect(count == text.utf8.count)
    }

    private func shell(_ line: String) async throws -> Ended {
        try await withTemporaryFolder { folder in
            try await Command.shell(
                line, in: folder, environment: Warehouse.shared.variables)
        }
    }
}
