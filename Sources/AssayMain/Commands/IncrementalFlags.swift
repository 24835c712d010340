import ArgumentParser
import Auditor

/// Whether an audit looks only at what changed.
struct IncrementalFlags: ParsableArguments {
    @Flag(
        help: """
            Look only at what changed since the last such run, in tables that assay install --track has \
            set up; all of a table where there is any doubt.
            """)
    var incremental = false

    @Option(
        help: ArgumentHelp("Where what runs learn of tables is kept.", valueName: "folder"))
    var state = ".assay"

    @Option(
        help: ArgumentHelp("Read each table whole after so many days.", valueName: "days"))
    var fullEvery = 7

    /// What the flags amount to; `nil` where all is looked at.
    var options: IncrementalOptions? {
        incremental ? IncrementalOptions(folder: state, fullEvery: fullEvery) : nil
    }

    /// Refuses what does not go together.
    func validate(_ choice: SelectionOptions, engine: Engine) throws {
        guard fullEvery >= 0, fullEvery <= 365 else {
            throw ValidationError("--full-every must be 0 to 365 days")
        }
        guard !state.isEmpty else { throw ValidationError("--state needs a folder") }
        guard incremental else { return }
        if engine == .push {
            throw ValidationError(
                "--incremental evaluates rows here; leave out --engine push, or --incremental")
        }
        if !choice.check.isEmpty || !choice.tag.isEmpty {
            throw ValidationError(
                "--incremental keeps what it learns of whole tables; leave out --check and --tag")
        }
    }
}
