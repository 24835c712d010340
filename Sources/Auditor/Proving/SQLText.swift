extension String {
    /// Words with which a statement would end a transaction, or a part of it.
    static let transactionWords: Set<String> = [
        "abort", "begin", "commit", "end", "prepare", "release", "rollback", "savepoint", "set",
        "start",
    ]

    /// Words with which a statement begins that changes rows and nothing else.
    static let rowWords: Set<String> = ["delete", "insert", "merge", "select", "update", "with"]

    /// The first word of a statement in lower case, behind its comments; `nil` where there is none.
    var firstWord: String? {
        var rest = self[...]
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == ";" }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                guard let end = rest.firstRange(of: "*/") else { return nil }
                rest = rest[end.upperBound...]
            } else {
                break
            }
        }
        let word = rest.prefix { $0.isLetter }
        return word.isEmpty ? nil : word.lowercased()
    }

    /// Whether SQL that the server wrote names a column.
    func mentions(_ name: String) -> Bool {
        var rest = self[...]
        func isWord(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        }
        while let range = rest.firstRange(of: name) {
            let before = rest[..<range.lowerBound].last
            if !isWord(before), !isWord(rest[range.upperBound...].first) { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// The texts and numbers in SQL that the server wrote.
    var literals: [String] {
        var found: [String] = []
        var number = ""
        var text: String?
        var last: Character = " "
        for character in self + " " {
            if let open = text {
                if character == "'" {
                    found.append(open)
                    text = nil
                } else {
                    text = open + String(character)
                }
            } else if character == "'" {
                // A doubled quote is one within the text.
                text = last == "'" ? (found.popLast() ?? "") + "'" : ""
            } else if character.isNumber || character == "." && !number.isEmpty {
                if !number.isEmpty || !(last.isLetter || last == "_") { number.append(character) }
            } else if !number.isEmpty {
                found.append(number)
                number = ""
            }
            last = character
        }
        return found
    }
}
