import Assay
import Testing

/// Modifiers belong to the check they follow.
struct ModifierTests {
    @Test func `a modifier sets what it says`() {
        let line = #line + 1
        let check = Required("name")
            .severity(.warning).allow(upTo: .percent(0.5)).warn(above: .rows(3))
            .where(.isTrue("sent")).because("It is sent on.").fix("fill-names").owner("revenue")
            .dimension(.consistency).tagged("nightly").tagged("a", "b").named("sent")
        let options = check.options
        #expect(options.severity == .warning)
        #expect(options.allowed == .percent(0.5))
        #expect(options.warnAbove == .rows(3))
        #expect(options.scope == .isTrue("sent"))
        #expect(options.reason == "It is sent on.")
        #expect(options.fix == "fill-names")
        #expect(options.owner == "revenue")
        #expect(check.dimension == .consistency)
        #expect(options.tags == ["nightly", "a", "b"])
        #expect(options.name == "sent")
        #expect(options.source == SourceLocation(file: #filePath, line: line))
    }

    @Test func `without modifiers a check is an error with no allowance`() {
        let check = Unique(by: "domain")
        #expect(check.options.severity == .error)
        #expect(check.options.allowed == nil && check.options.warnAbove == nil)
        #expect(check.options.scope == nil && check.options.tags.isEmpty)
        #expect(check.dimension == .uniqueness)
    }

    @Test func `two scopes hold together`() {
        let check = Required("name").where(.isTrue("a")).where(.isTrue("b"))
        #expect(check.options.scope == .all([.isTrue("a"), .isTrue("b")]))
    }

    @Test func `a check of several columns is one check a column, each with the modifiers`() {
        let checks: [any Check] = [
            Required("name", "domain"), Normalized("name", "domain", as: .trimmed),
        ]
        for check in checks {
            let parts = check.severity(.info).tagged("nightly").parts
            #expect(parts.map(\.columns) == [["name"], ["domain"]])
            #expect(parts.allSatisfy { $0.options.severity == .info })
            #expect(parts.allSatisfy { $0.options.tags == ["nightly"] })
            #expect(parts.allSatisfy { $0.kind == check.kind && $0.parts.count == 1 })
        }
        #expect(Required("name", "domain").sentence == "name or domain are required")
        #expect(Required("name").parts.count == 1)
        #expect(Unique(by: "name", "domain").parts.count == 1)
    }

    @Test func `a kind says which columns and tables it names`() {
        #expect(
            Implies(.isTrue("sent"), then: .any([.present("a"), "b > 1"])).columns == ["sent", "a"])
        #expect(PoisonedDomain("domain", names: "name").columns == ["domain", "name"])
        let pair = References(["a", "b"], in: "core.pairs", columns: ["x", "y"])
        let name = ForeignName(table: TableName("core.pairs"), columns: ["x", "y"])
        #expect(pair.foreignNames == [name])
        let industries = OneOf("industry", in: "reference.industries.name")
        #expect(industries.foreignNames.map(\.columns) == [["name"]])
        #expect(OneOf("industry", "a").foreignNames.isEmpty)
        #expect(Implies("a > 1", then: .not("b > 1")).conditionStatements == ["a > 1", "b > 1"])
        #expect(NoRows("x") { "SELECT 1 ; " }.statements.map(\.readable) == ["SELECT 1"])
    }

    @Test func `a table gives its owner to checks that have none, and its tags to all`() {
        let table = Table("core.companies", key: "id") {
            Required("name")
            Unique(by: "domain").owner("data")
        }
        .owner("revenue").tagged("nightly")
        #expect(table.checks.map(\.options.owner) == ["revenue", "data"])
        #expect(table.checks.map(\.options.tags) == [["nightly"], ["nightly"]])
        #expect(table.key == ["id"])
    }

    @Test func `checks are declared with if, else and for`() {
        func table(_ isCore: Bool) -> Table {
            Table("core.companies") {
                for column in ["a", "b"] { Required(column) }
                if isCore { Unique(by: "a") }
                if isCore { RowCount(1...) } else { RowCount(2...) }
                [SharedHost("a"), SharedHost("b")] as [any Check]
            }
        }
        #expect(
            table(true).checks.map(\.kind)
                == ["required", "required", "unique", "row-count", "shared-host", "shared-host"])
        #expect(
            table(false).checks.map(\.sentence).prefix(3)
                == ["a is required", "b is required", "the table has at least 2 rows"])
    }
}
