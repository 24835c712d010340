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
            if let sentence = statement.unfitness {
                let place = SourceLocation(file: file, line: statement.location.line)
                problems.append(.init(sentence, at: place))
                continue
            }
            if let name = statement.temporaryTable { temporary.insert(name) }
            let changes = statement.modifications.filter {
                $0.target.schema != nil || !temporary.contains($0.target.name)
            }
            steps.append(
                Step(
                    title: statement.title, text: statement.text,
                    tables: changes.map {
                        TableName(schema: $0.target.schema ?? "public", name: $0.target.name)
                    },
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
    /// Why it may not stand in a fix, or `nil`.
    fileprivate var unfitness: String? {
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
        switch nodeType {
        case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt":
            return hasWhere
                ? nil
                : "it has no WHERE and so changes every row; say WHERE true where that is meant"
        case "CreateTableAsStmt", "CreateStmt":
            return temporaryTable == nil
                ? "a fix changes rows; a table that lasts belongs in a migration" : nil
        case "IndexStmt", "VacuumStmt":
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
        let relation = nodeType == "CreateStmt" ? node["relation"] : node["into"]["rel"]
        return relation["relpersistence"].string == "t" ? relation["relname"].string : nil
    }

    /// The first line of the comment before it, or of itself.
    fileprivate var title: String {
        let line = comments.first?.text ?? text
        let words = line.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let trimmed = words.drop { "-/* ".contains($0) }
        return String(trimmed.prefix(120))
    }
}
