import Testing

@testable import Assay

/// Numbers, moments and lists as a person reads them.
struct TextTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (-999, "-999"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `whole numbers have commas between thousands`(number: Int, text: String) {
        #expect(number.grouped == text)
    }

    @Test func `a number and its noun agree`() {
        #expect(1.counted("row") == "1 row")
        #expect(0.counted("row") == "0 rows")
        #expect(10_982.counted("row") == "10,982 rows")
        #expect(2.counted("company", "companies") == "2 companies")
    }

    @Test(arguments: [
        (0.0, "0"), (3.0, "3"), (-0.0, "0"), (0.5, "0.5"), (-2.25, "-2.25"), (1e16, "1e+16"),
        (999_999_999_999_999.0, "999999999999999"), (.infinity, "inf"), (1e-7, "1e-07"),
    ])
    func `numbers lose a trailing point and zero`(number: Double, text: String) {
        #expect(number.plain == text)
    }

    @Test(arguments: [
        (0.0, 2, "0.00"), (0.005, 2, "0.01"), (0.999, 2, "1.00"), (99.995, 2, "100.00"),
        (1.05, 2, "1.05"), (-0.001, 2, "0.00"), (-1.5, 1, "-1.5"), (12.5, 0, "13"),
        (123_456.7, 0, "123457"), (.infinity, 2, "inf"), (1e16, 2, "1e+16"),
    ])
    func `numbers have as many digits as asked for`(number: Double, digits: Int, text: String) {
        #expect(number.fixed(digits) == text)
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"),
        (1_800_000_000, "2027-01-15T08:00:00Z"),
        (951_782_399.999, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (-0.5, "1969-12-31T23:59:59Z"),
        (-86_400, "1969-12-31T00:00:00Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ])
    func `a moment is written in UTC`(seconds: Double, text: String) {
        #expect(Timestamp.text(seconds) == text)
    }

    @Test func `a moment fits a file's name`() {
        #expect(Timestamp.fileName(1_800_000_000) == "2027-01-15-080000")
    }

    @Test(arguments: [
        ([], "nothing"), (["a"], "a"), (["a", "b"], "a or b"),
        (["a", "b", "c", "d", "e", "f"], "a, b, c, d, e or f"),
        (["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more"),
    ])
    func `a list is read aloud, and cut where it is long`(values: [String], text: String) {
        #expect(values.inWords == text)
    }

    @Test(arguments: [
        (60.0, "1 minute"), (120, "2 minutes"), (7_199, "119 minutes"), (7_200, "2 hours"),
        (172_799, "47 hours"), (172_800, "2 days"), (.infinity, "longer than any calendar"),
    ])
    func `an age has the unit that fits it`(seconds: Double, text: String) {
        #expect(seconds.asAge == text)
    }

    @Test(arguments: [
        (Tolerance.rows(1), "1 row"), (.rows(1_200), "1,200 rows"), (.percent(0.5), "0.5 %"),
        (.percent(2), "2 %"),
    ])
    func `a tolerance says its unit`(tolerance: Tolerance, text: String) {
        #expect(tolerance.description == text)
    }

    @Test func `an age says its unit`() {
        #expect(Age.hours(26).description == "26 hours")
        #expect(Age.minutes(1).description == "1 minute")
        #expect(Age.days(1.5).description == "1.5 days")
        #expect(Age.days(1.5).seconds == 129_600)
    }

    @Test(arguments: [
        ("Customers that are their own customer", "customers-that-are-their-own-customer"),
        ("  a -- b! ", "a-b"), ("", "untitled"), ("日本 A", "日本-a"),
    ])
    func `a title becomes part of an identity`(title: String, slug: String) {
        #expect(Slug.make(title) == slug)
    }

    @Test func `a sample names its rows`() {
        #expect(Sample(keys: [[Field("id", "118")]]).sentence == "id 118")
        let group = Sample(keys: [[Field("id", "1")], [Field("id", nil)]], more: 1_200)
        #expect(group.sentence == "id 1, null and 1,200 more")
        let pair = [Field("domain", "acme.com"), Field("name", "Acme")]
        #expect(Sample(keys: [pair]).sentence == "domain, name (acme.com, Acme)")
        #expect(Sample(keys: []).sentence == "")
    }

    @Test func `a measure says how many of how many`() {
        #expect(
            Measure(violations: 14, scope: 52_310).sentence == "14 of 52,310 rows (0.03 %)")
        #expect(
            Measure(violations: 1, scope: 50_000).sentence == "1 of 50,000 rows (under 0.01 %)")
        #expect(Measure(violations: 0, scope: 1).sentence == "0 of 1 row (0.00 %)")
        #expect(Measure(violations: 0, scope: 0).sentence == "0 of 0 rows (0.00 %)")
        let parts = Measure(
            violations: 3, scope: 4, parts: [.init("null", 3), .init("blank", 0)])
        #expect(parts.sentence == "3 of 4 rows (75.00 %): 3 null")
        let single = Measure(violations: 3, scope: 4, parts: [.init("dirty", 3)])
        #expect(single.sentence == "3 of 4 rows (75.00 %)")
        let groups = Measure(violations: 5, scope: 10, groups: 2)
        #expect(groups.sentence == "5 of 10 rows (50.00 %) in 2 groups")
        #expect(groups.surplus == 3)
        #expect(Measure(violations: 1, scope: 1, observed: "seen").sentence == "seen")
    }
}
