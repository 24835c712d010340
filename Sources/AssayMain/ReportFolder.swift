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
        try ReportFolder.make(parent)
        var candidate = "\(parent)/\(name)"
        var number = 2
        while mkdir(candidate, 0o777) != 0 {
            guard errno == EEXIST else { throw ReportFolder.refusal(of: candidate) }
            candidate = "\(parent)/\(name)-\(number)"
            number += 1
        }
        path = candidate
    }

    /// Makes a folder and those above it.
    static func make(_ folder: String) throws(Refusal) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw refusal(of: folder)
        }
    }

    /// Refuses a folder in which no run's folder can be made, before anything is done for it.
    static func refuseUnwritable(_ parent: String) throws(Refusal) {
        try make(parent)
        try OutputFile("\(parent)/report").refuseUnwritable()
    }

    /// Takes in a file that was written while the folder had no name yet.
    func take(_ file: String, as name: String) throws(Refusal) {
        guard rename(file, "\(path)/\(name)") == 0 else {
            throw OutputFile.refusal(of: "\(path)/\(name)")
        }
    }

    /// Writes every format that is a file; each appears whole or not at all.
    func write(_ report: AuditReport) throws(Refusal) {
        for format in ReportFormat.allCases where format.isWritten {
            let text = format.render(report, options: RenderOptions(color: false, width: 100))
            try OutputFile("\(path)/\(format.fileName)").write(text)
        }
    }

    private static func refusal(of folder: String) -> Refusal {
        Refusal(
            "cannot make the folder \(folder) for the reports: \(String(cString: strerror(errno)))")
    }
}
