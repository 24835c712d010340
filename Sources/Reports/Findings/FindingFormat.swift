public import Assay

/// The forms in which what was found in files can be written.
public enum FindingFormat: String, Sendable, Hashable, CaseIterable {
    /// For a person at a terminal.
    case terminal
    /// JSON Lines, for programs; `reports/README.md` holds the grammar.
    case json
    /// For a comment on a pull request or a job's summary.
    case markdown
    /// Annotations for the log of a GitHub workflow.
    case github
    /// For code scanning.
    case sarif
    /// For build servers that show tests.
    case junit

    /// Renders a report; the text ends in a line break.
    public func render(
        _ report: FindingReport, options: RenderOptions = RenderOptions()
    ) -> String {
        switch self {
        case .terminal:
            FindingTerminal(report: report, style: TerminalStyle(options: options)).render()
        case .json: FindingJSONLines(report: report).render()
        case .markdown: FindingMarkdown(report: report).render()
        case .github: FindingGitHub(report: report).render()
        case .sarif: FindingSARIF(report: report).render()
        case .junit: FindingJUnit(report: report).render()
        }
    }
}
