public import Assay

/// A table's declaration as a Swift file.
public struct TableText: Sendable {
    /// Checks that belong together, and what is said above them.
    public struct Section: Sendable {
        /// What is said above them.
        public var comment: String?
        /// The checks.
        public var checks: [CheckText]

        /// Creates a section.
        public init(comment: String? = nil, checks: [CheckText]) {
            self.comment = comment
            self.checks = checks
        }
    }

    /// The table.
    public var table: TableName
    /// The columns that tell rows apart.
    public var key: [String]
    /// What is said of the table above its declaration, a paragraph each.
    public var remarks: [String]
    /// The checks.
    public var sections: [Section]

    /// Creates a table's text.
    public init(
        table: TableName, key: [String] = [], remarks: [String], sections: [Section]
    ) {
        self.table = table
        self.key = key
        self.remarks = remarks
        self.sections = sections.filter { !$0.checks.isEmpty }
    }

    /// How many checks stand in it, where one line may be several.
    public var isEmpty: Bool { sections.isEmpty }

    /// The file in which the table is called so.
    public func file(as identifier: String) -> String {
        var lines = ["import Assay", ""]
        for (index, remark) in remarks.enumerated() {
            if index > 0 { lines.append("///") }
            lines += Comment.lines(remark, margin: "", mark: "/// ")
        }
        let key =
            key.isEmpty ? "" : ", key: " + key.map(SwiftText.literal).joined(separator: ", ")
        let arguments = SwiftText.literal(table.spelled) + key
        let head = "let \(identifier) = Table(\(arguments))"
        switch head.count {
        case ...(SwiftText.width - 2): lines.append(head + " {")
        case ...SwiftText.width: lines += [head, "{"]
        default: lines += ["let \(identifier) = Table(", "    \(arguments)", ") {"]
        }
        let parts = parts
        guard parts.count > 1 else {
            return (lines + body(parts.first ?? []) + ["}"]).joined(separator: "\n") + "\n"
        }
        // The compiler's time for one pair of braces grows with the square of what stands in it.
        lines += parts.indices.map { "    checks\($0 + 1)()" }
        lines.append("}")
        for (index, part) in parts.enumerated() {
            lines += ["", "@CheckBuilder private func checks\(index + 1)() -> [any Check] {"]
            lines += body(part) + ["}"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The most checks in one pair of braces.
    private static let most = 50

    /// The sections, cut where a pair of braces is full.
    private var parts: [[Section]] {
        var parts: [[Section]] = [[]]
        var room = Self.most
        for section in sections {
            var rest = section.checks[...]
            while !rest.isEmpty {
                if room == 0 {
                    parts.append([])
                    room = Self.most
                }
                let checks = Array(rest.prefix(room))
                parts[parts.count - 1].append(Section(comment: section.comment, checks: checks))
                room -= checks.count
                rest = rest.dropFirst(checks.count)
            }
        }
        return parts
    }

    private func body(_ sections: [Section]) -> [String] {
        var lines: [String] = []
        for section in sections {
            if !lines.isEmpty { lines.append("") }
            if let comment = section.comment {
                lines += Comment.lines(comment, margin: "    ")
            }
            for check in section.checks { lines += check.lines() }
        }
        return lines
    }
}

extension TableName {
    /// The name as ``TableName/init(_:)`` reads it back.
    public var spelled: String { schema.spelled + "." + name.spelled }
}

extension String {
    /// A half of a dotted name, in quotes where it holds a dot or a quote.
    public var spelled: String {
        contains(".") || contains("\"") ? "\"" + replacing("\"", with: "\"\"") + "\"" : self
    }
}
