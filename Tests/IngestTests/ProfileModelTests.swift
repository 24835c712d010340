import AssayTesting
import Ingest
import Postgres
import Testing

/// Random profiles against a model of what core makes of them, policy by policy.
@Suite(.timeLimit(.minutes(15))) struct ProfileModelTests {
    @Test func `random profiles give what the model says, and replays change nothing`() async throws
    {
        var random = SeededGenerator(seed: 5)
        var model: [String: Company] = [:]
        try await TestWarehouse.with { warehouse in
            for index in 0..<30 {
                // At first every company is named: what waits for a name would be taken in by a replay.
                let profile = Profile(
                    &random, naming: index < Profile.domains.count ? Profile.domains[index] : nil)
                model[profile.domain, default: Company()].take(profile)
                let answer = try await warehouse.accept(profile.json, by: .companyEnrich)
                #expect(answer.status == .accepted, "\(profile.json) \(answer.body.text)")
            }
            let expected = model.filter { $0.value.name != nil }
                .map { "\($0.key): \($0.value.words)" }.sorted()
            let found = try await warehouse.values(Self.query).compactMap(\.self)
            #expect(found == expected)

            let before = try await warehouse.contents(stamps: true)
            for _ in 0..<3 {
                let pass = try await warehouse.ingest.replay(
                    .companyEnrich, over: warehouse.connection)
                #expect(pass.counts.inserted + pass.counts.updated == 0 && pass.quarantined == 0)
            }
            let after = try await warehouse.contents(stamps: true)
            #expect(after == before)
            let findings = try await warehouse.findings()
            #expect(findings == [])
        }
    }

    private static let query = """
        SELECT c.domain || ': ' || concat_ws('|', c.name, coalesce(e.employee_range, '-'),
            coalesce(l.city, '-'), coalesce(l.state, '-'), coalesce(l.country, '-'),
            coalesce(d.description, '-'), coalesce(i.matched_industry, '-'),
            coalesce(s.github_url, '-'), coalesce(v.vc_count::text, '-'),
            coalesce((SELECT string_agg(keyword, ',' ORDER BY keyword COLLATE "C")
                FROM core.company_keywords AS k WHERE k.domain = c.domain), '-'))
        FROM core.companies AS c
        LEFT JOIN core.company_employee_range AS e USING (domain)
        LEFT JOIN core.company_locations AS l USING (domain)
        LEFT JOIN core.company_descriptions AS d USING (domain)
        LEFT JOIN core.company_industries AS i USING (domain)
        LEFT JOIN core.company_social_urls AS s USING (domain)
        LEFT JOIN core.company_vc_backed AS v USING (domain)
        ORDER BY 1
        """

    /// What core should know of one company.
    private struct Company {
        var name: String?
        private var size: String?
        private var place: (city: String?, state: String?, country: String?)
        private var description: String?
        private var industry: String?
        private var github: String?
        private var investors: Set<String> = []
        private var keywords: Set<String> = []

        mutating func take(_ profile: Profile) {
            // Without a name, said or known, there is no company to hang anything on.
            guard let name = name ?? profile.name else { return }
            self.name = name
            size = profile.size.flatMap { ["1-10": "1-10", "1K-5K": "1,001-5,000"][$0] } ?? size
            let (city, state, country) = (profile.city, profile.state, profile.country)
            let coversAll =
                (place.city == nil || city != nil) && (place.state == nil || state != nil)
                && country != nil
            if coversAll { place = (city ?? place.city, state ?? place.state, country) }
            if let text = profile.description, text.count >= 10 { description = text }
            if industry == nil {
                industry = profile.industry.flatMap { ["Software": "Software Development"][$0] }
            }
            if let url = profile.github, url.hasPrefix("https://github.com/") { github = url }
            investors.formUnion(profile.investors)
            keywords.formUnion(profile.keywords.filter { $0.count <= 80 })
        }

        var words: String {
            let parts = [
                name, size, place.city, place.state, place.country, description, industry, github,
                investors.isEmpty ? nil : String(investors.count),
                keywords.isEmpty ? nil : keywords.sorted().joined(separator: ","),
            ]
            return parts.map { $0 ?? "-" }.joined(separator: "|")
        }
    }

    /// What a generated profile says.
    private struct Profile {
        let domain: String
        let name, size, city, state, country, description, industry, github: String?
        let investors, keywords: [String]
        let json: String

        static let domains = ["acme.com", "globex.io", "hooli.xyz"]

        init(_ random: inout SeededGenerator, naming named: String?) {
            func pick<Element>(_ elements: [Element]) -> Element {
                elements[Int.random(in: 0..<elements.count, using: &random)]
            }
            func quoted(_ text: String?) -> String {
                text.map { "\"\($0)\"" } ?? pick(["null", "\"\"", "\"  \""])
            }
            domain = named ?? pick(Self.domains)
            name = pick([named == nil ? nil : "First", "Acme", "Acme Inc", "😀"])
            size = pick([nil, "1-10", "1K-5K", "lots"])
            city = pick([nil, "Austin", "Berlin"])
            state = pick([nil, "Texas"])
            country = pick([nil, "United States", "Germany"])
            description = pick([nil, "short", "Makes anvils.", "Makes rockets."])
            industry = pick([nil, "Software", "Alchemy"])
            github = pick([nil, "https://github.com/acme", "https://github.com/globex", "acme"])
            investors = (0..<pick([0, 1, 3])).map { _ in pick(["Oak", "Blue Hill", "Mill Road"]) }
            keywords = (0..<pick([0, 2, 4])).map { _ in
                pick(["a", "b c", "שלום", String(repeating: "k", count: 81)])
            }
            let rounds =
                investors.isEmpty
                ? "[]"
                : """
                [{"date": "2020-01-0\(pick([1, 2]))", "type": "Seed", "amount": \(pick(["1", "1e6", "null"])),
                "from": "\(investors.joined(separator: " , "))"}, {"type": "Series A", "from": "Lost"}]
                """
            json = """
                {"domain": "https://\(domain)/", "raw_payload": {"name": \(quoted(name)),
                "employees": \(quoted(size)), "description": \(quoted(description)),
                "industry": \(quoted(industry)), "location": {"city": {"name": \(quoted(city))},
                "state": \(state == nil ? "null" : "{\"name\": \(quoted(state))}"),
                "country": {"name": \(quoted(country))}}, "socials": {"github_url": \(quoted(github))},
                "financial": {"funding": \(rounds)},
                "keywords": [\(keywords.map { quoted($0) }.joined(separator: ", "))]}}
                """
        }
    }
}
