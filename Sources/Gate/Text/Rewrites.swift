import SQLSyntax

extension MigrationStatement {
    /// The text with a word behind the first word of this kind.
    func text(inserting word: String, behind anchor: String) -> String? {
        guard let token = words.first(where: { $0.text.lowercased() == anchor }) else { return nil }
        return inserted(word, behind: token)
    }

    /// The text with a word behind the one of this number, counted from 0.
    func text(inserting word: String, behindWord number: Int) -> String? {
        let words = words
        return words.indices.contains(number) ? inserted(word, behind: words[number]) : nil
    }

    /// The text without some words that stand one behind the other.
    func text(removing removed: [String]) -> String {
        let words = words
        let start = words.indices.first { index in
            zip(words[index...], removed).allSatisfy { $0.text.lowercased() == $1 }
        }
        guard let start, start + removed.count < words.count else { return text }
        let bytes = Array(text.utf8)
        let end = words[start + removed.count].location.offset
        return String(decoding: bytes[..<words[start].location.offset], as: UTF8.self)
            + String(decoding: bytes[end...], as: UTF8.self)
    }

    /// The constraint added NOT VALID and validated later, where it has a name and stands alone.
    func addedInTwoSteps(_ constraint: NewConstraint) -> String? {
        guard case .addition = constraint.origin, commands.count == 1, let name = constraint.name
        else { return nil }
        return """
            \(text) NOT VALID;
            -- in a later transaction:
            ALTER TABLE \(constraint.table.sql) VALIDATE CONSTRAINT \(ObjectName.quoted(name))
            """
    }

    private var words: [Token] {
        ((try? tokens(in: text)) ?? []).filter { $0.kind != .comment }
    }

    private func inserted(_ word: String, behind token: Token) -> String {
        let bytes = Array(text.utf8)
        let end = token.location.offset + token.text.utf8.count
        return String(decoding: bytes[..<end], as: UTF8.self) + " \(word)"
            + String(decoding: bytes[end...], as: UTF8.self)
    }
}

extension NewConstraint {
    /// The constraint, `UNIQUE` or `PRIMARY KEY`, made of an index that is built beside the work.
    func builtBefore(_ words: String) -> String? {
        guard case .addition = origin, !columns.isEmpty else { return nil }
        let suffix = words == "UNIQUE" ? (columns + ["key"]).joined(separator: "_") : "pkey"
        let index = ObjectName.quoted(name ?? "\(table.name)_\(suffix)")
        let list = columns.map(ObjectName.quoted).joined(separator: ", ")
        return """
            CREATE UNIQUE INDEX CONCURRENTLY \(index) ON \(table.sql) (\(list));
            ALTER TABLE \(table.sql) ADD CONSTRAINT \(index) \(words) USING INDEX \(index)
            """
    }
}

extension MigrationStatement {
    /// The objects that DROP names, such as indexes or routines.
    var dropped: [ObjectName] {
        guard syntax.nodeType == "DropStmt" else { return [] }
        return syntax.node["objects"].array.compactMap { object in
            let parts = [
                object["List"]["items"], object["ObjectWithArgs"]["objname"],
                object["TypeName"]["names"],
            ]
            let names = parts.map(\.names).first { !$0.isEmpty }
            return ObjectName(parts: names ?? [object["String"]["sval"].string].compactMap(\.self))
        }
    }

    /// Whether it says CONCURRENTLY.
    var isConcurrent: Bool {
        syntax.node["concurrent"].isTrue
            || (syntax.nodeType == "ReindexStmt" && isConcurrentReindex)
            || commands.contains { $0.definition["PartitionCmd"]["concurrent"].isTrue }
    }

    /// An option of CREATE FUNCTION and its like, by its name.
    func option(_ name: String, in list: String) -> SyntaxTree? {
        syntax.node[list].array.map { $0["DefElem"] }.last { $0["defname"].string == name }
    }
}
