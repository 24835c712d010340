import ArgumentParser
import Assay
import Auditor
import Ingest
import Postgres

/// `assay jobs`: rows on their way to a webhook.
struct JobsCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "jobs",
            abstract: "Follow what is sent out, have it wait, and try again what was given up.",
            discussion: """
                A client begins a job by POST /run/case-study-urls/to-clay; the services send its rows \
                (`assay serve`). A row is marked sent when the webhook has taken it, and not before.

                EXAMPLES
                  assay jobs
                  assay jobs show 6f1c...
                  assay jobs pause 6f1c...
                  assay jobs retry 6f1c...
                """,
            subcommands: [
                ListJobs<S>.self, ShowJob<S>.self, PauseJob<S>.self, ResumeJob<S>.self,
                RetryJob<S>.self,
            ],
            defaultSubcommand: ListJobs<S>.self)
    }
}

/// `assay jobs list`: the newest jobs.
struct ListJobs<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List the newest jobs, 100 at the most.")
    }

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await speakingPlainly {
            let jobs = try await connection.ingesting(expected: S.expected) { connection in
                try await SendJobs(over: connection).all()
            }
            if jobs.isEmpty {
                Screen.write("nothing was ever sent from here\n")
                return
            }
            var table = TextTable([
                "job", "begun", "state", "webhook", "batch", "sent", "left", "given up",
            ])
            table.isNumber = [5, 6, 7]
            for job in jobs {
                table.add([
                    job.id, job.created, job.state.rawValue, job.origin, job.batch ?? "(all)",
                    job.sent.grouped, (job.waiting + job.sending).grouped,
                    (job.dead + job.skipped).grouped,
                ])
            }
            Screen.write(table.text)
        }
    }
}

/// `assay jobs show`: one job.
struct ShowJob<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show", abstract: "Show how far a job is, and why rows were not sent.")
    }

    @OptionGroup var which: WhichJob
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await which.handle(connection, expected: S.expected) { job, jobs in
            Screen.write(JobPage(job: job, unsent: try await jobs.unsent(of: job)).text)
        }
    }
}

/// `assay jobs pause`: has a job wait.
struct PauseJob<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "pause",
            abstract: "Have a running job wait; what is on the wire is finished.")
    }

    @OptionGroup var which: WhichJob
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await which.handle(connection, expected: S.expected) { job, jobs in
            guard try await jobs.pause(job) else {
                throw Refusal("the job is \(job.state.rawValue); only a running one can be paused")
            }
            Screen.write("the job waits; `assay jobs resume \(job.id)` lets it go on\n")
        }
    }
}

/// `assay jobs resume`: lets a job go on.
struct ResumeJob<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "resume", abstract: "Let a paused job go on.")
    }

    @OptionGroup var which: WhichJob
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await which.handle(connection, expected: S.expected) { job, jobs in
            guard try await jobs.resume(job) else {
                throw Refusal("the job is \(job.state.rawValue); only a paused one can be resumed")
            }
            Screen.write("the job goes on\n")
        }
    }
}

/// `assay jobs retry`: tries again what was given up.
struct RetryJob<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "retry",
            abstract: "Send what a job gave up, skipped, or left when it was stopped.")
    }

    @OptionGroup var which: WhichJob
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await which.handle(connection, expected: S.expected) { job, jobs in
            guard let rows = try await jobs.retry(job) else {
                throw Refusal(
                    "another job is under way for this webhook and batch; let it end first")
            }
            Screen.write("\(rows.grouped) \(rows == 1 ? "row is" : "rows are") sent again\n")
        }
    }
}

/// Which job.
struct WhichJob: ParsableArguments {
    @Argument(help: "The job's id, or as much of its beginning as no other has.")
    var job: String

    func handle(
        _ options: ConnectionOptions, expected: ExpectedDatabase,
        _ body: (SendJob, SendJobs) async throws -> Void
    ) async throws {
        try await speakingPlainly {
            try await options.ingesting(expected: expected) { connection in
                let jobs = SendJobs(over: connection)
                let found = try await jobs.all().filter { $0.id.hasPrefix(job.lowercased()) }
                let named = try await jobs.job(job)
                guard let one = named ?? (found.count == 1 ? found[0] : nil) else {
                    throw Refusal(
                        found.isEmpty
                            ? "there is no job \(job); `assay jobs` lists them"
                            : "\(found.count) jobs begin with \(job); say more of the id")
                }
                try await body(one, jobs)
            }
        }
    }
}
