public import Assay

/// The forms in which a report can be written.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    /// For a person at a terminal.
    case terminal
    /// JSON Lines, for programs; `reports/README.md` holds the grammar.
    case json
    /// One page that needs no network.
    case html
    /// For build servers that show tests.
    case junit
    /// For code scanning.
    case sarif
    /// For a comment on a pull request or a job's summary.
    case markdown
    /// Annotations for the log of a GitHub workflow.
    case github
    /// Metrics for the textfile collector of Prometheus' node exporter.
    case prometheus
    /// A run event with its assertions, for catalogues of data.
    case openlineage

    /// Whether every run writes it; the others are written where somebody asks for them.
    public var isWritten: Bool {
        switch self {
        case .terminal, .json, .html, .junit, .sarif, .markdown: true
        case .github, .prometheus, .openlineage: false
        }
    }

    /// The name of the file it is written to.
    public var fileName: String {
        switch self {
        case .terminal: "report.txt"
        case .json: "report.jsonl"
        case .html: "report.html"
        case .junit: "report.junit.xml"
        case .sarif: "report.sarif"
        case .markdown: "report.md"
        case .github: "report.github.txt"
        case .prometheus: "report.prom"
        case .openlineage: "report.openlineage.json"
        }
    }

    /// Renders a report; the text ends in a line break unless it is empty.
    ///
    /// - Parameters:
    ///   - report: What one run found.
    ///   - options: What the reader's side wishes.
    /// - Returns: The whole file.
    public func render(_ report: AuditReport, options: RenderOptions = RenderOptions()) -> String {
        switch self {
        case .terminal: Terminal(report: report, options: options).render()
        case .json: JSONLines(report: report).render()
        case .html: HTML(report: report).render()
        case .junit: JUnit(report: report).render()
        case .sarif: SARIF(report: report).render()
        case .markdown: Markdown(report: report).render()
        case .github: GitHub(report: report).render()
        case .prometheus: Prometheus(report: report).render()
        case .openlineage: OpenLineage(report: report).render()
        }
    }
}

/// What the reader's side wishes of a report.
public struct RenderOptions: Sendable, Hashable {
    /// Whether to use ANSI colours.
    public var color: Bool
    /// How many columns there are before a line is wrapped.
    public var width: Int

    /// Creates options.
    public init(color: Bool = false, width: Int = 100) {
        self.color = color
        self.width = width
    }
}
