/// What is said of a kind: by `assay explain`, and in `docs/kinds/`.
public struct KindDocumentation: Sendable {
    /// The kind's name: the kebab form of its type.
    public let kind: String
    /// What it is about where the author says nothing else.
    public let dimension: Dimension
    /// What it promises, in one sentence.
    public let summary: String
    /// What a broken promise does to people.
    public let why: String
    /// A declaration as an author writes it.
    public let example: String
    /// What is counted, and what is not.
    public let measures: String
    /// What it cannot see.
    public let limits: String

    /// Creates the documentation of a kind.
    public init(
        kind: String, dimension: Dimension, summary: String, why: String, example: String,
        measures: String, limits: String
    ) {
        self.kind = kind
        self.dimension = dimension
        self.summary = summary
        self.why = why
        self.example = example
        self.measures = measures
        self.limits = limits
    }

    /// The page in Markdown.
    public var page: String {
        """
        # \(kind)

        \(summary)

        Dimension: \(dimension.rawValue).

        ## Why it matters

        \(why)

        ## Example

        ```swift
        \(example)
        ```

        ## What is counted

        \(measures)

        ## Known limits

        \(limits)

        """
    }
}
