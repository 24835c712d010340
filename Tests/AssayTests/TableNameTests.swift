import Testing

@testable import Assay

struct TableNameTests {
    @Test(arguments: [
        ("core.companies", "core", "companies"),
        ("companies", "public", "companies"),
        ("core.Companies", "core", "Companies"),
        (#""core"."companies""#, "core", "companies"),
        (#""Case Studies"."2026 Q4""#, "Case Studies", "2026 Q4"),
        (#"core."a.b""#, "core", "a.b"),
        (#""a.b".companies"#, "a.b", "companies"),
        (#"core."say ""hello""""#, "core", #"say "hello""#),
        (#""""core"""."x""#, #""core""#, "x"),
        ("größe.表", "größe", "表"),
        ("core.a.b", "core", "a.b"),
        ("core.", "core", ""),
    ])
    func `a name is read with and without quotes`(text: String, schema: String, name: String) {
        #expect(TableName(text) == TableName(schema: schema, name: name))
    }

    @Test func `a name is shown as it is stored`() {
        #expect(TableName(#""Core"."a b""#).description == "Core.a b")
    }

    @Test func `names are ordered by schema and then by table`() {
        let names = ["raw.a", "core.b", "core.a"].map { TableName($0) }
        #expect(names.sorted().map(\.description) == ["core.a", "core.b", "raw.a"])
    }

    @Test(arguments: [
        ("core.companies.domain", "core.companies", "domain"),
        ("companies.domain", "public.companies", "domain"),
        (#"core."a.b"."c.d""#, "core.a.b", "c.d"),
    ])
    func `a column's name ends in the column`(text: String, table: String, column: String) {
        let (foundTable, foundColumn) = ColumnName.split(text)
        #expect(foundTable.description == table)
        #expect(foundColumn == column)
    }
}
