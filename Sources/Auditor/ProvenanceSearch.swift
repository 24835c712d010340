import Assay

/// How a payload is searched for a value that does not stand at its place.
struct ProvenanceSearch {
    let payloads: Payloads
    let value: Payloads.Value
    /// Names of keys that are nearly the expected one.
    let alike: [String]
    let context: CheckContext

    // MARK: At its place

    /// What stands at the place: as JSON, as text, and in a word.
    ///
    /// `OFFSET 0` has a large payload unpacked once, not once for each mention.
    var found: SQL {
        let start: SQL = value.place.isInElement ? "m.element" : "m.payload"
        let path: SQL = "\(value.place.path)::text[]"
        return """
            LATERAL (SELECT json, held, CASE WHEN json IS NULL THEN 'absent' \
            WHEN json = 'null' THEN 'null' WHEN NOT (\(hasValue("json"))) THEN 'blank' \
            ELSE 'present' END AS state FROM (SELECT \(start) #> \(path) AS json, \
            \(start) #>> \(path) AS held OFFSET 0) AS place OFFSET 0) AS x
            """
    }

    /// Whether a JSON value is more than null, white space, or an empty list or object.
    private func hasValue(_ json: SQL) -> SQL {
        let blank = context.isBlank("(\(json) #>> '{}')")
        return "\(json) NOT IN ('null', '[]', '{}') AND NOT (\(blank))"
    }

    /// Every key with its value, at any depth of a document.
    static func pairs(of document: SQL) -> SQL {
        """
        jsonb_path_query(\(document), 'strict $.** ? (@.type() == "object").keyvalue()')
        """
    }

    // MARK: Elsewhere

    /// At most one row: the state `other-key` or `nested`, and where the value was found.
    ///
    /// Places that are declared for other columns are taken out before.
    var elsewhere: SQL {
        guard let expected = value.place.path.last else {
            return "SELECT NULL::text AS state, NULL::text AS detail WHERE false"
        }
        let parent = Array(value.place.path.dropLast())
        let start: SQL = value.place.isInElement ? "d.element" : "d.root"
        let object: SQL = parent.isEmpty ? start : "\(start) #> \(parent)::text[]"
        var searched: [SQL] = [
            """
            SELECT 1 AS rank, 'other-key' AS state, key AS detail \
            FROM jsonb_each(\(ProvenanceSearch.object("(\(object))"))) AS pair(key, json) \
            WHERE key <> \(expected)::text AND \(isAlike("key", to: names)) \
            AND \(hasValue("json")) AND jsonb_typeof(json) <> 'object'
            """
        ]
        if !payloads.elements.isEmpty {
            let array = payloads.elements.joined(separator: ".") + "[]."
            searched.append(nested(2, "d.element", within: "\(array)::text || "))
        }
        searched.append(nested(3, "d.root", within: ""))
        return """
            SELECT state, detail FROM (SELECT \(pruned("m.payload", inElement: false)) AS root, \
            \(pruned("m.element", inElement: true)) AS element \
            WHERE m.missing AND x.state <> 'present' OFFSET 0) AS d, \
            LATERAL (\(searched.joined(separator: " UNION ALL "))) AS every \
            ORDER BY rank, detail LIMIT 1
            """
    }

