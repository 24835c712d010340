import Assay
import Postgres

extension Column {
    /// A value of the column's type by a number in SQL; a greater number gives a greater value where
    /// the type has an order and room for it.
    ///
    /// - Parameter number: A SQL expression of type bigint.
    /// - Returns: The value, or `nil` for types of which none can be made.
    func sample(_ number: SQL) -> SQL? {
        let type = SQL(unchecked: baseTypeName)
        switch category {
        case .text: return text(number)
        case .numeric: return numeric(number)
        case .boolean: return "(\(number) % 2 = 0)"
        case .date: return "(date '2000-01-01' + (\(number) % 100000)::integer)"
        case .timestamp:
            return
                "(\(type) '2000-01-01 00:00:00+00' + make_interval(secs => \(number) % 100000000))"
        case .time:
            return "(time '00:00' + make_interval(secs => \(number) % 86400))::\(type)"
        case .interval: return "make_interval(secs => \(number))"
        case .uuid: return "pg_catalog.md5((\(number))::text)::uuid"
        case .array: return "'{}'::\(type)"
        case .json: return "('{\"assay\": ' || \(number) || '}')::\(type)"
        case .enumeration:
            let labels: SQL = "enum_range(NULL::\(type))"
            return "(\(labels))[1 + \(number) % cardinality(\(labels))]"
        case .binary: return "decode(lpad(to_hex(\(number)), 16, '0'), 'hex')"
        case .network:
            return "(inet '10.0.0.0' + \(number) % 16000000)::\(type)"
        case .range: return "'empty'::\(type)"
        case .other: return other(number)
        case .composite: return nil
        }
    }

    /// A value by a number that fits every type of the column's sort.
    func shortSample(_ number: SQL) -> SQL? {
        switch category {
        case .text: "right((\(number))::text, 2)"
        case .numeric: "(\(number) % 100)::\(unchecked: baseTypeName)"
        default: sample(number)
        }
    }

    /// A value next to another one.
    ///
    /// - Parameters:
    ///   - bound: The other value, as the column's type reads it.
    ///   - isAbove: Whether it is the greater of the two.
    /// - Returns: The value, or `nil` for types that have no next one.
    func next(to bound: String, isAbove: Bool) -> SQL? {
        let value: SQL = "\(bound)::\(unchecked: baseTypeName)"
        let sign: SQL = isAbove ? "+" : "-"
        switch category {
        case .numeric, .date: return "(\(value) \(sign) 1)"
        case .timestamp, .time, .interval: return "(\(value) \(sign) interval '1 second')"
        case .text: return isAbove ? "\(bound + "a")::text" : "''::text"
        default: return nil
        }
    }

    /// A text as a value of the column.
    ///
    /// It is cast to the type without its length: only an assignment says that a text is too long.
    func literal(_ text: String?) -> SQL {
        // Of `bit` the length that goes without saying is 1.
        let type = baseTypeName == "bit" ? "bit varying" : baseTypeName
        return "\(.binding(text))::\(category == .text ? "text" : SQL(unchecked: type))"
    }

    private func text(_ number: SQL) -> SQL {
        switch length ?? .max {
        case 24...: "('assay-' || \(number) || '.example')"
        case 12...: "('a' || \(number))"
        case let room: "right((\(number))::text, \(unchecked: String(max(1, room))))"
        }
    }

    private func numeric(_ number: SQL) -> SQL {
        switch baseTypeName {
        case "smallint": return "(\(number) % 30000)::smallint"
        case "integer": return "(\(number) % 2000000000)::integer"
        case "numeric":
            // numeric(5,2) has room for three digits before the point.
            let bounds = parameters
            let digits = bounds.first.map { $0 - (bounds.count > 1 ? bounds[1] : 0) } ?? 18
            guard digits < 18 else { return "(\(number))::numeric" }
            let limit = (0..<max(0, digits)).reduce("1") { text, _ in text + "0" }
            return "(\(number) % \(unchecked: limit))::numeric"
        case "money": return "(\(number))::numeric::money"
        default: return "(\(number))::\(unchecked: baseTypeName)"
        }
    }

    /// A value of a type that stands for itself.
    private func other(_ number: SQL) -> SQL? {
        let type = SQL(unchecked: baseTypeName)
        switch baseTypeName {
        case "\"char\"": return "right((\(number))::text, 1)::\(type)"
        case "point": return "point(\(number), \(number))"
        case "box": return "box(point(\(number), \(number)))"
        case "circle": return "circle(point(\(number), \(number)), 1)"
        case "xml": return "('<assay>' || \(number) || '</assay>')::xml"
        case "tsvector", "tsquery": return "('assay' || \(number))::\(type)"
        case "bit", "bit varying":
            let bits = min(parameters.first ?? (baseTypeName == "bit" ? 1 : 64), 64)
            let padding = max(0, (parameters.first ?? bits) - bits)
            let zeros = String(repeating: "0", count: baseTypeName == "bit" ? padding : 0)
            return "(B'\(unchecked: zeros)' || (\(number))::bit(\(unchecked: String(bits))))"
        case "macaddr", "macaddr8":
            let digits = baseTypeName == "macaddr" ? "12" : "16"
            return "lpad(to_hex(\(number)), \(unchecked: digits), '0')::\(type)"
        case "pg_lsn": return "('0/' || to_hex(\(number)))::pg_lsn"
        default: return nil
        }
    }

    /// How many characters fit, where the type says so.
    private var length: Int? {
        switch baseTypeName {
        case "character": parameters.first ?? 1
        default: parameters.first
        }
    }

    /// The numbers in parentheses behind the type's name.
    private var parameters: [Int] {
        guard let open = typeName.firstIndex(of: "("), let close = typeName.lastIndex(of: ")"),
            open < close
        else { return [] }
        return typeName[typeName.index(after: open)..<close].split(separator: ",").compactMap {
            Int($0.filter { $0 != " " })
        }
    }
}
