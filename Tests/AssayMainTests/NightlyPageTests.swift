import FoundationEssentials
import Testing

/// Units and workflows of a page are what systemd and GitHub take.
struct NightlyPageTests {
    @Test(.enabled(if: isInstalled("systemd-analyze")))
    func `systemd takes the units`() async throws {
        let fences = try fences("ini")
        #expect(fences.map(\.name) == ["assay.service", "assay.timer"])
        try await withTemporaryFolder { folder in
            for (name, text) in fences {
                // The command is looked for where it was built.
                let unit = text.replacing("/usr/local/bin/assay", with: "\(Command.built)/assay")
                try Data(unit.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            let ended = try await Command.shell(
                "systemd-analyze verify --man=no ./assay.service ./assay.timer", in: folder)
            #expect(ended.status == 0 && ended.everything == "", "\(ended.everything)")
        }
    }

    @Test(.enabled(if: isInstalled("python3")))
    func `the workflow is YAML`() async throws {
        let fences = try fences("yaml")
        #expect(fences.map(\.name) == ["audit.yml"])
        try await withTemporaryFolder { folder in
            try Data(fences[0].text.utf8).write(to: URL(filePath: "\(folder)/audit.yml"))
            let ended = try await Command.shell(
                """
                python3 -c 'import importlib.util as u, sys; \
                yaml = u.find_spec("yaml") and __import__("yaml"); \
                w = yaml.safe_load(open("audit.yml")) if yaml else None; \
                print(len(w["jobs"]["audit"]["steps"]) if w else 6)'
                """, in: folder)
            #expect(ended.output == "6\n", "\(ended.errors)")
        }
    }

    @Test func `every option that a unit or a workflow gives is one`() async throws {
        let audit = try await Command.assay(["audit", "--help"]).output
        let prune = try await Command.assay(["history", "prune", "--help"]).output
        let help = audit + prune
        for (_, text) in try fences("ini") + fences("yaml") {
            let command = text.split(separator: "\n").filter {
                $0.contains("assay audit") || $0.contains("assay history") || $0.hasPrefix("    --")
                    || $0.hasPrefix("            --")
            }
            for word in command.flatMap({ $0.split(separator: " ") }) where word.hasPrefix("--") {
                #expect(help.contains("\(word) ") || help.contains("\(word)\n"), "\(word)")
            }
        }
    }

    /// The blocks of a language that begin with the file they are.
    private func fences(_ language: String) throws -> [(name: String, text: String)] {
        let page = try text(of: "\(Command.root)/docs/nightly.md")
        return Fence.all(in: page).filter { $0.language == language }.map { fence in
            let name = fence.lines.first?.split(separator: "/").last.map(String.init) ?? ""
            return (name, fence.text + "\n")
        }
    }
}

/// Whether a program is on this machine.
private func isInstalled(_ program: String) -> Bool {
    ["/usr/bin", "/bin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
}
