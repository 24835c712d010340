import Assay
import Auditor
import FoundationEssentials
import Glibc
import Reports

/// A folder in `reports/` for one run.
struct ReportFolder {
    /// The folder's path.
    let path: String

    /// Makes the folder, under a name of its own where the run's name is taken.
    init(for run: String, in parent: String) throws(Refusal) {
        let name = String(run.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
        var candidate = "\(parent)/\(name)"
        var number = 2
        while FileManager.default.fileExists(atPath: candidate) {
            candidate = "\(parent)/\(name)-\(number)"
            number += 1
        }
        path = candidate
        try ReportFolder.make(candidate)
    }

    /// Makes a folder and those above it.
    static func make(_ folder: String) throws(Refusal) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Refusal("cannot make the folder \(folder) for the reports: \(Self.reason)")
        }
    }

    /// Takes in a file that was written while the folder had no name yet.
    func take(_ file: String, as name: String) throws(Refusal) {
        guard rename(file, "\(path)/\(name)") == 0 else {
            throw Refusal("cannot write \(path)/\(name): \(Self.reason)")
        }
    }

    /// Writes every format that is a file; each appears whole or not at all.
    func write(_ report: AuditReport) throws(Refusal) {
        for format in ReportFormat.allCases where format.isWritten {
            let text = format.render(report, options: RenderOptions(color: false, width: 100))
            try ReportFolder.write(text, to: "\(path)/\(format.fileName)")
        }
    }

    /// Writes a file that appears whole or not at all.
    static func write(_ text: String, to file: String) throws(Refusal) {
        do {
            try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw Refusal("cannot write \(file): \(Self.reason)")
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