    /// Where in an object, but for the place itself, a key of the name has a value.
    ///
    /// A key that is no name may be a value of somebody's, and is shown as `*`.
    private func nested(_ rank: Int, _ document: SQL, within array: SQL) -> SQL {
        let pairs = ProvenanceSearch.pairs(of: "jsonb_build_object(top.key, top.json)")
        var hits: SQL = """
            SELECT pair ->> 'key' AS key FROM \(pairs) AS pair \
            WHERE \(isAlike("(pair ->> 'key')", to: nestedNames)) \
            AND \(hasValue("(pair -> 'value')")) \
            AND jsonb_typeof(pair -> 'value') <> 'object'
            """
        if let parent = value.place.path.dropLast().last, let last = value.place.path.last {
            hits += """
                 UNION ALL SELECT (pair ->> 'key') || '.' || inner_pair.key FROM \(pairs) AS pair, \
                jsonb_each(\(ProvenanceSearch.object("(pair -> 'value')"))) AS inner_pair(key, json) \
                WHERE \(ProvenanceSearch.fold("(pair ->> 'key')")) = \(Self.folded(parent))::text \
                AND \(ProvenanceSearch.fold("inner_pair.key")) = \(Self.folded(last))::text \
                AND \(hasValue("inner_pair.json"))
                """
        }
        return """
            SELECT \(number: rank), 'nested', \(array)CASE WHEN hit.key = top.key OR \
            starts_with(hit.key, top.key || '.') THEN hit.key WHEN top.key = '' THEN hit.key \
            ELSE CASE WHEN top.key ~ '^[A-Za-z_][A-Za-z0-9_-]*$' THEN top.key ELSE '*' END \
            || ' ... ' || hit.key END \
            FROM jsonb_each(\(ProvenanceSearch.wrapped(document))) AS top(key, json), \
            LATERAL (\(hits)) AS hit
            """
    }

    /// The names by which the value may go in its own object.
    private var names: [String] {
        (value.place.path.suffix(1) + value.aliases).map(Self.folded).unique
    }

    /// The names by which it may go elsewhere: those that do not need the object around them.
    private var nestedNames: [String] {
        let path = value.place.path
        guard path.count > 1 else { return names }
        let joined = [path.suffix(2).joined(), path.joined()]
        return (joined + value.aliases).map(Self.folded).unique
    }

    private func isAlike(_ key: SQL, to names: [String]) -> SQL {
        let near: SQL = alike.isEmpty ? "" : " OR \(key) = ANY (\(alike)::text[])"
        return "(\(ProvenanceSearch.fold(key)) = ANY (\(names)::text[])\(near))"
    }

    /// A document without the places that are declared for other columns.
    private func pruned(_ document: SQL, inElement: Bool) -> SQL {
        var paths = payloads.values.filter {
            $0.column != value.column && $0.place.isInElement == inElement && !$0.place.path.isEmpty
                && $0.place != value.place
        }.map(\.place.path)
        if !inElement, !payloads.elements.isEmpty { paths.append(payloads.elements) }
        let without = paths.map { " #- \($0)::text[]" as SQL }.joined(separator: "")
        return """
            (CASE WHEN jsonb_typeof(\(document)) = 'object' THEN \(document)\(without) \
            ELSE \(document) END)
            """
    }

    /// A document, or an empty object in place of anything else.
    private static func object(_ document: SQL) -> SQL {
        "CASE WHEN jsonb_typeof(\(document)) = 'object' THEN \(document) ELSE '{}' END"
    }

    /// A document, or an object around anything else.
    private static func wrapped(_ document: SQL) -> SQL {
        """
        CASE WHEN jsonb_typeof(\(document)) = 'object' THEN \(document) \
        WHEN \(document) IS NULL THEN '{}' ELSE jsonb_build_object('', \(document)) END
        """
    }

    // MARK: Names that are alike

    /// A name without the case of A to Z, spaces, underscores, hyphens and dots.
    static func folded(_ name: String) -> String {
        let letters = name.utf8.filter { !"_- .".utf8.contains($0) }
        return String(
            decoding: letters.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }

    private static func fold(_ key: SQL) -> SQL {
        "translate(lower(\(key) COLLATE \"C\"), '_- .', '')"
    }

    /// The names among these that are the expected one but for a slip.
    static func nearlyExpected(_ keys: [String], for value: Payloads.Value, in payloads: Payloads)
        -> [String]
    {
        let taken = Set(payloads.values.compactMap(\.place.path.last) + payloads.elements)
        let wanted = (value.place.path.suffix(1) + value.aliases).map { Array(folded($0).utf8) }
        return keys.filter { key in
            let letters = Array(folded(key).utf8)
            return !taken.contains(key)
                && wanted.contains { name in
                    let distance = Nearest.editDistance(name, letters)
                    return distance > 0
                        && distance <= (name.count >= 9 ? 2 : name.count >= 5 ? 1 : 0)
                }
        }
    }
}
