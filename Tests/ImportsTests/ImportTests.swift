import Assay
import AssayTesting
import Auditor
import FoundationEssentials
import Imports
import Suggestions
import Testing

struct ImportTests {
    private static let fixtures: String = {
        let file = URL(filePath: #filePath)
        return file.deletingLastPathComponent().appending(path: "Fixtures").path
    }()

    /// The files and what is said, one after the other.
    private func shown(_ imported: Imported) -> String {
        let files = imported.suite.files.map { "== \($0.path)\n\($0.text)" }
        return (files + ["== said\n\(imported.summary(output: "checks"))"])
            .joined(separator: "\n").replacing(Self.fixtures + "/", with: "")
    }

    @Test func `tests of dbt become checks, with their settings`() throws {
        let imported = try Importer(format: .dbt).read("\(Self.fixtures)/dbt")
        expectGolden(shown(imported), named: "dbt.txt")
    }

    @Test func `SodaCL becomes checks`() throws {
        let imported = try Importer(format: .soda, schema: "shop").read("\(Self.fixtures)/soda")
        expectGolden(shown(imported), named: "soda.txt")
    }

    @Test func `expectation suites of both generations become checks`() throws {
        let imported = try Importer(format: .gx, schema: "crm").read("\(Self.fixtures)/gx")
        expectGolden(shown(imported), named: "gx.txt")
    }

    @Test func `the table of an expectation suite can be said`() throws {
        let imported = try Importer(format: .gx, table: "a.b").read(
            "\(Self.fixtures)/gx/one.json")
        #expect(imported.tables == [TableName("a.b")])
    }

    /// What is written of an expectation suite with one expectation.
    private func written(_ expectation: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "assay-import-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let suite = #"{"name": "t", "expectations": [\#(expectation)]}"#
        try Data(suite.utf8).write(to: file)
        return shown(try Importer(format: .gx, table: "a.b").read(file.path))
    }

    @Test(arguments: ["nan", "inf", "99999999999999999999", "ten", "-1e400"])
    func `bounds and shares that are no such numbers are left over`(bound: String) throws {
        let bounds = [
            ("expect_column_value_lengths_to_be_between", #""min_value": 1, "max_value""#),
            ("expect_table_row_count_to_equal", #""value""#),
        ]
        for (type, key) in bounds {
            let text = try written(
                #"{"type": "\#(type)", "kwargs": {"column": "x", \#(key): "\#(bound)"}}"#)
            #expect(text.contains("its arguments are not understood"), "\(type)")
        }
        let mostly = try written(
            """
            {"type": "expect_column_values_to_not_be_null", \
            "kwargs": {"column": "x", "mostly": "\(bound)"}}
            """)
        #expect(mostly.contains("its mostly is no share from 0 to 1"))
    }

    @Test func `a count of at least one and a half is one of at least two`() throws {
        let type = "expect_table_row_count_to_be_between"
        let text = try written(
            #"{"type": "\#(type)", "kwargs": {"min_value": 1.5, "max_value": 9.5}}"#)
        #expect(text.contains("RowCount(2...9)"))
    }

    @Test(arguments: [("10.0", true), ("10.5", false)])
    func `lengths of SodaCL are whole numbers or left over`(length: String, isTurned: Bool) throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "assay-import-\(UUID().uuidString).yml")
        defer { try? FileManager.default.removeItem(at: file) }
        let suite = """
            checks for orders:
              - invalid_count(code) = 0:
                  valid format: uuid
                  valid max length: \(length)

            """
        try Data(suite.utf8).write(to: file)
        let text = shown(try Importer(format: .soda).read(file.path))
        #expect(text.contains(#"Length("code", ...10)"#) == isTurned)
        #expect(text.contains("Matches(") == isTurned)
    }

    @Test func `no golden file is forgotten`() throws {
        #expect(try unreferencedGoldens() == [])
    }

    @Test(arguments: [
        (ImportFormat.dbt, "x.yml", "models: [", "this is neither YAML nor JSON", 2),
        (.dbt, "x.yml", "a: 1\nmodels:\n\t- x", "this is neither YAML nor JSON", 3),
        (.dbt, "x.yml", "", "the file is empty", 1),
        (.dbt, "x.yml", "checks for orders:\n  - row_count > 0\n", "holds no suite of dbt", 1),
        (.dbt, "x.yml", "models:\n  - name: a\nmodels: []\n", "a key stands twice: models", 1),
        (.soda, "x.yml", "just a text", "holds no suite of Soda", 1),
        (.soda, "x.yml", "dataset: a/b/c\ncolumns: []\n", "expected `checks for TABLE:`", 1),
        (.gx, "x.json", #"{"results": []}"#, "holds no suite of Great Expectations", 1),
        (.gx, "x.json", #"{"expectations": {"#, "this is neither YAML nor JSON", 2),
        (.gx, "x.json", "[1, 2]", "expected an object with a list of `expectations`", 1),
        (.gx, "x.json", "\u{0}\u{1}\u{2}", "this is neither YAML nor JSON", 1),
    ])
    func `a file that is not what it says is refused with its line`(
        format: ImportFormat, name: String, text: String, sentence: String, line: Int
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "assay-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        let refusal = try #require(throws: Refusal.self) {
            _ = try Importer(format: format).read(file.path)
        }
        #expect(refusal.description.contains(sentence), "\(refusal)")
        #expect(refusal.items.first?.source == SourceLocation(file: file.path, line: line))
    }

    @Test func `bytes that are no text are refused`() throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "assay-import-\(UUID().uuidString).yml")
        try Data([0xFF, 0xFE, 0x00, 0x80]).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let refusal = try #require(throws: Refusal.self) {
            _ = try Importer(format: .soda).read(file.path)
        }
        #expect(refusal.items.map(\.sentence) == ["this is no text in UTF-8"])
    }

    @Test func `a folder without a file of the kind is refused`() throws {
        let refusal = try #require(throws: Refusal.self) {
            _ = try Importer(format: .gx).read("\(Self.fixtures)/dbt")
        }
        #expect(refusal.description == "there is no .json file in \(Self.fixtures)/dbt")
        let missing = try #require(throws: Refusal.self) {
            _ = try Importer(format: .gx).read("/no/such")
        }
        #expect(missing.description == "there is no file and no folder /no/such")
    }
}
