import Subprocess

/// A PostgreSQL server of its own in a temporary folder, reachable through a socket there only.
public struct ThrowawayCluster: Sendable {
    /// Its database `postgres`, as the superuser `postgres`.
    public let target: DatabaseTarget
    /// The folder that holds its data, its socket and its log, and goes with it.
    public let folder: String
}

/// Runs `body` beside a throw-away PostgreSQL server, and removes the server whatever happens.
///
/// The server is of the newest version installed, or the one in the folder that `ASSAY_PG_BIN` names. It
/// also ends, and its folder goes, when this process is killed; it does not hear Ctrl-C. Nothing it holds
/// survives a crash of the machine.
///
/// - Parameters:
///   - sharedBuffers: How much memory the server keeps pages in, as PostgreSQL writes it.
///   - settings: Further settings of the server.
///   - password: The password of `postgres`, which the server then demands; nil lets everybody in who can
///     reach the socket.
///   - body: Uses the server.
/// - Returns: What `body` returns.
/// - Throws: `serverNotInstalled`, `clusterFailed`, and what `body` throws.
public nonisolated(nonsending) func withThrowawayCluster<Value: Sendable>(
    sharedBuffers: String = "64MB", settings: [String: String] = [:], password: String? = nil,
    _ body: nonisolated(nonsending) (ThrowawayCluster) async throws -> Value
) async throws -> Value {
    let options = settings.merging(["shared_buffers": sharedBuffers]) { given, _ in given }
    var environment = Environment.inherit
    if let password { environment = environment.updating(["ASSAY_CLUSTER_PASSWORD": password]) }
    let supervised = try await run(
        .name("sh"),
        arguments: Arguments(
            ["-c", supervisor, "assay-cluster"]
                + options.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }),
        environment: environment,
        platformOptions: ownSession(),
        input: .inputWriter,
        output: .sequence,
        error: .string(limit: 64 * 1024)
    ) { execution -> Result<Value, any Error>? in
        var outcome: Result<Value, any Error>?
        for try await folder in execution.standardOutput.strings() {
            do {
                var target = try DatabaseTarget("port=5432 user=postgres dbname=postgres")
                target = target.with("host", folder)
                if let password { target = target.with("password", password) }
                outcome = .success(try await body(ThrowawayCluster(target: target, folder: folder)))
            } catch {
                outcome = .failure(error)
            }
            // The supervisor ends the server when its input ends.
            try await execution.standardInputWriter.finish()
        }
        return outcome
    }
    if let outcome = supervised.closureResult { return try outcome.get() }
    try Task.checkCancellation()
    if supervised.terminationStatus == .exited(127) {
        throw PostgresError(
            .serverNotInstalled,
            "PostgreSQL's server is not installed: apt-get install postgresql")
    }
    let reason = supervised.standardError.split(whereSeparator: \.isNewline).suffix(3)
    throw PostgresError(
        .clusterFailed,
        "the throw-away server did not start: \(reason.joined(separator: " "))")
}

/// A session of its own, in which nobody hears the terminal's Ctrl-C.
///
/// Changing the user is left to the script: Subprocess would call setgroups(2) between fork and exec,
/// where glibc's waits for threads that the child does not have.
private func ownSession() -> PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    // The supervisor ends with its input, which closes when `body` has returned, cancelled or not; never
    // by force, which would leave the server behind.
    options.teardownSequence = [
        .send(signal: .terminate, allowedDurationToNextStep: .seconds(24 * 60 * 60))
    ]
    return options
}

/// Starts the server, says where, waits for the end of its own input, and removes what it made.
///
/// Its arguments are the server's. It exits with 127 when there is no server to start.
private let supervisor = """
    # Nobody may be left to read where the server is; it must end all the same.
    trap '' TERM HUP INT PIPE
    bin=${ASSAY_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
    [ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null)
    [ -x "$bin/initdb" ] || exit 127

    # The server refuses to run as root.
    drop=
    if [ "$(id -u)" = 0 ]; then
        user=postgres
        id -u $user >/dev/null 2>&1 || user=nobody
        drop="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups"
    fi

    # The path of a socket has at most 107 bytes.
    parent=${TMPDIR:-/tmp}
    [ ${#parent} -le 70 ] && [ -w "$parent" ] || parent=/tmp
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ ${free:-0} -le 2097152 ] || [ ! -w /dev/shm ] || parent=/dev/shm
    folder=$($drop mktemp -d "$parent/assay-XXXXXX") || exit 1
    cd "$folder"

    server=
    stop() {
        [ -z "$server" ] || { kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
        cd / && rm -rf "$folder"
    }
    trap stop EXIT

    authentication="-A trust"
    if [ -n "${ASSAY_CLUSTER_PASSWORD:-}" ]; then
        printf '%s\\n' "$ASSAY_CLUSTER_PASSWORD" > password
        authentication="-A scram-sha-256 --pwfile=$folder/password"
        unset ASSAY_CLUSTER_PASSWORD
    fi
    $drop "$bin/initdb" -D "$folder/data" -U postgres -N --locale=C.UTF-8 -E UTF8 $authentication \\
        >log 2>&1 </dev/null || { cat log >&2; exit 1; }
    $drop "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off \\
        -c full_page_writes=off -c synchronous_commit=off "$@" >>log 2>&1 </dev/null &
    server=$!
    until grep -q '^ready' data/postmaster.pid 2>/dev/null; do
        kill -0 "$server" 2>/dev/null || { cat log >&2; exit 1; }
        sleep 0.02
    done
    echo "$folder"
    cat >/dev/null
    """
