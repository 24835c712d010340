import Assay
import Auditor
import Glibc
import Imports
import Suggestions

/// `assay-import FORMAT PATH OUTPUT SCHEMA TABLE FORCE`: what `assay import` runs.
@main struct Main {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 6, let format = ImportFormat(rawValue: words[0]) else {
            say("assay-import is run by `assay import`, which explains itself with --help\n")
            exit(2)
        }
        do throws(Refusal) {
            let importer = Importer(
                format: format, schema: words[3], table: words[4].isEmpty ? nil : words[4])
            let imported = try importer.read(words[1])
            let files = NewFiles(
                Dictionary(imported.suite.files.map { ($0.path, $0.text) }) { first, _ in first })
            if words[5].isEmpty { try files.refuseExisting(in: words[2]) }
            if !files.texts.isEmpty { try files.write(to: words[2]) }
            print(imported.summary(output: words[2]), terminator: "")
            exit(imported.left.isEmpty ? 0 : 1)
        } catch {
            for item in error.items {
                let place = item.source.map { "\n  --> \($0.file):\($0.line)" } ?? ""
                say("refused: \(item.sentence)\(place)\n")
            }
            exit(2)
        }
    }

    private static func say(_ text: String) {
        text.utf8CString.withUnsafeBufferPointer { bytes in
            _ = write(STDERR_FILENO, bytes.baseAddress, max(0, bytes.count - 1))
        }
    }
}
