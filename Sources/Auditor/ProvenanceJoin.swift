import Assay
import Postgres

// How violating rows find their payloads.

extension ProvenanceStatement {
    /// The violating rows, and for each source those of them that have payloads, with these.
    var matched: SQL {
        let tables = sources.indices.map { index -> SQL in
            "matched_\(number: index) AS MATERIALIZED (\(match(index)))"
        }
        let all: [SQL] = ["violating AS MATERIALIZED (\(violating))"] + tables
        return "WITH \(all.joined(separator: ", "))"
    }

    var isMissing: SQL {
        guard context.isText(column.name) else { return "\(identifier: column.name) IS NULL" }
        let blank = context.isBlank(.identifier(column.name))
        return "(\(identifier: column.name) IS NULL OR (\(blank)))"
    }

    /// The violating rows with what finds and judges their payloads, under names of their own.
    private var violating: SQL {
        var columns: [SQL] = [
            "row_number() OVER () AS n", "\(identifier: column.name) AS value",
            "\(isMissing) AS missing",
        ]
        func add(_ sql: SQL?, as name: SQL, else otherwise: SQL) {
            columns.append("\(sql ?? otherwise) AS \(name)")
        }
        func time(_ column: String?) -> SQL? {
            column.map { "\(identifier: $0)::timestamptz" }
        }
        add(time(lineage.created), as: "born", else: "NULL::timestamptz")
        add(time(lineage.updated), as: "written", else: "NULL::timestamptz")
        add(lineage.batch.map { "\(identifier: $0)::text" }, as: "batch", else: "NULL::text")
        let sent = lineage.sent.map { "(\($0.sql(in: context))) IS TRUE" as SQL }
        add(sent, as: "sent", else: "NULL::boolean")
        columns += zip(table.key, keyNames).map { "\($0.sql) AS \($1)" }
        for (index, name) in carried.enumerated() {
            columns.append("\(identifier: name) AS c\(number: index)")
        }
        for (index, source) in sources.enumerated() {
            let scope = source.payloads.scope.map { "(\($0.sql(in: context))) IS TRUE" as SQL }
            add(scope, as: "s\(number: index)", else: "true")
        }
        return "SELECT \(columns.joined(separator: ", ")) \(from) WHERE \(violated)"
    }

    /// The columns of the table that links, hops and the predicate need.
    private var carried: [String] {
        var names = predicate?.columns ?? []
        for source in sources.map(\.payloads) {
            names += source.hops.prefix(1).map(\.column)
            for link in source.links {
                switch link {
                case .column(let key, _): if source.hops.isEmpty { names.append(key.column) }
                case .value(let key, _): names.append(key.column)
                }
            }
        }
        return names.unique
    }

    private func own(_ name: String) -> SQL {
        "v.c\(number: carried.firstIndex(of: name) ?? 0)"
    }

    /// The violating rows of one source with each of their payloads.
    private func match(_ index: Int) -> SQL {
        let payloads = sources[index].payloads
        var joins: SQL = "violating AS v"
        var last: (alias: SQL, table: TableName)?
        func column(_ name: String) -> (sql: SQL, type: String?) {
            guard let last else { return (own(name), type(of: name, in: table.table.name)) }
            return ("\(last.alias).\(identifier: name)", type(of: name, in: last.table))
        }
        for (place, hop) in payloads.hops.enumerated() {
            let alias: SQL = "h\(number: place)"
            let here = (
                "\(alias).\(identifier: hop.matching)" as SQL, type(of: hop.matching, in: hop.table)
            )
            joins += " JOIN \(hop.table) AS \(alias) ON \(equal(column(hop.column), here))"
            last = (alias, hop.table)
        }
        let document: SQL = "p.\(identifier: payloads.column)::jsonb"
        let element: SQL = payloads.elements.isEmpty ? "NULL::jsonb" : "e.element"
        var conditions: [SQL] = ["v.s\(number: index)"]
        for link in payloads.links {
            switch link {
            case .column(let key, let matching):
                let there: (SQL, String?) = (
                    "p.\(identifier: matching)", type(of: matching, in: payloads.table)
                )
                conditions.append(equal(column(key.column), there, in: key.normalizer))
            case .value(let key, let place):
                let start = place.isInElement ? element : document
                let there: (SQL, String?) = ("((\(start)) #>> \(place.path)::text[])", nil)
                conditions.append(equal((own(key.column), ""), there, in: key.normalizer))
            }
        }
        joins += " CROSS JOIN \(payloads.table) AS p"
        if !payloads.elements.isEmpty {
            let array: SQL = "(\(document)) #> \(payloads.elements)::text[]"
            joins += """
                 CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(\(array)) = 'array' \
                THEN \(array) ELSE '[]' END) AS e(element)
                """
        }
        return """
            SELECT v.n, v.missing, v.value, \(document) AS payload, \(element) AS element, \
            p.\(identifier: payloads.arrival)::timestamptz AS arrived, \
            \(workflow(payloads, document, element)) AS workflow\(list(carriedByPredicate)) \
            FROM \(joins) WHERE \(conditions.joined(separator: " AND "))
            """
    }

    private var carriedByPredicate: [SQL] {
        (predicate?.columns ?? []).indices.map { "v.c\(number: $0)" }
    }

    private func type(of column: String, in table: TableName) -> String? {
        catalog.relation(table)?.column(column)?.baseTypeName
    }

    /// Whether two columns are equal: as they are where their types are one, else as texts.
    private func equal(
        _ left: (sql: SQL, type: String?), _ right: (sql: SQL, type: String?),
        in form: Normalizer? = nil
    ) -> SQL {
        if let form {
            let keys = [left.sql, right.sql].map { form.key($0, encoding: context.encoding) }
            return keys.joined(separator: " = ")
        }
        if left.type == right.type { return "\(left.sql) = \(right.sql)" }
        return "\(left.sql)::text COLLATE \"C\" = \(right.sql)::text COLLATE \"C\""
    }

    private func workflow(_ payloads: Payloads, _ document: SQL, _ element: SQL) -> SQL {
        let told: SQL
        switch payloads.workflow {
        case .column(let name)?: told = "p.\(identifier: name)::text"
        case .value(let place)?:
            told = "(\(place.isInElement ? element : document)) #>> \(place.path)::text[]"
        case nil: told = "NULL::text"
        }
        return "left(coalesce(\(told), \(SQL.binding(payloads.workflowName))::text), 200)"
    }
}
