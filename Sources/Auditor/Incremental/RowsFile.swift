import Assay
import Streams

/// A file of the rows that came or changed, which is written while groups are still looked for.
struct RowsFile {
    private let writing: Task<(KeptWriter, KeptUpdate.Files), any Error>

    /// Begins to write.
    init(_ folder: StateFolder, of table: TableName, _ update: KeptUpdate) {
        writing = Task {
            let name = folder.newRowsFile(of: table)
            let writer = try folder.writer(of: name)
            do {
                return (writer, try update.files(adding: name, writer))
            } catch {
                writer.discard()
                throw error
            }
        }
    }

    /// The files that there are once it is written.
    func files() async throws -> KeptUpdate.Files { try await writing.value.1 }

    /// Deletes it; where it was not written, nothing is left of it.
    func discard() async {
        if let (writer, _) = try? await writing.value { writer.discard() }
    }
}
