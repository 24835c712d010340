extension Statement {
    /// Whether it ends the transaction it runs in, itself or in the PL/pgSQL body of a DO block.
    ///
    /// A procedure that is called may do so too; only its source can tell.
    public var endsTransaction: Bool {
        if let body = doBody, body.isPLpgSQL {
            return (try? plpgsqlEndsTransaction(body.source)) ?? true
        }
        return [.commit, .rollback, .prepareTransaction, .commitPrepared, .rollbackPrepared]
            .contains(kind)
    }

    /// Whether PostgreSQL refuses it inside a transaction block.
    ///
    /// A statement of which only the catalog knows, such as DROP SUBSCRIPTION with or without a
    /// replication slot, counts as refused.
    public var cannotRunInTransaction: Bool {
        switch nodeType {
        case "TransactionStmt": [.commitPrepared, .rollbackPrepared].contains(kind)
        case "VacuumStmt": node["is_vacuumcmd"].isTrue
        case "IndexStmt", "DropStmt": node["concurrent"].isTrue
        case "ReindexStmt": isManyReindexes || sets("concurrently", in: node["params"])
        case "ClusterStmt": node["relation"].isNull
        case "CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt",
            "AlterSystemStmt", "DropSubscriptionStmt":
            true
        case "AlterDatabaseStmt": option("tablespace", in: node["options"]) != nil
        case "AlterTableStmt": detachesConcurrently
        case "DiscardStmt": node["target"].string == "DISCARD_ALL"
        case "CreateSubscriptionStmt":
            sets("connect", in: node["options"], unlessGiven: true)
                && sets("create_slot", in: node["options"], unlessGiven: true)
        case "AlterSubscriptionStmt": refreshesSubscription
        default: false
        }
    }

    /// Whether it runs a program on the server: COPY … PROGRAM, also in a DO block.
    ///
    /// Text that is built while a DO block runs is not seen.
    public var usesProgram: Bool {
        if node["is_program"].isTrue { return nodeType == "CopyStmt" }
        guard let body = doBody, let tokens = try? tokens(in: body.source) else { return false }
        let words = tokens.filter { $0.kind != .comment }.map { $0.text.lowercased() }
        return words.contains("copy")
            && zip(words, words.dropFirst())
                .contains { ["from", "to"].contains($0) && $1 == "program" }
    }

    private var isManyReindexes: Bool {
        ["REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE"]
            .contains(node["kind"].string)
    }

    private var detachesConcurrently: Bool {
        node["cmds"].array.map { $0["AlterTableCmd"] }.contains { command in
            command["subtype"].string == "AT_DetachPartition"
                && command["def"]["PartitionCmd"]["concurrent"].isTrue
        }
    }

    private var refreshesSubscription: Bool {
        switch node["kind"].string {
        case "ALTER_SUBSCRIPTION_REFRESH": true
        case "ALTER_SUBSCRIPTION_SET_PUBLICATION", "ALTER_SUBSCRIPTION_ADD_PUBLICATION",
            "ALTER_SUBSCRIPTION_DROP_PUBLICATION":
            sets("refresh", in: node["options"], unlessGiven: true)
        default: false
        }
    }

    private func option(_ name: String, in options: SyntaxTree) -> SyntaxTree? {
        options.array.map { $0["DefElem"] }.last { $0["defname"].string == name }
    }

    /// Whether a Boolean option is on, with PostgreSQL's spellings of off.
    private func sets(
        _ name: String, in options: SyntaxTree, unlessGiven fallback: Bool = false
    ) -> Bool {
        guard let option = option(name, in: options) else { return fallback }
        let value = option["arg"]
        let word = value["String"]["sval"].string ?? value["TypeName"]["names"].names.last
        if let flag = value.members.first, flag.key == "Boolean" {
            return flag.value["boolval"].isTrue
        }
        if let number = value.members.first, number.key == "Integer" {
            return number.value["ival"].number ?? 0 != 0
        }
        return !["false", "off"].contains(word?.lowercased())
    }
}

/// Says whether a PL/pgSQL body has a COMMIT or ROLLBACK statement.
///
/// Both are words that may also name a variable, so a statement counts that begins with one of them
/// and ends, with or without `AND CHAIN`, behind it. EXECUTE cannot run them.
///
/// - Parameter source: The body, without its quotes.
/// - Returns: Whether it ends a transaction when it gets there.
/// - Throws: A ``SyntaxError`` if it cannot be split into tokens.
public func plpgsqlEndsTransaction(_ source: String) throws(SyntaxError) -> Bool {
    let words = try tokens(in: source).filter { $0.kind != .comment }.map { $0.text.lowercased() }
    let begins: Set = [";", "begin", "then", "else", "loop", ">>"]
    return words.indices.contains { index in
        guard ["commit", "rollback"].contains(words[index]) else { return false }
        let rest = words[(index + 1)...]
        let ends =
            rest.first == ";" || rest.starts(with: ["and", "chain"])
            || rest.starts(with: ["and", "no", "chain"])
        return ends && (index == 0 || begins.contains(words[index - 1]))
    }
}
