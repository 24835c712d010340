import Assay
import Postgres

/// A check that might be worth promising, until it is measured.
struct Candidate: Sendable {
    /// How much has to speak for it.
    enum Ground: Sendable {
        /// The column's name says so: it is worth saying though up to so large a share breaks it.
        case name(upTo: Double)
        /// Only the rows can say so: at most so large a share of at least so many may break it.
        case rows(atLeast: Int, upTo: Double)
    }

    /// What is asked of the database.
    let check: any Check
    /// How it is written, without its evidence.
    let text: CheckText
    let ground: Ground
    /// Candidates that share a word are alternatives: the one that fits best is suggested.
    var choice: String?
    /// Whether columns that keep the promise alike are written as one check.
    var merges = false

    /// Whether it is worth promising.
    func isFit(_ measure: Measure) -> Bool {
        switch ground {
        case .name(let share):
            Double(measure.violations) <= share * Double(measure.scope)
        case .rows(let least, let share):
            measure.scope >= least
                && Double(measure.violations) <= share * Double(measure.scope)
        }
    }
}

extension Relation {
    /// All checks that its names and types bring to mind, in the order in which they are written.
    func candidates(shape: TableShape) -> [Candidate] {
        let open = columns.filter { $0.hasSelect && !$0.isGenerated }
        let keyed = keyedColumns
        let required = open.compactMap { $0.required(shape) }
        let forms = open.flatMap { $0.forms(isKeyed: keyed.contains($0.name)) }
        let ranges = open.compactMap { $0.range(isKeyed: keyed.contains($0.name)) }
        return required + forms + ranges + order(open)
    }

    /// The columns that a unique index or a foreign key holds.
    var keyedColumns: Set<String> {
        Set(uniqueIndexes.flatMap(\.columns) + foreignKeys.flatMap(\.columns))
    }

    /// Unique keys that hold for one spelling of a value only, as checks of all its spellings.
    ///
    /// - Parameter dirty: The columns of which some values are not in normal form, and the form.
    /// - Returns: At most four candidates.
    func spelledKeys(dirty: [String: Normalizer]) -> [Candidate] {
        let keys = uniqueIndexes.filter {
            $0.isUsable && !$0.columns.isEmpty && $0.columns.contains { dirty[$0] != nil }
        }
        return keys.prefix(4).map { index in
            let parts = index.columns.map { column in
                dirty[column].map { Unique.Key.normalized(column, as: $0) }
                    ?? Unique.Key(stringLiteral: column)
            }
            let written = index.columns.map { column in
                let name = SwiftText.literal(column)
                return dirty[column].map { ".normalized(\(name), as: .\($0.name))" } ?? name
            }
            let text = CheckText(
                "Unique", ["by: " + (written.first ?? "")] + written.dropFirst())
            return Candidate(check: Unique(by: parts), text: text, ground: .name(upTo: 1))
        }
    }

    /// Moments that follow one another.
    private func order(_ columns: [Column]) -> [Candidate] {
        let moments = columns.filter { $0.category == .timestamp || $0.category == .date }
        let pairs = [
            ("created", "updated"), ("created", "modified"), ("started", "ended"),
            ("started", "finished"), ("start", "end"), ("begin", "end"), ("from", "to"),
            ("from", "until"), ("opened", "closed"),
        ]
        return moments.compactMap { early in
            pairs.lazy.compactMap { first, second -> Candidate? in
                guard let place = early.name.lowercased().firstRange(of: first) else { return nil }
                let name = early.name.lowercased().replacingCharacters(in: place, with: second)
                guard let late = moments.first(where: { $0.name.lowercased() == name }),
                    late.category == early.category
                else { return nil }
                let (lateSQL, earlySQL) = (late.name.inSQL, early.name.inSQL)
                let check = Implies(
                    .present(late.name),
                    then: "\(identifier: late.name) >= \(identifier: early.name)")
                let text = CheckText(
                    "Implies",
                    [
                        ".present(\(SwiftText.literal(late.name)))",
                        "then: " + SwiftText.literal("\(lateSQL) >= \(earlySQL)"),
                    ],
                    modifiers: [".named(\(SwiftText.literal("\(second)-after-\(first)")))"])
                return Candidate(check: check, text: text, ground: .rows(atLeast: 1, upTo: 0.05))
            }
            .first
        }
    }
}

extension Column {
    private var quoted: String { SwiftText.literal(name) }

