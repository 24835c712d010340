import Assay
import Auditor
import SQLSyntax

/// A fix's script, taken apart and held against what a fix may do.
struct Script: Sendable {
    /// One statement.
    struct Step: Sendable {
        /// The first line of its comment, or of itself.
        let title: String
        /// The statement's text.
        let text: String
        /// The tables that last and that it changes.
        let tables: [TableName]
        /// Whether it deletes rows or may change what others refer to.
        let changesKeys: Bool
    }

    let steps: [Step]

    /// The tables that it changes, each once, in order.
    var tables: [TableName] {
        var seen: Set<TableName> = []
        return steps.flatMap(\.tables).filter { seen.insert($0).inserted }
    }

    /// Takes a script apart.
    ///
    /// - Throws: A refusal that names every statement a fix may not contain.
    init(_ bytes: [UInt8], file: String) throws(Refusal) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Refusal("\(file) is not UTF-8 text")
        }
        let statements: [Statement]
        do throws(SyntaxError) {
            statements = try SQLSyntax.statements(in: text)
        } catch {
            throw Refusal("\(error)", at: SourceLocation(file: file, line: error.line))
        }
        var problems: [Refusal.Item] = []
        var steps: [Step] = []
        var temporary: Set<String> = []
        for statement in statements {
            let place = SourceLocation(file: file, line: statement.location.line)
            if let sentence = statement.unfitness(beside: temporary) {
                problems.append(.init(sentence, at: place))
                continue
            }
            if let name = statement.temporaryTable { temporary.insert(name) }
            let changes = statement.modifications.filter { !$0.target.isOne(of: temporary) }
            var tables: [TableName] = []
            for target in changes.map(\.target) {
                if let schema = target.schema {
                    tables.append(TableName(schema: schema, name: target.name))
                } else {
                    let sentence =
                        "which table \(target.name) is depends on search_path; name its schema, such as "
                        + "public.\(target.name)"
                    problems.append(.init(sentence, at: place))
                }
            }
            steps.append(
                Step(
                    title: statement.title, text: statement.text, tables: tables,
                    changesKeys: changes.contains { $0.kind != .insert }))
        }
        if problems.isEmpty, steps.allSatisfy(\.tables.isEmpty) {
            problems.append(.init("\(file) changes no table, so there is nothing to fix"))
        }
        guard problems.isEmpty else { throw Refusal(problems) }
        self.steps = steps
    }
}

extension Statement {
    /// Why it may not stand in a fix behind the statements that create these temporary tables, or `nil`.
    fileprivate func unfitness(beside temporary: Set<String>) -> String? {
        if nodeType == "TransactionStmt" || endsTransaction {
            return "a fix is one transaction, which Assay begins and ends; take this statement out"
        }
        if cannotRunInTransaction {
            return
                "this statement cannot run in a transaction, so a fix cannot undo it; run it apart"
        }
        if usesProgram {
            return "COPY … PROGRAM runs a program on the server, which no rollback takes back"
        }
        if modifications.contains(where: {
            $0.target.schema == "assay" && $0.target.name != "quarantine"
        })
            || functionCalls.contains(where: {
                $0.hasSuffix("set_config") || $0.hasPrefix("assay.")
            })
        {
            return "a fix may not touch Assay's own records of it"
        }
        if !created.isNull, temporaryTable == nil {
            return "a fix changes rows; a table that lasts belongs in a migration"
        }
        switch nodeType {
        case "MergeStmt" where !hasWhere:
            return
                "its ON is true of every row, and so it changes all of them; say WHEN MATCHED AND true where "
                + "that is meant"
        case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt",
            "CreateTableAsStmt", "CreateStmt":
            return hasWhere
                ? nil
                : "it has no WHERE and so changes every row; say WHERE true where that is meant"
        case "IndexStmt":
            return target?.isOne(of: temporary) == true
                ? nil : "a fix changes rows; an index that lasts belongs in a migration"
        case "VacuumStmt":
            return nil
        case "DoStmt", "CallStmt":
            return "what it changes cannot be told beforehand; write its statements out"
        case "TruncateStmt":
            return "TRUNCATE leaves no row to put back; DELETE FROM … WHERE true does"
        default:
            return
                "a fix changes rows (INSERT, UPDATE, DELETE, MERGE) and may make temporary tables; "
                + "this does something else"
        }
    }

    /// The name of the temporary table that it creates.
    fileprivate var temporaryTable: String? {
        let isTemporary =
            created["relpersistence"].string == "t" || created["schemaname"].string == "pg_temp"
        return isTemporary ? created["relname"].string : nil
    }

    /// The table that it creates, if it does.
    private var created: SyntaxTree {
        switch nodeType {
        case "CreateStmt": return node["relation"]
        case "CreateTableAsStmt": return node["into"]["rel"]
        default:
            // SELECT … INTO; of a UNION the first SELECT says it.
            var select = node
            while !select["larg"].isNull { select = select["larg"] }
            return select["intoClause"]["rel"]
        }
    }

    /// The first line of the comment before it, or of itself.
    fileprivate var title: String {
        let line = comments.first?.text ?? text
        let words = line.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let trimmed = words.drop { "-/* ".contains($0) }
        return String(trimmed.prefix(120))
    }
}

extension RelationName {
    /// Whether it is one of these temporary tables, or can only be a temporary one.
    fileprivate func isOne(of temporary: Set<String>) -> Bool {
        schema == "pg_temp" || schema == nil && temporary.contains(name)
    }
}
