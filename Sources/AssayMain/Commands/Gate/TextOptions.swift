import ArgumentParser
import Gate

/// How migrations are judged by their text.
struct TextOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The major version of the server.", valueName: "version"))
    var serverVersion = 15

    @Option(
        help: ArgumentHelp(
            "Schemas that clients reach through an interface such as PostgREST, separated by commas; "
                + "of Supabase's folder public is one.", valueName: "schemas"))
    var exposed: String?

    @Flag(
        help: """
            The migrations are deployed in one go: what one makes nobody uses before those after it \
            have run.
            """)
    var together = false

    func validate() throws {
        guard serverVersion >= 9, serverVersion < 100 else {
            throw ValidationError("--server-version is a major version, such as 15")
        }
    }

    var stage: TextStage {
        let schemas = exposed?.split(separator: ",").map {
            String($0.filter { !$0.isWhitespace })
        }
        return TextStage(
            version: serverVersion, exposed: schemas ?? [], together: together)
    }
}
