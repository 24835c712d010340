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
        help: ArgumentHelp(
            "With --incremental: where what runs learn of tables is kept; .assay where not given.",
            valueName: "folder"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "With --incremental: read each table whole after so many days; 7 where not given.",
            valueName: "days"))
    var fullEvery: Int?

    /// What the flags amount to; `nil` where all is looked at.
    var options: IncrementalOptions? {
        incremental
            ? IncrementalOptions(folder: state ?? ".assay", fullEvery: fullEvery ?? 7) : nil
    }

    /// Refuses what does not go together.
    func validate(_ choice: SelectionOptions, engine: Engine) throws {
        if let fullEvery, fullEvery < 0 || fullEvery > 365 {
            throw ValidationError("--full-every must be 0 to 365 days")
        }
        if let state, state.isEmpty { throw ValidationError("--state needs a folder") }
        guard incremental else {
            guard state == nil, fullEvery == nil else {
                throw ValidationError("--state and --full-every need --incremental")
            }
            return
        }
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
