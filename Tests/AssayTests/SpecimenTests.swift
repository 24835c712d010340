import Testing

@testable import Assay

/// What kinds say breaks them, before any database has seen it.
struct SpecimenTests {
    @Test(arguments: Normalizer.all)
    func `a spelling is normal or not, and is told apart by its number alone`(form: Normalizer) {
        for number in 0...12 {
            let normal = form.spelling(number, isNormal: true)
            let other = form.spelling(number, isNormal: false)
            #expect(form.isNormalized(normal), "\(normal)")
            #expect(!form.isNormalized(other), "\(other)")
            #expect(form.key(normal) == form.key(other) && form.key(normal) != nil)
            #expect(form.key(normal) != form.key(form.spelling(number + 1, isNormal: true)))
        }
    }

    @Test(
        arguments: [
            ("^[0-9]{2,6}$", "00"), ("^[^,]+$", "a"), ("^[A-Z][a-z]+( (Inc|Ltd)[.]?)?$", "Aa"),
            (#"^\d{4}-\d\d$"#, "0000-00"), ("a|bc|", ""), ("^(?:ab){2}c*?d+?$", "ababd"),
            (#"^[^a-zA-Z0-9\s]$"#, "-"), ("^[]x]$", "]"), ("^[x-]$", "-"), (#"^a\.b\$$"#, "a.b$"),
            ("^[^a0A .-]$", nil), ("(?=x)y", nil), (#"(a)\1"#, nil), ("[[:alpha:]]", nil),
            ("a(b", nil),
            ("a)b", nil), ("*a", nil), ("a{x}", nil), (#"\m"#, nil), ("[", nil), ("a\\", nil),
        ] as [(String, String?)])
    func `the shortest match of a regular expression`(regex: String, text: String?) {
        #expect(ShortestMatch(of: regex)?.text == text)
    }

    @Test(
        arguments: [
            (
                "a >= b", [["a": .sample(1), "b": .sample(1)]],
                [["a": .sample(1), "b": .sample(2)]]
            ),
            ("a < 'x y'", nil, nil),
            ("a <> 'x'", [["a": .unlike(["x"])]], [["a": .text("x")]]),
            ("a > 5", [["a": .above("5")]], [["a": .text("5")]]),
            ("a = e", [[:]], [[:]]),
            ("length(a) > 5", nil, nil),
        ] as [(String, [[String: Specimen.Value]]?, [[String: Specimen.Value]]?)])
    func `a comparison in SQL is understood where it is simple`(
        sql: String, holds: [[String: Specimen.Value]]?, fails: [[String: Specimen.Value]]?
    ) {
        let condition = Condition(stringLiteral: sql)
        #expect(condition.isUnderstood == (holds != nil))
        #expect(condition.cases(true, in: context) == holds ?? [[:]])
        #expect(condition.cases(false, in: context) == fails ?? [[:]])
    }

    @Test func `the cases of a condition hold, and those of its negation do not`() throws {
        let conditions: [Condition] = [
            .isTrue("c"), .isFalse("c"), .isNull("a"), .present("a"), .equals("a", "x"),
            .isOneOf("a", ["x", "y"]), .not(.present("a")),
            .all([.isTrue("c"), .present("a"), .not(.equals("a", "x"))]),
            .any([.all([.isTrue("c"), .isNull("a")]), .equals("a", "x")]),
        ]
        for condition in conditions {
            for truth in [true, false] {
                let cases = condition.cases(truth, in: context)
                #expect(!cases.isEmpty)
                for values in cases {
                    #expect(condition.holds(for: row(values)) == truth, "\(condition) \(values)")
                }
            }
        }
        let never = Condition.all([.isTrue("c"), .isFalse("c")])
        #expect(never.cases(true, in: context) == [])
    }

    @Test func `what breaks a check breaks it in Swift too, and what keeps it keeps it`() throws {
        let checks: [any Check] = [
            Required("a"), Required("a", blank: .accepted), Normalized("a", as: .email),
            OneOf("a", "x", "y"), Matches("a", like: "x_%", "%z"), Length("a", 2...3),
            SharedHost("a"), Implies(.present("a"), then: .isTrue("c")),
            Required("a").where(.equals("b", "x")), Length("a", 0...3).where(.present("a")),
        ]
        for check in checks {
            guard case .made(let specimens) = check.proof(in: context) else {
                Issue.record("\(check.sentence) has no specimens")
                continue
            }
            for specimen in specimens {
                for row in rows(specimen.violating) {
                    guard case .violated = check.evaluate(row) else {
                        Issue.record("\(check.sentence) is kept by \(row.values)")
                        continue
                    }
                }
                for row in rows(specimen.boundary) {
                    #expect(check.evaluate(row) == .satisfied, "\(check.sentence) \(row.values)")
                }
            }
        }
    }

    @Test func `what the author says goes before what the kind knows`() {
        let check = Required("a").violated(by: "DELETE FROM t", .row("t", ["a": nil, "n": 3]))
            .kept(by: .rows(2, of: "t", ["a": "x", "c": true, "d": .ago(.hours(1))]))
        let steps: [Specimen.Step] = [
            .statement("DELETE FROM t"),
            .rows(.init(["a": .null, "n": .text("3")], of: TableName("t"))),
        ]
        let kept = Specimen.Step.rows(
            .init(
                ["a": .text("x"), "c": .text("true"), "d": .ago(3_600)], of: TableName("t"),
                count: 2))
        #expect(
            check.proof(in: context)
                == .made([.init("as declared", violating: steps, boundary: [kept], violations: nil)]
                ))
    }

    private let context = CheckContext(
        table: TableName("t"),
        shapes: [
            TableName("t"): TableShape(
                columns: ["a", "b"].map {
                    .init(name: $0, type: "text", category: .text, isNotNull: false)
                } + [.init(name: "c", type: "boolean", category: .other, isNotNull: false)])
        ])

    private func rows(_ steps: [Specimen.Step]) -> [Row] {
        steps.compactMap { step in
            guard case .rows(let rows) = step else { return nil }
            return row(rows.values)
        }
    }

    /// A row as the database would have it, with `sample` for whatever has a sample value.
    private func row(_ values: [String: Specimen.Value]) -> Row {
        Row(
            values.mapValues { value in
                switch value {
                case .null: .null
                case .text("true"): .boolean(true)
                case .text("false"): .boolean(false)
                case .text(let text): .text(text)
                default: .text("sample")
                }
            })
    }
}
