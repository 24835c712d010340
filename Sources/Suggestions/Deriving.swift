import Assay
import Postgres

extension TableProfile {
    /// Promises that only the rows could suggest.
    func derived() -> [Choice] {
        guard rows > 0 else { return [] }
        return [volume]
            + columns.flatMap { profile in
                [unique(profile), vocabulary(profile), length(profile), freshness(profile)]
                    .compactMap(\.self)
            }
    }

    /// Half of the rows there are: a table that lost more has lost them by mistake.
    private var volume: Choice {
        let total = sampledOf ?? rows
        var floor = total / 2
        var unit = 1
        while floor / unit >= 10 { unit *= 10 }
        floor = max(1, floor / unit * unit)
        return Choice(
            CheckText("RowCount", [SwiftText.number(floor) + "..."]),
            Measure(violations: 0, scope: rows), noun: noun,
            evidence: sampledOf == nil ? rows.counted("row") : "about \(total.counted("row"))")
    }

    private func unique(_ profile: ColumnProfile) -> Choice? {
        guard profile.distinctIsExact, let distinct = profile.distinct, profile.present >= 20,
            profile.mayBeKey, (profile.lengths?.upperBound ?? 0) <= 500
        else { return nil }
        let surplus = profile.present - distinct
        let meaning = Meaning(of: profile.column)
        guard surplus <= (meaning == .name ? 0 : profile.present / 200) else { return nil }
        let text = CheckText("Unique", ["by: " + SwiftText.literal(profile.column.name)])
        let evidence =
            "\(distinct.grouped) different values in \(profile.present.counted(noun))"
        // Rows that were not read may repeat what was read.
        guard sampledOf == nil || surplus > 0 else {
            var unsure = text
            unsure.modifiers = [".severity(.warning)"]
            return Choice(
                unsure, Measure(violations: 0, scope: profile.present), noun: noun,
                evidence: evidence)
        }
        return Choice(
            text, Measure(violations: surplus, scope: profile.present), noun: noun,
            evidence: evidence)
    }

    private func vocabulary(_ profile: ColumnProfile) -> Choice? {
        let values = profile.vocabulary
        guard values.count >= 2, values.allSatisfy({ $0.value.isWord }) else { return nil }
        // A rare value that is a frequent one but for case or spaces is a slip, and so is a value that
        // hardly ever stands.
        let accepted = values.enumerated().filter { place, entry in
            let isSpelled = values[..<place].contains {
                $0.value.folded == entry.value.folded && entry.count * 20 < $0.count
            }
            return !isSpelled && entry.count * 2_000 >= profile.present
        }.map(\.element)
        let slips = values.reduce(0) { $0 + $1.count } - accepted.reduce(0) { $0 + $1.count }
        let names = accepted.map(\.value).sorted().map(SwiftText.literal)
        return Choice(
            CheckText("OneOf", [SwiftText.literal(profile.column.name)] + names),
            Measure(violations: slips, scope: profile.present), noun: noun)
    }

    private func length(_ profile: ColumnProfile) -> Choice? {
        guard let lengths = profile.lengths, profile.present >= 20, profile.vocabulary.isEmpty,
            lengths.lowerBound > 0, !profile.column.typeName.hasPrefix("character(")
        else { return nil }
        let name = SwiftText.literal(profile.column.name)
        let measure = Measure(violations: 0, scope: profile.present)
        let meaning = Meaning(of: profile.column)
        if lengths.count == 1, lengths.lowerBound >= 4, lengths.lowerBound <= 128,
            meaning == .nothing || meaning == .personal
        {
            let width = lengths.lowerBound
            return Choice(
                CheckText("Length", [name, "\(width)...\(width)"]), measure, noun: noun)
        }
        guard meaning == .name, lengths.upperBound <= 500,
            !profile.column.typeName.contains("varying(")
        else { return nil }
        let bound = Self.round(lengths.upperBound * 3 / 2)
        return Choice(
            CheckText("Length", [name, "1...\(bound)"]), measure, noun: noun,
            evidence: "the longest of \(profile.present.counted("value")) has "
                + lengths.upperBound.counted("character"))
    }

    /// The next number that a person would name: 40, 250, 600.
    private static func round(_ number: Int) -> Int {
        let step = number < 100 ? 10 : 50
        return (number + step - 1) / step * step
    }

    private func freshness(_ profile: ColumnProfile) -> Choice? {
        guard let ages = profile.ages else { return nil }
        let rhythms: [(days: Int, age: Age, text: String)] = [
            (24, .hours(26), ".hours(26)"), (15, .days(4), ".days(4)"), (4, .days(8), ".days(8)"),
        ]
        guard
            let rhythm = rhythms.first(where: {
                ages.days >= $0.days && ages.newest < $0.age.seconds
            })
        else { return nil }
        return Choice(
            CheckText(
                "Fresh", [SwiftText.literal(profile.column.name), "within: \(rhythm.text)"]),
            Measure(violations: 0, scope: profile.present), noun: noun,
            evidence: "something came on \(ages.days) of the last 30 days")
    }
}

extension String {
    /// Whether it may stand in a list of values that people read.
    fileprivate var isWord: Bool {
        !isEmpty && count <= 40 && !contains("@")
            && unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    fileprivate var folded: String {
        lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
    }
}