    fileprivate func required(_ shape: TableShape) -> Candidate? {
        guard category == .text || shape.column(name)?.isNotNull == false else { return nil }
        // A default of '' is how a schema says that a text may be left out.
        let isMeant = isNotNull && !hasDefault
        return Candidate(
            check: Required(name), text: CheckText("Required", [quoted]),
            ground: isMeant ? .name(upTo: 0.2) : .rows(atLeast: 5, upTo: 0.1), merges: true)
    }

    fileprivate func forms(isKeyed: Bool) -> [Candidate] {
        guard category == .text, typeName != "\"char\"" else { return [] }
        func form(_ form: Normalizer, _ ground: Candidate.Ground, choice: String = "form")
            -> Candidate
        {
            Candidate(
                check: Normalized(name, as: form),
                text: CheckText("Normalized", [quoted, "as: .\(form.name)"]), ground: ground,
                choice: choice + name, merges: true)
        }
        func like(_ patterns: [String], _ ground: Candidate.Ground) -> Candidate {
            let rendered = patterns.map(SwiftText.literal)
            let first = "like: \(rendered.first ?? "")"
            // `like:` takes as many patterns as there are; two are all that is asked here.
            let check: any Check =
                patterns.count == 2
                ? Matches(name, like: patterns[0], patterns[1]) : Matches(name, like: patterns[0])
            return Candidate(
                check: check, text: CheckText("Matches", [quoted, first] + rendered.dropFirst()),
                ground: ground, choice: "form" + name)
        }
        func regex(_ regex: String) -> Candidate {
            Candidate(
                check: Matches(name, regex),
                text: CheckText("Matches", [quoted, SwiftText.literal(regex)]),
                ground: .name(upTo: 0.1), choice: "form" + name)
        }
        let web = ["https://_%", "http://_%"]
        switch Meaning(of: self) {
        case .email: return [form(.email, .name(upTo: 0.5))]
        case .domain:
            let shared = Candidate(
                check: SharedHost(name), text: CheckText("SharedHost", [quoted]),
                ground: .name(upTo: 0.05))
            return [
                form(.domain, .name(upTo: 0.5)), form(.url, .rows(atLeast: 5, upTo: 0.1)), shared,
            ]
        case .url:
            return [
                form(.url, .name(upTo: 0.2)), form(.domain, .rows(atLeast: 5, upTo: 0.1)),
                like(web, .name(upTo: 0.2)),
            ]
        case .slug: return [regex("^[a-z0-9]+(-[a-z0-9]+)*$")]
        case .country: return [regex("^[A-Z]{2}$")]
        case .currency: return [regex("^[A-Z]{3}$")]
        case .name: return [form(.name, .rows(atLeast: 5, upTo: 0.1))]
        default:
            return [
                like(web, .rows(atLeast: 20, upTo: 0.02)),
                form(.email, .rows(atLeast: 20, upTo: 0.02)),
                form(.trimmed, .rows(atLeast: 5, upTo: 0.1)),
            ]
        }
    }

    fileprivate func range(isKeyed: Bool) -> Candidate? {
        func within(_ check: any Check, _ bounds: String..., ground: Candidate.Ground) -> Candidate
        {
            Candidate(check: check, text: CheckText("InRange", [quoted] + bounds), ground: ground)
        }
        let named = Candidate.Ground.name(upTo: 0.05)
        switch (category, Meaning(of: self)) {
        case (.numeric, .latitude):
            return within(InRange(name, -90...90), "-90...90", ground: named)
        case (.numeric, .longitude):
            return within(InRange(name, -180...180), "-180...180", ground: named)
        case (.numeric, .percentage):
            return within(InRange(name, 0...100), "0...100", ground: named)
        case (.numeric, .year):
            return within(InRange(name, 1000...2100), "1000...2100", ground: named)
        case (.numeric, .quantity): return within(InRange(name, 0...), "0...", ground: named)
        case (.numeric, _):
            // Numbers of things by which rows are told apart say nothing by their size.
            guard !isKeyed, !["id", "code"].contains(name.words.last ?? ""), typeName != "money"
            else {
                return nil
            }
            return within(InRange(name, 0...), "0...", ground: .rows(atLeast: 100, upTo: 0.001))
        case (.timestamp, .past), (.timestamp, .arrival), (.date, .past), (.date, .arrival):
            return within(
                InRange(name, from: "1900-01-01", through: "tomorrow"), #"from: "1900-01-01""#,
                #"through: "tomorrow""#, ground: named)
        default: return nil
        }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String
    {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
