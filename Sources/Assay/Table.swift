/// A table of the database and what is promised about it.
///
///     let companies = Table("core.companies", key: "id") {
///         Required("name", "domain")
///         Unique(by: "domain")
///     }
public struct Table: Sendable {
    /// The table's name.
    public let name: TableName
    /// The columns that tell one row from another; they name violating rows in reports.
    public let key: [String]
    /// The columns whose values nobody is shown, not even who asks for values.
    public private(set) var sensitiveColumns: [String]
    /// The promises, in the order they were made.
    public private(set) var checks: [any Check]
    /// Where the table was declared.
    public let source: SourceLocation
    /// Where its rows come from, where that is declared: ``fed(by:batch:sent:created:updated:)``.
    public internal(set) var lineage: Lineage?

    /// Declares a table.
    ///
    /// - Parameters:
    ///   - name: `schema.table`, as the catalog spells it.
    ///   - key: The columns that tell one row from another.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    ///   - checks: The promises.
    public init(
        _ name: String, key: String..., file: String = #filePath, line: Int = #line,
        @CheckBuilder checks: () -> [any Check]
    ) {
        self.init(
            TableName(name), key: key, source: SourceLocation(file: file, line: line),
            checks: checks())
    }

    /// Declares a table from values.
    public init(
        _ name: TableName, key: [String], sensitive: [String] = [], source: SourceLocation,
        checks: [any Check]
    ) {
        self.name = name
        self.key = key
        sensitiveColumns = sensitive
        self.source = source
        self.checks = checks
    }

    /// Names who owns the table's data, for the checks that say nothing of their own.
    public func owner(_ owner: String) -> Table {
        changingChecks { options in
            if options.owner == nil { options.owner = owner }
        }
    }

    /// Adds words to select all of the table's checks by.
    public func tagged(_ tags: String...) -> Table {
        changingChecks { $0.tags += tags }
    }

    /// Names columns whose values nobody is shown, such as addresses of people.
    ///
    /// In a key, a digest stands for the value; where values are asked for, its shape does.
    public func sensitive(_ columns: String...) -> Table {
        var copy = self
        copy.sensitiveColumns += columns
        return copy
    }

    private func changingChecks(_ change: (inout CheckOptions) -> Void) -> Table {
        var copy = self
        copy.checks = checks.map { check in
            var check = check
            change(&check.options)
            return check
        }
        return copy
    }
}

/// Collects the checks of a table.
@resultBuilder
public enum CheckBuilder {
    /// One check.
    public static func buildExpression(_ check: any Check) -> [any Check] { [check] }
    /// Checks made elsewhere.
    public static func buildExpression(_ checks: [any Check]) -> [any Check] { checks }
    /// All of a block.
    public static func buildBlock(_ checks: [any Check]...) -> [any Check] {
        checks.flatMap(\.self)
    }
    /// An `if` without `else`.
    public static func buildOptional(_ checks: [any Check]?) -> [any Check] { checks ?? [] }
    /// An `if`.
    public static func buildEither(first checks: [any Check]) -> [any Check] { checks }
    /// An `else`.
    public static func buildEither(second checks: [any Check]) -> [any Check] { checks }
    /// A loop.
    public static func buildArray(_ checks: [[any Check]]) -> [any Check] { checks.flatMap(\.self) }
}
