import ArgumentParser
import Assay
import Auditor
import Fixes
import FoundationEssentials

/// `assay fix show`: what a fix will do.
struct FixShow<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Show what a fix will do, and to what. Needs no database.")
    }

    @Argument(help: "The fix.") var name: String
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions

    func run() async throws {
        try await speakingPlainly {
            let folder = try fixes.folder(name)
            let (plan, approval) = try folder.contents()
            Screen.write(plan.page(in: folder))
            Screen.write("\n" + approval.words(for: folder) + "\n")
        }
    }
}

/// `assay fix approve`: agrees to a plan, byte for byte.
struct FixApprove<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "approve",
            abstract: "Agree to exactly this script and this plan.",
            discussion: """
                The approval is bound to every byte of fix.sql and plan.json, and with the plan to its \
                database, schema and effect. Any change voids it.
                """)
    }

    @Argument(help: "The fix.") var name: String
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions

    @Option(help: ArgumentHelp("For how many hours it holds.", valueName: "hours"))
    var hours = 72.0

    @Flag(help: "Refuse when the plan's author approves.")
    var fourEyes = false

    @Option(
        help: ArgumentHelp("Sign with this SSH key, as ssh-keygen -Y sign does.", valueName: "key"))
    var sign: String?

    func validate() throws {
        guard hours > 0, hours <= 8_760 else { throw ValidationError("--hours must be 0 to 8760") }
    }

    func run() async throws {
        try await speakingPlainly {
            let folder = try fixes.folder(name)
            let approval = try await folder.approve(
                by: fixes.user, now: Date.now.timeIntervalSince1970, lifetime: hours * 3_600,
                fourEyes: fourEyes, signingWith: sign)
            Screen.write(
                "\(approval.approver) approved \(name) until \(approval.expires)"
                    + (approval.signature == nil ? "\n" : ", signed\n")
                    + "next: assay fix apply \(name)           a dry run\n"
                    + "      assay fix apply \(name) --apply\n")
        }
    }
}

/// `assay fix apply`: runs an approved fix in one transaction.
struct FixApply<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "apply",
            abstract: "Run a fix in one transaction; without --apply it is rolled back.",
            discussion: """
                The checks are measured, the script runs, every row it changes is written down, and the \
                checks are measured again. It is kept only when all is as planned: rows, tables, \
                violations, what hangs on the rows. Otherwise nothing stays, and what differed is said.
                """)
    }

    @Argument(help: "The fix.") var name: String
    @Flag(help: "Keep what it does. Needs an approval.") var apply = false

    @Option(
        help: ArgumentHelp(
            "Require a signature by one of these signers (ssh-keygen's allowed_signers).",
            valueName: "file"))
    var allowedSigners: String?

    @Flag(help: "Refuse a fix that its author approved.") var fourEyes = false
    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions
    @OptionGroup var times: FixTimes

    func run() async throws {
        try await speakingPlainly {
            let session = try S.fixSession(connection, fixes, times)
            let folder = try fixes.folder(name)
            let outcome = try await interruptibly { [apply, allowedSigners, fourEyes] in
                try await session.apply(
                    folder, commits: apply, signers: allowedSigners, fourEyes: fourEyes)
            }
            switch outcome {
            case .rehearsed:
                Screen.write(
                    "dry run: \(name) does exactly what its plan says, and was rolled back\n"
                        + "next:    assay fix apply \(name) --apply\n")
            case .applied:
                let checks = try folder.contents().plan.checks
                let words = checks.joined(separator: " ")
                let next = checks.isEmpty ? "" : "next:    assay fix lock \(words)\n"
                Screen.write(
                    "\(name) is applied\nback:    assay fix undo \(name) --apply\n\(next)")
            case .alreadyApplied:
                Screen.write("\(name) was applied before; nothing was done\n")
            }
        }
    }
}

