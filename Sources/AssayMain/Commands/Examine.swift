import ArgumentParser
import Assay
import Auditor
import FoundationEssentials

/// `assay doctor`: says what stands in the way of an audit.
struct Examine<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "doctor",
            abstract:
                "Say what is wrong with connection, role, grants, versions, clock and encoding.")
    }

    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func run() async throws {
        try await speakingPlainly {
            let options = try connection.auditOptions(expected: S.expected)
            let doctor = Doctor(
                suite: try S.suite(), options: options, localTime: Date.now.timeIntervalSince1970)
            let remarks = try await doctor.examine()
            for remark in remarks {
                let padding = String(repeating: " ", count: max(0, 12 - remark.subject.count))
                Screen.write(
                    "\(remark.grade.label)  \(remark.subject)\(padding)\(remark.sentence)\n")
            }
            let problems = remarks.count { $0.grade == .problem }
            Screen.write(
                problems == 0
                    ? "an audit can run\n"
                    : "an audit cannot run as it should: \(problems.counted("problem"))\n")
            if problems > 0 { throw ExitCode(2) }
        }
    }
}

extension Doctor.Remark.Grade {
    fileprivate var label: String {
        switch self {
        case .good: "ok     "
        case .advice: "advice "
        case .problem: "problem"
        }
    }
}
