import Assay

// What several renderers of findings say in the same words.

extension Finding {
    /// The word that opens it: its severity, or `errored`.
    var heading: String { severity?.rawValue ?? "errored" }

    /// Where it is: `migrations/0042_add.sql:3:12`.
    var placeText: String { "\(place.file.visible):\(place.line):\(place.column)" }

    /// The command that tells more of the rule.
    var explanation: String { "assay explain \(rule.visible)" }

    /// What else is to be said of it, but for its SQL.
    var notesInWords: [(label: String, text: String)] {
        let own = notes.map { ($0.label.visible, $0.text.onOneLine) }
        let advice = [("why", why?.onOneLine), ("instead", help?.onOneLine)]
        return own + advice.compactMap { label, text in text.map { (label, $0) } }
    }
}

extension FindingReport {
    /// What is to be told, the gravest first: findings, then what could not be judged.
    var tellings: [Finding] { counting + errored }

    /// What was found, by severity: `2 errors, 1 warning`.
    var countsInWords: String {
        var parts = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = counting.count { $0.severity == severity }
            guard count > 0 else { return nil }
            return severity == .info ? "\(count.grouped) info" : count.counted(severity.rawValue)
        }
        if !errored.isEmpty { parts.append("\(errored.count.grouped) not judged") }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    /// What was looked at: `14 statements of 3 migrations`.
    var subjectsInWords: String {
        let noun = title == "gate" ? "migration" : "file"
        return "\(statements.counted("statement")) of \(subjects.count.counted(noun))"
    }

    /// What does not count, and why: `2 by comments, 5 by the baseline`.
    var acceptedInWords: String? {
        let known = accepted.count { $0.standing == .known }
        let ignored = accepted.count - known
        let parts = [
            ignored > 0 ? "\(ignored.counted("finding")) by comments" : nil,
            known > 0 ? "\(known.counted("finding")) by the baseline" : nil,
        ]
        let words = parts.compactMap(\.self).joined(separator: ", ")
        return words.isEmpty ? nil : words
    }

    /// The run in one sentence.
    var sentence: String {
        if isIdle { return "Nothing has changed, so nothing was to be judged." }
        if statements == 0 { return "Nothing was judged: there is no statement." }
        if errored.isEmpty, counting.isEmpty { return "\(subjectsInWords) passed." }
        let sentence = "\(countsInWords) in \(subjectsInWords)."
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    /// The facts of the run.
    var factsInWords: [(label: String, text: String)] {
        let accepted = acceptedInWords.map { ("accepted", $0) }
        return facts.map { ($0.label.visible, $0.text.onOneLine) }
            + [accepted].compactMap(\.self)
    }

    /// Whether a finding fails the run.
    func fails(_ finding: Finding) -> Bool {
        guard finding.counts, let severity = finding.severity, let failOn else { return false }
        return severity >= failOn
    }
}
