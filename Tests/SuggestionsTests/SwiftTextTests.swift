import Assay
import Suggestions
import Testing

struct SwiftTextTests {
    @Test(arguments: [
        ("plain", #""plain""#), (#"a"b"#, ##"#"a"b"#"##), (#"^\d+$"#, ##"#"^\d+$"#"##),
        (##"x"#y"##, ##""x\"#y""##), ("a\nb", #""a\nb""#), ("\\\u{1}", #""\\\u{1}""#),
        ("\\#(x)", ##""\\#(x)""##), ("Zoë", "\"Zoë\""),
    ])
    func `a text is a literal that reads back as itself`(text: String, literal: String) {
        #expect(SwiftText.literal(text) == literal)
    }

    @Test(arguments: [
        ("company_customers", "companyCustomers"), ("CompanyCustomers", "companyCustomers"),
        ("2020 sales", "table2020Sales"), ("class", "classTable"), ("", "table"), ("$$", "table"),
        ("tables", "tablesTable"), ("é_x", "éX"),
    ])
    func `a name of the database is an identifier of Swift`(name: String, identifier: String) {
        #expect(SwiftText.identifier(name) == identifier)
    }

    @Test func `tables of one name differ in their files and in Swift`() {
        let names = ["core.people", "raw.people", "raw.People", "raw.\"pe.ople\""]
        let suite = SuiteText(
            names.map {
                TableText(
                    table: TableName($0), remarks: ["People."],
                    sections: [.init(checks: [CheckText("Required", ["\"id\""])])])
            })
        #expect(
            suite.files.map(\.path) == [
                "core/people.swift", "raw/raw_people.swift", "raw/raw_People2.swift",
                "raw/pe_ople.swift",
            ])
        #expect(
            suite.files.map(\.identifier) == ["people", "rawPeople", "rawPeople2", "rawPeOple3"])
        #expect(suite.files[3].text.contains(##"Table(#"raw."pe.ople""#)"##))
    }

    @Test func `more than fifty checks are several bodies`() {
        let checks = (1...120).map { CheckText("Required", ["\"c\($0)\""]) }
        let text = TableText(
            table: TableName("public.wide"), key: ["id"], remarks: ["Wide."],
            sections: [.init(checks: checks)]
        ).file(as: "wide")
        #expect(text.contains("let wide = Table(\"public.wide\", key: \"id\") {\n    checks1()\n"))
        #expect(text.contains("    checks3()\n}\n"))
        #expect(text.contains("@CheckBuilder private func checks3() -> [any Check] {\n"))
        for body in text.split(separator: "func ") {
            #expect(body.split(separator: "\n").count { $0.contains("Required(") } <= 50)
        }
    }

    @Test func `evidence stands beside a check, or above where it does not fit`() {
        let short = CheckText("Required", [#""name""#], evidence: "5 of 5 rows")
        #expect(short.lines() == [#"    Required("name")  // 5 of 5 rows"#])
        let long = CheckText(
            "OneOf", [#""kind""#] + (1...12).map { "\"value number \($0)\"" },
            modifiers: [".severity(.warning)"], evidence: "5 of 5 rows")
        #expect(
            long.lines() == [
                "    // 5 of 5 rows",
                "    OneOf(",
                #"        "kind", "value number 1", "value number 2", "value number 3", "value number 4","#,
                #"        "value number 5", "value number 6", "value number 7", "value number 8", "value number 9","#,
                #"        "value number 10", "value number 11", "value number 12""#,
                "    )",
                "    .severity(.warning)",
            ])
    }
}
