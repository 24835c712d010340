import AssayTesting
import Auditor
import FoundationEssentials
import StaleNames
import Subprocess
import Testing

struct CodeFilesTests {
    /// Makes a folder with some files, each of which holds one statement.
    private func withFolder(
        _ files: [String], _ body: (String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "names-\(UInt32.random(in: 0 ... .max))").path
        for file in files {
            let path = URL(filePath: "\(folder)/\(file)")
            try FileManager.default.createDirectory(
                atPath: path.deletingLastPathComponent().path, withIntermediateDirectories: true)
            try Data("x = 'SELECT a FROM b.c'".utf8).write(to: path)
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(folder))
        } catch {
            outcome = .failure(error)
        }
        try FileManager.default.removeItem(atPath: folder)
        try outcome.get()
    }

    private func files(in scan: CodeScan, _ folder: String) -> [String] {
        scan.statements.map { String($0.file.dropFirst(folder.count + 1)) }
    }

    private func git(_ arguments: [String], in folder: String) async throws {
        let identity = [
            "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main",
        ]
        let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(["-C", folder] + identity + arguments),
            output: .discarded, error: .discarded)
        #expect(result.terminationStatus.isSuccess)
    }

    @Test func `code of others is not read`() async throws {
        let all = [
            "a.py", "b/c.tsx", "b/d.txt", "node_modules/e.js", "b/node_modules/f.js", ".git/g.py",
            "venv/h.py", ".build/i.swift", ".hidden.py",
        ]
        try await withFolder(all) { folder in
            let scan = try await CodeScan([folder])
            #expect(files(in: scan, folder) == [".hidden.py", "a.py", "b/c.tsx"])
        }
    }

    @Test func `what git ignores is not read`() async throws {
        try await withFolder(["a.py", "b/c.py", "d.py"]) { folder in
            try await git(["init"], in: folder)
            try Data("b/\n".utf8).write(to: URL(filePath: "\(folder)/.gitignore"))
            #expect(files(in: try await CodeScan([folder]), folder) == ["a.py", "d.py"])
            #expect(files(in: try await CodeScan(["\(folder)/b"]), folder) == ["b/c.py"])
        }
    }

    @Test func `only what is chosen is read`() async throws {
        try await withFolder(["a.py", "b/c.py", "b/d.py"]) { folder in
            let scan = try await CodeScan([folder], where: { $0.hasSuffix("/d.py") })
            #expect(files(in: scan, folder) == ["b/d.py"])
        }
    }

    @Test func `a folder that is not there is refused, and a large or binary file is told`()
        async throws
    {
        await #expect(throws: Refusal.self) { _ = try await CodeScan(["/no/such/folder"]) }
        try await withFolder(["a.py"]) { folder in
            try Data(repeating: 32, count: 2_000_001).write(to: URL(filePath: "\(folder)/large.py"))
            try Data([65, 0, 66]).write(to: URL(filePath: "\(folder)/binary.py"))
            let scan = try await CodeScan([folder])
            #expect(scan.files == 3)
            #expect(scan.unreadFiles == ["\(folder)/binary.py", "\(folder)/large.py"])
        }
    }
}
