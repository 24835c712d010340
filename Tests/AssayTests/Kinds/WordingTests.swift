import Assay
import Testing

/// What a kind says of itself, as a person reads it.
struct WordingTests {
    /// A check, what it promises, and what is said when two of nine rows break it.
    struct Wording: Sendable, CustomTestStringConvertible {
        let check: any Check
        let sentence: String
        let headline: String
        var subject: String?
        var measure = Measure(violations: 2, scope: 9)

        var testDescription: String { sentence }
    }

    private static let wordings = [
        Wording(
            check: Required("name"), sentence: "name is required",
            headline: "name is missing in 2 rows of core.companies", subject: "name"),
        Wording(
            check: Normalized("domain", as: .domain),
            sentence: "domain is \(Normalizer.domain.phrase)",
            headline: "domain is not \(Normalizer.domain.phrase) in 2 rows of core.companies",
            subject: "domain"),
        Wording(
            check: Unique(by: .normalized("domain", as: .domain), "name"),
            sentence: "no two rows share domain as a normalised domain and name",
            headline: "2 rows of core.companies share domain and name with another row",
            subject: "domain.domain+name"),
        Wording(
            check: Unique(by: "domain"), sentence: "no two rows share domain",
            headline:
                "5 rows of core.companies share domain with another row; "
                + "3 would go if each kept one",
            subject: "domain", measure: Measure(violations: 5, scope: 9, groups: 2)),
        Wording(
            check: References("domain", in: "core.domains.name"),
            sentence: "domain stands in core.domains.name",
            headline: "core.domains does not know the domain of 2 rows of core.companies",
            subject: "domain"),
        Wording(
            check: References(["a", "b"], in: "core.pairs", columns: ["x", "y"]),
            sentence: "a and b stands in core.pairs.x+y",
            headline: "core.pairs does not know the a and b of 2 rows of core.companies",
            subject: "a+b"),
        Wording(
            check: OneOf("source", "claygent", "manual"), sentence: "source is claygent or manual",
            headline: "source is not claygent or manual in 2 rows of core.companies",
            subject: "source"),
        Wording(
            check: OneOf("industry", in: "reference.industries.name"),
            sentence: "industry is one of reference.industries.name",
            headline:
                "industry is not one of reference.industries.name in 2 rows of core.companies",
            subject: "industry"),
        Wording(
            check: Matches("naics", "^[0-9]+$"), sentence: "naics matches /^[0-9]+$/",
            headline: "naics does not match /^[0-9]+$/ in 2 rows of core.companies",
            subject: "naics"),
        Wording(
            check: Matches("url", like: "https://%", "http://%"),
            sentence: "url is like https://% or http://%",
            headline: "url is not like https://% or http://% in 2 rows of core.companies",
            subject: "url"),
        Wording(
            check: InRange("founded", 1200...2100), sentence: "founded is between 1200 and 2100",
            headline: "founded is not between 1200 and 2100 in 2 rows of core.companies",
            subject: "founded"),
        Wording(
            check: InRange("score", 0.5...1), sentence: "score is between 0.5 and 1",
            headline: "score is not between 0.5 and 1 in 2 rows of core.companies"),
        Wording(
            check: InRange("employees", 1...), sentence: "employees is at least 1",
            headline: "employees is not at least 1 in 2 rows of core.companies"),
        Wording(
            check: InRange("employees", ...9), sentence: "employees is at most 9",
            headline: "employees is not at most 9 in 2 rows of core.companies"),
        Wording(
            check: InRange("day", from: "1990-01-01"), sentence: "day is at least 1990-01-01",
            headline: "day is not at least 1990-01-01 in 2 rows of core.companies"),
        Wording(
            check: Length("name", 1...200), sentence: "name has 1 to 200 characters",
            headline: "name does not have 1 to 200 characters in 2 rows of core.companies"),
        Wording(
            check: Length("name", ...200), sentence: "name has at most 200 characters",
            headline: "name does not have at most 200 characters in 2 rows of core.companies"),
        Wording(
            check: SharedHost("domain"),
            sentence: "domain is not a host that many companies share",
            headline: "domain is a host that many companies share in 2 rows of core.companies"),
        Wording(
            check: PoisonedDomain("domain", names: "name"),
            sentence: "one domain stands on at most 8 different values of name",
            headline:
                "1 domain of core.companies stands on more than 8 different values of name",
            subject: "domain+name", measure: Measure(violations: 9, scope: 9, groups: 1)),
        Wording(
            check: Fresh("created_at", within: .hours(26)),
            sentence: "the newest created_at is at most 26 hours old",
            headline: "core.companies has had no new row within 26 hours", subject: "created_at"),
        Wording(
            check: RowCount(1_000...), sentence: "the table has at least 1,000 rows",
            headline: "core.companies does not have at least 1,000 rows", subject: ""),
        Wording(
            check: RowCount(1...1_000), sentence: "the table has 1 to 1,000 rows",
            headline: "core.companies does not have 1 to 1,000 rows"),
        Wording(
            check: Implies(.isTrue("sent"), then: .present("name")),
            sentence: "where sent, name is present",
            headline: "“where sent, name is present” does not hold in 2 rows of core.companies",
            subject: "sent+name"),
        Wording(
            check: Implies("a > 1", then: "b > \(2)"), sentence: "where a > 1, b > ?",
            headline: "“where a > 1, b > ?” does not hold in 2 rows of core.companies",
            subject: "where-a-1-b"),
        Wording(
            check: NoRows("customers of their own") { "SELECT 1" },
            sentence: "there are no customers of their own",
            headline: "2 customers of their own (core.companies)",
            subject: "customers-of-their-own"),
        Wording(
            check: Resolvable("the lookup") { "SELECT 1" },
            sentence: "the catalog has all that the lookup names",
            headline: "the lookup no longer fits the catalog", subject: "the-lookup"),
        Wording(
            check: Grants(.select, .insert, to: "reader"),
            sentence: "reader may SELECT, INSERT",
            headline: "reader lacks rights on core.companies", subject: "reader"),
        Wording(
            check: Exposed(to: "anon"),
            sentence: "the REST layer exposes the table's schema to anon",
            headline: "anon cannot reach core.companies through the REST layer", subject: "anon"),
        Wording(
            check: Stamped("updated_at"), sentence: "a trigger sets updated_at at every update",
            headline: "no trigger keeps updated_at of core.companies", subject: "updated_at"),
        Wording(
            check: Constrained(.unique("domain", "name")),
            sentence: "a unique key on domain, name stands in the database",
            headline: "a unique key on domain, name does not stand on core.companies",
            subject: "domain+name.unique"),
        Wording(
            check: Constrained(.references("domain", in: "core.domains.name")),
            sentence: "a foreign key from domain to core.domains.name stands in the database",
            headline:
                "a foreign key from domain to core.domains.name does not stand on core.companies",
            subject: "domain.references"),
        Wording(
            check: Agrees(with: "raw.companies", on: "domain", "name", comparing: "size"),
            sentence: "each row stands in raw.companies too by domain and name, with the same size",
            headline: "2 rows of core.companies and raw.companies do not agree",
            subject: "raw.companies"),
        Wording(
            check: Agrees(with: "raw.companies", in: .count, .sum("size")),
            sentence: "the table agrees with raw.companies in count, sum of size",
            headline: "core.companies and raw.companies do not add up to the same",
            subject: "raw.companies+count+sum-of-size"),
        Wording(
            check: Agrees(with: "raw.companies", of: "staging", on: "domain", comparing: "size"),
            sentence:
                "each row stands in raw.companies of staging too by domain, with the same size",
            headline: "2 rows of core.companies and raw.companies of staging do not agree",
            subject: "staging+raw.companies"),
        Wording(
            check: Steady(.rowCount), sentence: "the number of rows is steady",
            headline: "core.companies has an unusual number of rows", subject: "row-count"),
        Wording(
            check: Steady(nullShareOf: "name"), sentence: "the share of nulls in name is steady",
            headline: "core.companies has an unusual share of nulls in name", subject: "name"),
        Wording(
            check: Unchanged(since: "3f9a1c62"),
            sentence: "the table is defined as it was when it was 3f9a1c62",
            headline: "core.companies is not defined as it was", subject: ""),
    ]

