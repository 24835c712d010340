import Assay
import Testing

/// Kinds look at a row in Swift before any database has seen it.
struct EvaluationTests {
    private func expect(
        _ check: any Check, _ evaluation: Evaluation, _ rows: Row...,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        for row in rows {
            #expect(
                check.evaluate(row) == evaluation, "\(row.values)", sourceLocation: sourceLocation)
        }
    }

    /// Evaluates a check of the column `x` on values of it.
    private func expect(
        _ check: any Check, _ evaluation: Evaluation, x values: Value...,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        for value in values {
            #expect(
                check.evaluate(["x": value]) == evaluation, "\(value)",
                sourceLocation: sourceLocation)
        }
    }

    @Test func `required refuses null and blank text`() {
        let check = Required("x")
        expect(check, .satisfied, x: .text("Acme"), .integer(0), .number(0), .boolean(false))
        expect(check, .violated("x is null"), x: .null)
        expect(check, .violated("x is null"), [:])
        expect(check, .violated("x is blank"), x: .text(""), .text("\u{a0}\t\u{200b}"))
        let lenient = Required("x", blank: .accepted)
        expect(lenient, .satisfied, x: .text(" "))
        expect(lenient, .violated("x is null"), x: .null)
    }

    @Test func `required of several columns names the one that is missing`() {
        let check = Required("x", "y")
        expect(check, .satisfied, ["x": .text("a"), "y": .text("b")])
        expect(check, .violated("y is null"), ["x": .text("a")])
    }

    @Test func `normalized refuses other spellings and what has no normal form`() {
        let check = Normalized("x", as: .domain)
        let broken = Evaluation.violated("x is not \(Normalizer.domain.phrase)")
        expect(check, .satisfied, x: .text("acme.com"))
        expect(check, broken, x: .text("https://acme.com"), .text(""), .text("ACME.com"))
        expect(check, .outOfScope, x: .null)
        let pair = Normalized("x", "y", as: .trimmed)
        expect(pair, .satisfied, ["x": .text("a")], ["y": .text("b")])
        expect(
            pair, .violated("y is not \(Normalizer.trimmed.phrase)"),
            ["x": .text("a"), "y": .text("b ")])
    }

    @Test func `one of a list compares the text of a value`() {
        let check = OneOf("x", "manual", "7", "true")
        expect(check, .satisfied, x: .text("manual"), .integer(7), .number(7), .boolean(true))
        expect(
            check, .violated("x is not manual, 7 or true"), x: .text("Manual"), .text(""),
            .integer(8))
        expect(check, .outOfScope, x: .null)
        expect(OneOf("x", in: "core.sources.name"), .notEvaluable, x: .text("manual"))
    }

    @Test func `matches evaluates LIKE patterns and leaves regular expressions alone`() {
        let check = Matches("x", like: "http://_%", "https://_%")
        expect(check, .satisfied, x: .text("https://a"), .text("http://a"))
        expect(
            check, .violated("x is not like http://_% or https://_%"), x: .text("https://"),
            .text(" http://a"))
        expect(check, .outOfScope, x: .null)
        expect(Matches("x", "^http"), .notEvaluable, x: .text("http"))
    }

    @Test func `in range includes its bounds`() {
        let check = InRange("x", 1...5)
        let broken = Evaluation.violated("x is not between 1 and 5")
        expect(check, .satisfied, x: .integer(1), .integer(5), .number(5), .number(1.5))
        expect(check, broken, x: .integer(0), .number(5.01), .number(-.infinity))
        expect(check, .outOfScope, x: .null)
        expect(check, .notEvaluable, x: .text("3"))
        expect(InRange("x", 1...), .satisfied, x: .number(.infinity))
        expect(InRange("x", ...5), .satisfied, x: .integer(-9))
        expect(InRange("x", from: "2026-01-01"), .notEvaluable, x: .integer(1))
    }

    @Test func `not a number is larger than any number, as in PostgreSQL`() {
        expect(
            InRange("x", 1...5), .violated("x is not between 1 and 5"), x: .number(.nan))
        expect(InRange("x", 1...), .satisfied, x: .number(.nan))
    }

    @Test func `length counts code points`() {
        let check = Length("x", 2...3)
        expect(check, .satisfied, x: .text("ab"), .text("日本語"), .text("e\u{301}"))
        expect(
            check, .violated("x does not have 2 to 3 characters"), x: .text("é"), .text(""),
            .text("abcd"))
        expect(check, .outOfScope, x: .null)
        expect(Length("x", ...1), .satisfied, x: .text(""))
    }

    @Test func `a shared host is known with what stands before it`() {
        let check = SharedHost("x")
        expect(check, .satisfied, x: .text("acme.com"), .text("acme.wordpress.com"))
        expect(
            check, .violated("x is a host that many companies share"), x: .text("bit.ly"),
            .text("docs.google.com"), .text("wordpress.com"))
        expect(check, .outOfScope, x: .null)
    }

    @Test func `implies looks at the conclusion where the premise holds`() {
        let check = Implies(.isTrue("sent"), then: .present("x"))
        let sent = ("sent", Value.boolean(true))
        expect(check, .satisfied, Row([sent.0: sent.1, "x": .text("Acme")]))
        expect(
            check, .violated("where sent, x is present"), Row([sent.0: sent.1]),
            Row([sent.0: sent.1, "x": .text(" ")]))
        expect(check, .outOfScope, ["sent": .boolean(false)], [:])
        let half = Implies(.isTrue("sent"), then: "x <> ''")
        expect(half, .notEvaluable, Row([sent.0: sent.1]))
        expect(half, .outOfScope, [:])
        expect(Implies("sent", then: .present("x")), .notEvaluable, [:])
    }

    @Test func `a scope decides first`() {
        let check = Required("x").where(.isTrue("sent"))
        expect(check, .violated("x is null"), ["sent": .boolean(true)])
        expect(check, .outOfScope, ["sent": .boolean(false)], ["sent": .null], [:])
        expect(Required("x").where("sent"), .notEvaluable, x: .text("a"), .null)
    }

    @Test func `kinds that look at other rows leave it to the database`() {
        let checks: [any Check] = [
            Unique(by: "x"), References("x", in: "core.companies.name"), RowCount(1...),
            Fresh("x", within: .hours(1)), PoisonedDomain("x", names: "x"),
            NoRows("x") { "SELECT 1" }, Resolvable("x") { "SELECT 1" },
        ]
        for check in checks { expect(check, .notEvaluable, x: .text("Acme"), .null) }
    }

    @Test(
        arguments: [
            (Condition.isTrue("t"), true), (.isTrue("f"), false), (.isTrue("n"), false),
            (.isFalse("f"), true), (.isFalse("n"), false), (.isNull("n"), true),
            (.isNull("absent"), true), (.isNull("t"), false), (.present("seven"), true),
            (.present("blank"), false), (.present("n"), false), (.equals("seven", "7"), true),
            (.equals("n", ""), false), (.equals("t", "true"), true),
            (.isOneOf("seven", ["6", "7"]), true), (.isOneOf("n", ["6"]), false),
            (.not(.isTrue("n")), true), (.not("a"), nil),
            (.all([.isTrue("t"), .isTrue("f"), "a"]), false), (.all([.isTrue("t"), "a"]), nil),
            (.any([.isTrue("t"), "a"]), true), (.any([.isTrue("f"), "a"]), nil), ("a", nil),
        ] as [(Condition, Bool?)])
    func `a condition holds for a row, does not, or is the database's to say`(
        condition: Condition, answer: Bool?
    ) {
        let row: Row = [
            "t": .boolean(true), "f": .boolean(false), "blank": .text("\u{3000}"), "n": .null,
            "seven": .integer(7),
        ]
        #expect(condition.holds(for: row) == answer)
    }
}