/// `assay fix status`: what the database knows of fixes.
struct FixStatusCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "status",
            abstract: "Say which fixes are applied, by the database's own ledger.")
    }

    @Argument(help: "Only this fix.") var name: String?
    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions
    @OptionGroup var times: FixTimes

    func run() async throws {
        try await speakingPlainly {
            let session = try S.fixSession(connection, fixes, times)
            let found = try await session.status(of: name)
            let names = name.map { [$0] } ?? FixFolder.names(in: fixes.fixes)
            for sentence in try await session.unfinished(try names.map(fixes.folder)) {
                Screen.write(sentence + "\n")
            }
            if found.isEmpty {
                Screen.write(
                    name.map { "\($0) is not applied, and never was\n" }
                        ?? "no fix was ever applied\n")
            }
            for fix in found {
                let approval = fix.approvedBy.map { ", approved by \($0)" } ?? ""
                let state = fix.undone.map { "undone at \($0)" } ?? "applied"
                Screen.write(
                    "\(fix.name): \(state); applied at \(fix.applied) by \(fix.appliedBy)\(approval); "
                        + "\(fix.rows.counted("row"))\n")
            }
        }
    }
}

/// `assay fix undo`: puts back what a fix changed.
struct FixUndo<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "undo",
            abstract: "Put back the rows that a fix changed; without --apply it is rolled back.",
            discussion: """
                Only rows that still are as the fix left them are put back. Rows that were edited since \
                are listed, and stop the undo unless --skip-conflicts leaves them as they are.
                """)
    }

    @Argument(help: "The fix.") var name: String
    @Flag(help: "Keep it.") var apply = false
    @Flag(help: "Leave rows alone that were edited since.") var skipConflicts = false

    @Option(
        help: ArgumentHelp(
            "An earlier apply of the fix, by its number in the ledger.", valueName: "number"))
    var number: Int?

    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions
    @OptionGroup var times: FixTimes

    func run() async throws {
        try await speakingPlainly {
            let session = try S.fixSession(connection, fixes, times)
            let outcome = try await interruptibly { [name, number, apply, skipConflicts] in
                try await session.undo(
                    name, number: number, commits: apply, skipsConflicts: skipConflicts)
            }
            if let before = outcome.undoneBefore {
                Screen.write("\(name) was undone before, at \(before); nothing was done\n")
                if let earlier = outcome.earlier {
                    Screen.write(
                        "an earlier apply of it still stands: assay fix undo \(name) --number \(earlier)\n"
                    )
                }
                return
            }
            let rows = outcome.restored.counted("row")
            let left =
                outcome.conflictCount > 0
                ? "; left alone: \(outcome.conflictCount.counted("row")) edited since"
                : ""
            Screen.write(
                apply
                    ? "\(name) is undone: \(rows) put back\(left)\n"
                    : "dry run: \(rows) would be put back\(left)\nnext:    assay fix undo \(name) --apply\n"
            )
        }
    }
}

/// `assay fix list`: the fixes in the folder.
struct FixList<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List the fixes in the folder. Needs no database.")
    }

    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions

    func run() async throws {
        try await speakingPlainly {
            let names = FixFolder.names(in: fixes.fixes)
            if names.isEmpty { Screen.write("there is no fix in \(fixes.fixes)/\n") }
            for name in names {
                let folder = try fixes.folder(name)
                guard let (plan, approval) = try? folder.contents() else {
                    Screen.write("\(name): not planned\n")
                    continue
                }
                let effect = plan.tables.map { "\($0.table) \($0.words)" }.joined(separator: "; ")
                Screen.write("\(name): \(effect); \(approval.words(for: folder))\n")
            }
        }
    }
}

extension FixApproval? {
    /// Whether a fix is approved, in words.
    fileprivate func words(for folder: FixFolder) -> String {
        guard let self else { return "not approved: assay fix approve \(folder.name)" }
        guard (try? folder.digest()) == self.digest else {
            return
                "the approval by \(self.approver) is void: the script or the plan was changed since"
        }
        guard !self.hasRunOut(at: Date.now.timeIntervalSince1970) else {
            return "the approval by \(self.approver) ran out at \(self.expires)"
        }
        return "approved by \(self.approver) until \(self.expires)"
            + (self.signature == nil ? "" : ", signed")
    }
}
