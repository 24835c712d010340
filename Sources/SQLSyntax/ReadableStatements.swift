/// Reads what can be read of a script, and tells what cannot.
///
/// - Parameter script: SQL, with or without a byte order mark.
/// - Returns: The statements that PostgreSQL's grammar knows, and a fault for each text that it does
///   not; neither if there are only spaces and comments.
public func readableStatements(
    in script: String
) -> (statements: [Statement], faults: [SyntaxError]) {
    do throws(SyntaxError) {
        return (try statements(in: script), [])
    } catch {
        return ([], [error])
    }
}