    @Test(arguments: wordings)
    func `a kind says what it promises and what is broken`(wording: Wording) {
        #expect(wording.check.sentence == wording.sentence)
        let table = TableName("core.companies")
        #expect(wording.check.headline(wording.measure, of: table) == wording.headline)
        if let subject = wording.subject { #expect(wording.check.subject == subject) }
    }

    @Test func `every kind is worded here`() {
        let worded = Set(Self.wordings.map(\.check.kind))
        #expect(worded == Set(Kinds.all.map { $0.kind }))
    }

    @Test func `a violation is counted in the singular`() {
        let one = Measure(violations: 1, scope: 9, groups: 1)
        let table = TableName("core.companies")
        #expect(
            Required("name").headline(one, of: table)
                == "name is missing in 1 row of core.companies")
    }

    @Test(arguments: [
        (Condition.isFalse("sent"), "not sent"),
        (.isNull("name"), "name is null"),
        (.equals("source", "manual"), "source is manual"),
        (.isOneOf("source", ["a", "b"]), "source is one of a or b"),
        (.not(.present("name")), "not (name is present)"),
        (.all([.isTrue("a"), .isTrue("b")]), "a and b"),
        (.all([.isTrue("a"), .any([.isTrue("b"), .isTrue("c")])]), "a and (b or c)"),
        (.sql("founded  > \("x")"), "founded > ?"),
    ])
    func `a condition is said in words`(condition: Condition, sentence: String) {
        #expect(condition.sentence == sentence)
    }
}
