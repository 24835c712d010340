import Assay

/// What a company's profile says, as the tables ask for it.
extension Context {
    /// The profile inside the payload.
    var profile: Item { payload.item("raw_payload") }

    /// Its technologies, by the names that are compared.
    var technologies: [Reading] {
        profile.items("technologies").map { item in
            item.itself.map { text in
                switch Normalizer.name.normalize(text) {
                case .normal(let name): .success(name)
                case .none(let reason): .failure(.init("is no name: \(reason)"))
                }
            }
        }
    }

    /// Its industry, as we call it.
    var industry: Reading {
        profile.text("industry").meaning(
            in: known(.industries), of: "reference.industry_lookup")
    }

    // MARK: Lists

    /// The elements of a list as rows of an extracted table.
    func brokenOut(_ list: String, _ column: String) -> [Draft] {
        profile.items(list).map { brokenOut($0.path, column, $0.itself) }
    }

    /// One element as a row of an extracted table.
    func brokenOut(_ path: String, _ column: String, _ reading: Reading) -> Draft {
        Draft(path, ["raw_id": .of(rawID), "domain": .of(subject), column: reading])
    }

    /// The elements of a list as rows of a core table.
    func listed(_ list: String, _ column: String) -> [Draft] {
        profile.items(list).map { Draft($0.path, ["domain": .of(subject), column: $0.itself]) }
    }

    /// A row of a core table that has one row a company, or one a company and source.
    func sourced(_ row: Columns<Reading>) -> [Draft] {
        [Draft("", row.merging(["domain": .of(subject), "source": .of("companyenrich")]))]
    }

    // MARK: Money

    /// Its funding rounds.
    var rounds: [Item] { profile.item("financial").items("funding") }

    /// A round as both tables of rounds hold it.
    func round(_ round: Item) -> Columns<Reading> {
        [
            "domain": .of(subject), "funding_date": round.date("date"),
            "funding_type": round.text("type"), "amount": round.number("amount"),
            "investors": round.text("from"),
        ]
    }

    /// Who put money into which round.
    var roundInvestors: [(Item, Reading)] {
        rounds.flatMap { round in
            Investors.names(in: round.text("from").text ?? "").map { name in
                (round, Reading(.string(name), at: round.place("from")))
            }
        }
    }

    // MARK: One row a company

    /// The profile, flattened.
    var profileRow: Columns<Reading> {
        let (location, financial) = (profile.item("location"), profile.item("financial"))
        return [
            "raw_id": .of(rawID), "domain": .of(subject), "name": companyName,
            "type": profile.lowercased("type"), "website": profile.text("website"),
            "revenue": profile.text("revenue"), "employees": profile.text("employees"),
            "industry": profile.text("industry"), "industries": profile.texts("industries"),
            "description": profile.text("description"),
            "seo_description": profile.text("seo_description"),
            "founded_year": profile.number("founded_year"),
            "page_rank": profile.number("page_rank"), "logo_url": profile.text("logo_url"),
            "categories": profile.texts("categories"), "keywords": profile.texts("keywords"),
            "technologies": profile.texts("technologies"),
            "naics_codes": profile.texts("naics_codes"),
            "city": location.item("city").text("name"),
            "state": location.item("state").text("name"),
            "country": location.item("country").text("name"),
            "total_funding": financial.number("total_funding"),
            "funding_stage": financial.text("funding_stage"),
            "funding_date": financial.date("funding_date"),
            "stock_symbol": financial.text("stock_symbol"),
            "stock_exchange": financial.text("stock_exchange"),
            "source_updated_at": profile.time("updated_at"),
        ]
    }

    /// Its addresses on social networks; `nil` where it has none.
    func socials(_ more: String...) -> Columns<Reading>? {
        let socials = profile.item("socials")
        let columns = [
            "linkedin_url", "twitter_url", "facebook_url", "github_url", "youtube_url",
            "instagram_url", "crunchbase_url", "g2_url", "angellist_url",
        ]
        var row = Columns<Reading>()
        for column in columns { row[column] = socials.text(column) }
        for column in more { row[column] = socials.code(column) }
        guard row.contains(where: { $0.value.value != nil }) else { return nil }
        row["domain"] = .of(subject)
        return row
    }

    /// Where it sits, with all that is said of it; `nil` where nothing is.
    var extractedLocation: Columns<Reading>? {
        let location = profile.item("location")
        let (city, state, country) = (
            location.item("city"), location.item("state"), location.item("country")
        )
        var row: Columns<Reading> = [
            "address": location.text("address"), "phone": location.code("phone"),
            "postal_code": location.code("postal_code"), "city": city.text("name"),
            "latitude": city.number("latitude"), "longitude": city.number("longitude"),
            "state": state.text("name"), "state_code": state.text("code"),
            "country": country.text("name"), "country_code": country.text("code"),
        ]
        guard row.contains(where: { $0.value.value != nil }) else { return nil }
        row["domain"] = .of(subject)
        row["raw_id"] = .of(rawID)
        return row
    }

    /// Where it sits; `nil` where nothing is said of it.
    var location: Columns<Reading>? {
        let location = profile.item("location")
        let parts = ["city", "state", "country"].map { location.item($0).text("name") }
        guard parts.contains(where: { $0.value != nil }) else { return nil }
        return [
            "domain": .of(subject), "city": parts[0], "state": parts[1], "country": parts[2],
            "raw_location": .of(parts.compactMap(\.text).joined(separator: ", ")),
            "raw_country": parts[2], "has_city": .of(parts[0].value != nil),
            "has_state": .of(parts[1].value != nil),
        ]
    }
}

/// The investors of a round, as the vendor writes them: one text, commas between.
enum Investors {
    /// Their names; a legal form after a comma belongs to the name before it.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        for part in text.split(separator: ",") {
            guard let name = Item.trimmed(String(part)) else { continue }
            if let last = names.last, forms.contains(Array(name.lowercased().utf8)) {
                names[names.count - 1] = "\(last) \(name)"
            } else {
                names.append(name)
            }
        }
        var seen: Set<[UInt8]> = []
        return names.filter { seen.insert(Array($0.utf8)).inserted }
    }

    private static let forms: Set<[UInt8]> = Set(
        [
            "inc", "inc.", "llc", "l.l.c.", "ltd", "ltd.", "limited", "lp", "l.p.", "llp", "plc",
            "gmbh", "co", "co.", "corp", "corp.", "s.a.", "b.v.",
        ].map { (form: String) in Array(form.utf8) })
}

/// What a company earns, as the vendor writes it: `10m-50m`, `under-1m`, `over-1b`.
enum RevenueRange {
    /// The upper end in dollars; `nil` where it has none.
    static func upperEnd(of text: String) -> Int? {
        let text = text.lowercased()
        guard !text.hasPrefix("over"), let last = text.split(separator: "-").last else {
            return nil
        }
        let units: [Character: Int] = ["k": 1_000, "m": 1_000_000, "b": 1_000_000_000]
        guard let unit = last.last.flatMap({ units[$0] }), let number = Int(last.dropLast()),
            number >= 0, number < 1_000_000
        else { return nil }
        return number * unit
    }
}
