import Postgres

/// What a column's name says that it holds.
enum Meaning: Sendable, Hashable {
    case email, domain, url, name, slug, country, currency
    case quantity, percentage, latitude, longitude, year
    /// A moment that has passed: `created_at`.
    case past
    /// A moment at which a row came: `created_at`, `received_at`.
    case arrival
    /// Words about a person or a place, of which a list must not be made.
    case personal
    case nothing

    /// Reads a name.
    init(of column: Column) {
        let words = column.name.words
        let last = words.last ?? ""
        func has(_ some: String...) -> Bool { some.contains { words.contains($0) } }
        switch column.category {
        case .text:
            if last == "email" || last == "mail" || column.name.lowercased().hasSuffix("email") {
                self = .email
            } else if last == "domain" || last == "hostname" {
                self = .domain
            } else if ["url", "urls", "uri", "href", "link", "website", "homepage"].contains(last) {
                self = .url
            } else if last == "slug" {
                self = .slug
            } else if words == ["country", "code"] || words.suffix(2) == ["country", "code"] {
                self = .country
            } else if last == "currency" || words.suffix(2) == ["currency", "code"] {
                self = .currency
            } else if has(
                "phone", "tel", "fax", "address", "street", "city", "town", "zip", "zipcode",
                "postcode", "person", "user", "username", "login", "note", "notes", "comment",
                "password", "hash", "token", "secret", "key", "ip", "surname", "birth", "gender",
                "religion", "nationality", "diagnosis", "ssn", "iban")
            {
                self = .personal
            } else if ["name", "title", "label"].contains(last) {
                self = .name
            } else {
                self = .nothing
            }
        case .numeric:
            if last == "lat" || last == "latitude" {
                self = .latitude
            } else if ["lng", "lon", "long", "longitude"].contains(last) {
                self = .longitude
            } else if has("percent", "percentage", "pct") {
                self = .percentage
            } else if last == "year" {
                self = .year
            } else if has(
                "count", "quantity", "qty", "amount", "price", "total", "size", "age", "employees",
                "cost", "duration", "length", "weight", "height", "width", "number", "cap")
            {
                self = .quantity
            } else {
                self = .nothing
            }
        case .timestamp, .date:
            if has("created", "inserted", "received", "ingested", "loaded", "imported", "fetched") {
                self = .arrival
            } else if has(
                "updated", "modified", "changed", "registered", "deleted", "processed", "sent",
                "completed", "founded", "born", "birth")
            {
                self = .past
            } else {
                self = .nothing
            }
        default:
            self = .nothing
        }
    }
}

extension String {
    /// The words of a name in lower case: `companyDomain` and `company_domain` are two.
    var words: [String] {
        var words: [String] = [""]
        var last: Character = " "
        for character in self {
            let isPart = character.isLetter || character.isWholeNumber
            let begins = character.isUppercase && last.isLowercase
            if (!isPart || begins), words.last?.isEmpty == false { words.append("") }
            if isPart { words[words.count - 1] += character.lowercased() }
            last = character
        }
        return words.filter { !$0.isEmpty }
    }

    /// The word for one of several: `companies` becomes `company`.
    var singular: String {
        if hasSuffix("ies"), count > 4 { return dropLast(3) + "y" }
        for ending in ["sses", "xes", "ches", "shes", "uses"] where hasSuffix(ending) {
            return String(dropLast(2))
        }
        if self == "people" { return "person" }
        return hasSuffix("s") && !hasSuffix("ss") && count > 2 ? String(dropLast()) : self
    }
}
