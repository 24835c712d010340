import Assay
import Testing

/// A check on `core.things`, what it accepts, what it refuses, and what holds it once it is locked in.
struct LockCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let checks: @Sendable () -> [any Check]
    /// The columns of the table beside its `id`.
    let columns: String
    /// Rows that are there, and one at the edge of what is accepted: the values of those columns.
    let accepted: [String]
    /// Rows that break the promise.
    let refused: [String]
    /// What proves each check then.
    let proofs: [String]
    /// Whether the catalog alone proves it, without Assay's mark.
    var isPlain = false

    init(
        _ name: String, _ columns: String, accepted: [String], refused: [String],
        proofs: [String], isPlain: Bool = false,
        @CheckBuilder checks: @escaping @Sendable () -> [any Check]
    ) {
        testDescription = name
        self.columns = columns
        self.accepted = accepted
        self.refused = refused
        self.proofs = proofs
        self.isPlain = isPlain
        self.checks = checks
    }

    /// The table, its rows, and what they may refer to.
    var schema: String {
        """
        CREATE SCHEMA core;
        CREATE TABLE core.parents (code text UNIQUE, id int PRIMARY KEY);
        INSERT INTO core.parents VALUES ('a', 1), ('b', 2);
        CREATE UNIQUE INDEX ON core.parents (id, code);
        CREATE TABLE core.things (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \(columns));
        \(accepted.dropLast().map { "\(insert($0));" }.joined(separator: "\n"))
        """
    }

    /// The statement that adds a row.
    func insert(_ values: String) -> String {
        let names = columns.split(separator: ",").compactMap { $0.split(separator: " ").first }
        return "INSERT INTO core.things (\(names.joined(separator: ", "))) VALUES (\(values))"
    }

    static let all: [LockCase] = [
        LockCase(
            "a text that is required", "name text", accepted: ["'Acme'", "'!'"],
            refused: ["NULL", "''", "E' \\t\\u00a0'"], proofs: ["constraint things_name_required"]
        ) { Required("name") },
        LockCase(
            "a text that is NOT NULL already", "name text NOT NULL", accepted: ["'Acme'", "'~'"],
            refused: ["' '"], proofs: ["constraint things_name_required"]
        ) { Required("name") },
        LockCase(
            "a number that is required", "n int", accepted: ["1", "0"], refused: ["NULL"],
            proofs: ["NOT NULL on n"], isPlain: true
        ) { Required("n") },
        LockCase(
            "a text that is required where it is in scope", "name text, done boolean",
            accepted: ["'Acme', true", "NULL, false", "NULL, NULL"], refused: ["NULL, true"],
            proofs: ["constraint things_name_required"]
        ) { Required("name").where(.isTrue("done")) },
        LockCase(
            "a domain", "domain text", accepted: ["'acme.example'", "'a.co'", "NULL"],
            refused: ["'https://acme.example'", "'ACME.example'", "'acme.example '", "''"],
            proofs: ["constraint things_domain_normalized"]
        ) { Normalized("domain", as: .domain) },
        LockCase(
            "a web address", "url text", accepted: ["'https://acme.example/a'"],
            refused: ["'acme.example'"], proofs: ["constraint things_url_normalized"]
        ) { Normalized("url", as: .url) },
        LockCase(
            "a plain key", "a int, b text", accepted: ["1, 'x'", "1, 'y'", "1, NULL", "1, NULL"],
            refused: ["1, 'x'"], proofs: ["unique index things_a_b_key"], isPlain: true
        ) { Unique(by: "a", "b") },
        LockCase(
            "a key over domains that stand in their form", "domain text, name text",
            accepted: ["'a.example', 'x'", "'a.example', 'y'", "NULL, 'x'", "NULL, 'x'"],
            refused: ["'a.example', 'x'", "'www.a.example', 'z'"],
            proofs: [
                "constraint things_domain_normalized",
                "unique index things_domain_name_key and constraint things_domain_normalized",
            ]
        ) {
            Normalized("domain", as: .domain)
            Unique(by: .normalized("domain", as: .domain), "name")
        },
        LockCase(
            "a key over names that stand in their form", "name text",
            accepted: ["'Acme'", "'Acme Inc'"], refused: ["'ACME'", "'acme'"],
            proofs: ["constraint things_name_normalized", "unique index things_name_key"]
        ) {
            Normalized("name", as: .name)
            Unique(by: .normalized("name", as: .name))
        },
        LockCase(
            "a key over a form that stands in an index", "code text",
            accepted: ["'ab'", "'AB c'", "NULL"], refused: ["'AB'", "'ab'"],
            proofs: ["unique index things_code_key"]
        ) { Unique(by: .normalized("code", as: .lowercase)) },
        LockCase(
            "a key of some rows", "a int, live boolean",
            accepted: ["1, true", "1, false", "1, NULL", "2, true"], refused: ["1, true"],
            proofs: ["unique index things_a_key"]
        ) { Unique(by: "a").where(.isTrue("live")) },
        LockCase(
            "a reference", "parent int", accepted: ["1", "2", "NULL"], refused: ["3"],
            proofs: ["foreign key things_parent_fkey"], isPlain: true
        ) { References("parent", in: "core.parents.id") },
        LockCase(
            "a reference of the rows in scope", "parent int, live boolean",
            accepted: ["1, true", "3, false", "3, NULL", "NULL, true", "4, false"],
            refused: ["3, true"], proofs: ["foreign key things_parent_fkey"]
        ) { References("parent", in: "core.parents.id").where(.isTrue("live")) },
        LockCase(
            "a reference by two columns of the rows in scope",
            "parent int, code text, live boolean",
            accepted: ["1, 'a', true", "1, 'b', false", "1, NULL, true", "2, 'b', true"],
            refused: ["1, 'b', true"], proofs: ["foreign key things_parent_code_fkey"]
        ) {
            References(["parent", "code"], in: "core.parents", columns: ["id", "code"])
                .where(.isTrue("live"))
        },
        LockCase(
            "a vocabulary", "kind text", accepted: ["'it''s'", "'b\\c'", "NULL"],
            refused: ["'B\\C'", "''"], proofs: ["constraint things_kind_one_of"]
        ) { OneOf("kind", "it's", "b\\c") },
        LockCase(
            "a vocabulary in a table", "kind text", accepted: ["'a'", "'b'", "NULL"],
            refused: ["'c'"], proofs: ["foreign key things_kind_fkey"], isPlain: true
        ) { OneOf("kind", in: "core.parents.code") },
        LockCase(
            "a shape", "code text", accepted: ["'12'", "'123456'", "NULL"],
            refused: ["'1'", "'1234567'", "E'12\\n'"], proofs: ["constraint things_code_matches"]
        ) { Matches("code", #"^\d{2,6}$"#) },
        LockCase(
            "a pattern", "url text", accepted: ["'https://a/b'", "'http://a/b'"],
            refused: ["'ftp://a/b'", "'https://'"], proofs: ["constraint things_url_matches"]
        ) { Matches("url", like: "https://_%/_%", "http://_%/_%") },
        LockCase(
            "a range", "year int", accepted: ["1200", "2100", "NULL"], refused: ["1199", "2101"],
            proofs: ["constraint things_year_in_range"]
        ) { InRange("year", 1200...2100) },
        LockCase(
            "a range of days", "day date", accepted: ["'1990-01-01'", "NULL"],
            refused: ["'1989-12-31'"], proofs: ["constraint things_day_in_range"]
        ) { InRange("day", from: "1990-01-01") },
        LockCase(
            "a length", "name text", accepted: ["'é'", "repeat('é', 20)", "NULL"],
            refused: ["''", "repeat('é', 21)"], proofs: ["constraint things_name_length"]
        ) { Length("name", 1...20) },
        LockCase(
            "a consequence", "sent boolean, name text, at timestamptz",
            accepted: ["true, 'a', NULL", "false, NULL, NULL", "NULL, NULL, NULL"],
            refused: ["true, NULL, NULL", "true, ' ', NULL"],
            proofs: ["constraint things_sent_name_implies"]
        ) { Implies(.isTrue("sent"), then: .present("name")) },
        LockCase(
            "a consequence in SQL", "a timestamptz, b timestamptz",
            accepted: ["'2026-01-01Z', '2026-01-01Z'", "NULL, NULL", "NULL, '2026-01-01Z'"],
            refused: ["'2026-01-02Z', '2026-01-01Z'", "'2026-01-02Z', NULL"],
            proofs: ["constraint things_in_order_implies"]
        ) { Implies(.present("a"), then: "things.b >= things.a -- so\n").named("in-order") },
        LockCase(
            "a host that nobody shares", "domain text", accepted: ["'acme.example'", "NULL"],
            refused: ["'bit.ly'", "'docs.google.com'"],
            proofs: [
                "constraint things_domain_normalized", "constraint things_domain_shared_host",
            ]
        ) {
            Normalized("domain", as: .domain)
            SharedHost("domain")
        },
    ]
}
