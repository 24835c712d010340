/// One thing to tell a person of a file: a rule that it breaks, or why it could not be judged.
public struct Finding: Sendable, Hashable {
    /// Where in a file a finding is; lines and columns count from 1, columns in Unicode scalars.
    public struct Place: Sendable, Hashable {
        /// The file's path, as it was named or below the folder that was.
        public let file: String
        /// The first line.
        public let line: Int
        /// The first column.
        public let column: Int
        /// The last line.
        public let endLine: Int
        /// The column behind the last character.
        public let endColumn: Int

        /// Names a place; where no end is given, it is the beginning.
        public init(
            file: String, line: Int, column: Int, endLine: Int? = nil, endColumn: Int? = nil
        ) {
            self.file = file
            self.line = line
            self.column = column
            self.endLine = endLine ?? line
            self.endColumn = endColumn ?? (endLine == nil ? column : 1)
        }
    }

    /// A fact beside the message, such as `locks`: `ACCESS EXCLUSIVE on core.companies`.
    public struct Note: Sendable, Hashable {
        /// The word before it, of at most eight letters.
        public let label: String
        /// The fact.
        public let text: String

        /// Creates a fact.
        public init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }
    }

    /// Whether a finding counts.
    public enum Standing: Sendable, Hashable {
        /// It does.
        case new
        /// It stands in the baseline.
        case known
        /// A comment in the file accepts it, for this reason.
        case ignored(String)
    }

    /// The rule's name, such as `setting-not-null`.
    public let rule: String
    /// How much it matters; `nil` where the text could not be judged, which never passes.
    public let severity: Severity?
    /// What is wrong, in one line and in lower case, without a full stop.
    public let message: String
    /// Where.
    public let place: Place
    /// The line of the file that holds its beginning.
    public let excerpt: String?
    /// What else is known of it.
    public var notes: [Note]
    /// Why it matters.
    public let why: String?
    /// What to do instead, in one sentence.
    public let help: String?
    /// SQL that does the same without the hazard.
    public let rewrite: String?
    /// Its identity across runs, whatever lines stand above it.
    public let fingerprint: String
    /// Whether it counts.
    public var standing: Standing

    /// Creates a finding.
    public init(
        rule: String, severity: Severity?, message: String, place: Place, excerpt: String? = nil,
        notes: [Note] = [], why: String? = nil, help: String? = nil, rewrite: String? = nil,
        fingerprint: String, standing: Standing = .new
    ) {
        self.rule = rule
        self.severity = severity
        self.message = message
        self.place = place
        self.excerpt = excerpt
        self.notes = notes
        self.why = why
        self.help = help
        self.rewrite = rewrite
        self.fingerprint = fingerprint
        self.standing = standing
    }

    /// Whether it is neither in the baseline nor accepted in the file.
    public var counts: Bool { standing == .new }
}
