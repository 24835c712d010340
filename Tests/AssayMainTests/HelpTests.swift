import AssayTesting
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(15))) struct HelpTests {
    private static let goldens: [(command: [String], golden: String)] = [
        ([], "help.assay.txt"), (["audit"], "help.audit.txt"), (["list"], "help.list.txt"),
        (["explain"], "help.explain.txt"), (["doctor"], "help.doctor.txt"),
        (["prove"], "help.prove.txt"), (["diff"], "help.diff.txt"),
        (["history"], "help.history.txt"), (["history", "show"], "help.history.show.txt"),
        (["history", "prune"], "help.history.prune.txt"),
        (["install"], "help.install.txt"), (["fix"], "help.fix.txt"),
        (["fix", "plan"], "help.fix.plan.txt"), (["fix", "show"], "help.fix.show.txt"),
        (["fix", "approve"], "help.fix.approve.txt"), (["fix", "apply"], "help.fix.apply.txt"),
        (["fix", "status"], "help.fix.status.txt"), (["fix", "undo"], "help.fix.undo.txt"),
        (["fix", "lock"], "help.fix.lock.txt"), (["fix", "list"], "help.fix.list.txt"),
        (["gate"], "help.gate.txt"), (["names"], "help.names.txt"),
        (["ingest"], "help.ingest.txt"), (["ingest", "migrate"], "help.ingest.migrate.txt"),
        (["ingest", "accept"], "help.ingest.accept.txt"),
        (["ingest", "quarantine"], "help.ingest.quarantine.txt"),
        (["ingest", "quarantine", "list"], "help.ingest.quarantine.list.txt"),
        (["ingest", "quarantine", "release"], "help.ingest.quarantine.release.txt"),
        (["ingest", "quarantine", "drop"], "help.ingest.quarantine.drop.txt"),
        (["ingest", "replay"], "help.ingest.replay.txt"),
        (["ingest", "backfill"], "help.ingest.backfill.txt"),
        (["ingest", "contracts"], "help.ingest.contracts.txt"),
        (["jobs"], "help.jobs.txt"), (["jobs", "list"], "help.jobs.list.txt"),
        (["jobs", "show"], "help.jobs.show.txt"), (["jobs", "pause"], "help.jobs.pause.txt"),
        (["jobs", "resume"], "help.jobs.resume.txt"),
        (["jobs", "retry"], "help.jobs.retry.txt"), (["serve"], "help.serve.txt"),
        (["init"], "help.init.txt"), (["import"], "help.import.txt"),
        (["demo"], "help.demo.txt"),
    ]

    @Test(arguments: goldens)
    func `the help of a command is what it was`(command: [String], golden: String) async throws {
        let ended = try await Command.assay(command + ["--help"])
        #expect(ended.status == 0)
        expectGolden(ended.output, named: golden)
        // The generator of the manual leaves out what is not.
        #expect(ended.output.filter { !$0.isASCII } == "")
    }

    @Test func `no command at all is help`() async throws {
        let ended = try await Command.assay([])
        #expect(ended.status == 0)
        #expect(try await ended.output == Command.assay(["--help"]).output)
    }

    @Test func `no golden file is forgotten`() throws {
        #expect(try unreferencedGoldens() == [])
    }

    @Test func `the manual names every command and option`() async throws {
        let manual = try text(of: "\(Command.root)/docs/man/assay.1")
        let commands = try await everyCommand()
        func expect(_ words: String) {
            let isThere = manual.contains(words)
            #expect(isThere, "docs/man/assay.1 lacks “\(words)”; CONTRIBUTING.md says how")
        }
        // A new command is listed above, so that its help has a golden file.
        #expect(commands.map(\.name) == Self.goldens.map { $0.command.last ?? "assay" })
        for command in commands {
            expect(command.name)
            expect(command.abstract)
            for option in command.options {
                expect(" -\(option.name)")
                expect(option.abstract)
            }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions are written for every shell`(shell: String) async throws {
        let ended = try await Command.assay(["--generate-completion-script", shell])
        #expect(ended.status == 0)
        for word in ["audit", "explain", "fail-on", "expect-database", "junit"] {
            #expect(ended.output.contains(word), "\(word)")
        }
        guard shell == "bash" else { return }
        let checked = try await Command.shell(
            "bash -n <(assay --generate-completion-script bash)", in: "/tmp")
        #expect(checked.status == 0 && checked.errors == "")
    }

    @Test func `explain lists the kinds, explains one, and explains a check`() async throws {
        let kinds = try await Command.assay(["explain"])
        #expect(kinds.output.hasPrefix("agrees           A table says"))
        let kind = try await Command.assay(["explain", "unique"])
        #expect(kind.output.hasPrefix("# unique\n\nNo two rows share a key.\n"))
        let check = try await Command.assay(["explain", "core.people/shared-host"])
        #expect(check.output.contains("  promise    company_domain is not a host that many"))
        #expect(check.output.contains("  declared   checks/core/people.swift:"))
        let nothing = try await Command.assay(["explain", "uniqe"])
        #expect(nothing.status == 2)
        #expect(
            nothing.errors
                == "refused: there is no kind, no rule and no check called uniqe; did you mean unique?\n"
        )
    }

    /// Every command with its options, as the command itself describes them.
    private func everyCommand() async throws -> [Described] {
        let ended = try await Command.assay(["--experimental-dump-help"])
        let dump = try JSONDecoder().decode(Dump.self, from: Data(ended.output.utf8))
        return dump.command.andBelow.filter { $0.name != "help" }
    }

    private struct Dump: Decodable {
        let command: Described
    }

    private struct Described: Decodable {
        let commandName: String
        let abstract: String
        let arguments: [Argument]?
        let subcommands: [Described]?

        var name: String { commandName }

        var andBelow: [Described] { [self] + (subcommands ?? []).flatMap(\.andBelow) }

        var options: [(name: String, abstract: String)] {
            (arguments ?? []).compactMap { argument in
                let name = argument.names?.first { $0.kind == "long" }?.name
                return name.map { ($0, argument.abstract ?? "") }
            }
        }
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let names: [Name]?
        let abstract: String?
    }
}
