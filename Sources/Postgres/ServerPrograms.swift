import Subprocess

/// What a program of PostgreSQL's wrote, and how it ended.
struct ProgramResult: Sendable {
    let output: String
    /// The lines of its standard error that speak of errors.
    let complaints: [String]
    let succeeded: Bool
}

/// Runs a program that came with the server, such as pg_dump, on a database.
///
/// - Parameters:
///   - name: The program.
///   - arguments: What it is told, without the database.
///   - target: The database, whose password stands in the program's environment only.
///   - input: What it reads.
/// - Returns: What it wrote.
/// - Throws: `serverNotInstalled` where there is no such program.
nonisolated(nonsending) func serverProgram(
    _ name: String, _ arguments: [String], on target: DatabaseTarget, input: String = ""
) async throws -> ProgramResult {
    let (keywords, secrets) = target.forPrograms
    let environment = secrets.reduce(Environment.inherit) { environment, secret in
        environment.updating([.init(stringLiteral: secret.name): secret.value])
    }
    let result = try await run(
        .name("sh"),
        arguments: Arguments(
            ["-c", finder, "assay-program", name] + arguments + ["-d", keywords]),
        environment: environment,
        input: .string(input),
        output: .string(limit: 256 * 1_048_576),
        error: .string(limit: 1_048_576))
    if result.terminationStatus == .exited(127) {
        throw PostgresError(
            .serverNotInstalled, "PostgreSQL's \(name) is not installed: apt-get install postgresql"
        )
    }
    let complaints = result.standardError.split(whereSeparator: \.isNewline)
        .filter { $0.contains("error:") || $0.contains("ERROR:") }
        .map(String.init)
    return ProgramResult(
        output: result.standardOutput, complaints: complaints,
        succeeded: result.terminationStatus == .exited(0))
}

/// Runs a program from the folder that the server's programs are in.
private let finder = """
    bin=${ASSAY_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
    [ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null)
    program=$1; shift
    [ -x "$bin/$program" ] || exit 127
    exec "$bin/$program" "$@"
    """
