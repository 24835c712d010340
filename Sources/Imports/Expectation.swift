import Assay
import Suggestions
import Yams

/// An expectation by its name and its arguments, of Great Expectations or of dbt_expectations.
struct Expectation {
    /// What it is called: `expect_column_values_to_not_be_null`.
    let name: String
    /// The column it is about, where its place says so.
    let column: String?
    let arguments: Node?
    let table: TableName

    /// What became of it.
    enum Outcome {
        case checks([CheckText])
        case none(String)
    }

    private func text(_ key: String) -> String? { arguments?[key]?.text }
    private func isTrue(_ key: String) -> Bool { ["true", "True", "yes"].contains(text(key)) }
    private var subject: String { text("column") ?? text("column_name") ?? column ?? "" }
    private var place: String { "\(table.schema.inSQL).\(table.name.inSQL)" }

    private var strictly: (Bool, Bool) {
        let both = isTrue("strictly")
        return (both || isTrue("strict_min"), both || isTrue("strict_max"))
    }

    /// The checks that promise the same.
    var outcome: Outcome {
        guard let arguments = arguments?.entries,
            arguments.contains(where: { $0.value.holdsTemplate })
        else { return translated }
        return .none("it holds a template or a parameter, which only its own tool can fill in")
    }

    private var translated: Outcome {
        let nothing = Outcome.none("its arguments are not understood")
        func one(_ check: CheckText?) -> Outcome { check.map { .checks([$0]) } ?? nothing }
        // A count of at least 1.5 is one of at least 2.
        func counted(
            _ least: String, _ most: String, _ check: (Int?, Int?) -> CheckText?
        ) -> Outcome {
            let texts = [text(least), text(most)]
            let bounds = [texts[0]?.whole(.up), texts[1]?.whole(.down)]
            guard zip(texts, bounds).allSatisfy({ ($0 == nil) == ($1 == nil) }) else {
                return nothing
            }
            return one(check(bounds[0], bounds[1]))
        }
        let needsColumn = name.hasPrefix("expect_column") && !name.contains("_pair_")
        if needsColumn, subject.isEmpty { return .none("it names no column") }
        switch name {
        case "expect_column_values_to_not_be_null": return one(Writing.required(subject))
        case "expect_column_values_to_be_null":
            return one(
                Writing.condition(
                    "\(subject.inSQL) IS NOT NULL", then: "false", named: "nothing-in-\(subject)"))
        case "expect_column_values_to_be_unique": return one(Writing.unique([subject]))
        case "expect_compound_columns_to_be_unique",
            "expect_select_column_values_to_be_unique_within_record",
            "expect_multicolumn_values_to_be_unique":
            let columns = arguments?["column_list"]?.texts ?? []
            guard name == "expect_compound_columns_to_be_unique", !columns.isEmpty else {
                return .none("it compares columns of one row; `Implies` with SQL can")
            }
            return one(Writing.unique(columns))
        case "expect_column_values_to_be_in_set", "expect_column_distinct_values_to_be_in_set":
            let values = arguments?["value_set"]?.texts ?? []
            return values.isEmpty ? nothing : one(Writing.oneOf(subject, values))
        case "expect_column_values_to_not_be_in_set":
            let values = arguments?["value_set"]?.texts ?? []
            return values.isEmpty ? nothing : one(Writing.noneOf(subject, values))
        case "expect_column_values_to_be_between":
            return one(
                Writing.range(subject, text("min_value"), text("max_value"), strictly: strictly))
        case "expect_column_values_to_match_regex":
            return text("regex").map { one(Writing.matches(subject, regex: $0)) } ?? nothing
        case "expect_column_values_to_not_match_regex":
            guard let regex = text("regex") else { return nothing }
            let literal = "'" + regex.replacing("'", with: "''") + "'"
            return one(
                Writing.condition(
                    "\(subject.inSQL) IS NOT NULL", then: "\(subject.inSQL) !~ \(literal)",
                    named: "shape-of-\(subject)"))
        case "expect_column_values_to_match_like_pattern":
            return text("like_pattern").map { one(Writing.matches(subject, like: [$0])) } ?? nothing
        case "expect_column_values_to_match_like_pattern_list":
            let patterns = arguments?["like_pattern_list"]?.texts ?? []
            let isAny = patterns.count < 2 || text("match_on") != "all"
            return patterns.isEmpty || !isAny
                ? nothing : one(Writing.matches(subject, like: patterns))
        case "expect_column_value_lengths_to_be_between":
            return counted("min_value", "max_value") { Writing.length(subject, $0, $1) }
        case "expect_column_value_lengths_to_equal":
            return counted("value", "value") { Writing.length(subject, $0, $1) }
        case "expect_table_row_count_to_be_between":
            return counted("min_value", "max_value", Writing.rowCount)
        case "expect_table_row_count_to_equal":
            return counted("value", "value", Writing.rowCount)
        case "expect_column_pair_values_a_to_be_greater_than_b":
            guard let left = text("column_A"), let right = text("column_B") else { return nothing }
            let sign = isTrue("or_equal") ? ">=" : ">"
            return one(
                Writing.condition(
                    "\(left.inSQL) IS NOT NULL AND \(right.inSQL) IS NOT NULL",
                    then: "\(left.inSQL) \(sign) \(right.inSQL)", named: "\(left)-above-\(right)"))
        case "expect_column_pair_values_to_be_equal":
            guard let left = text("column_A"), let right = text("column_B") else { return nothing }
            return one(
                Writing.condition(
                    "\(left.inSQL) IS NOT NULL AND \(right.inSQL) IS NOT NULL",
                    then: "\(left.inSQL) = \(right.inSQL)", named: "\(left)-equals-\(right)"))
        case "expect_row_values_to_have_recent_data":
            guard let count = text("interval").flatMap({ Double($0) }), let unit = text("datepart")
            else { return nothing }
            return one(Writing.fresh(subject, count, unit))
        case "unexpected_rows_expectation":
            guard let query = text("unexpected_rows_query") else { return nothing }
            let title = text("description") ?? "rows that the query finds"
            return one(Writing.noRows(title, query.replacing("{batch}", with: place)))
        default: return aggregated
        }
    }

    /// Expectations of one number of a column.
    private var aggregated: Outcome {
        let column = subject.inSQL
        let aggregates = [
            "min": "min(\(column))", "max": "max(\(column))", "mean": "avg(\(column))",
            "sum": "sum(\(column))", "stdev": "stddev(\(column))",
            "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY \(column))",
            "unique_value_count": "count(DISTINCT \(column))",
            "proportion_of_unique_values":
                "count(DISTINCT \(column))::float8 / nullif(count(\(column)), 0)",
            "proportion_of_non_null_values": "count(\(column))::float8 / nullif(count(*), 0)",
        ]
        for (word, expression) in aggregates where name == "expect_column_\(word)_to_be_between" {
            let check = Writing.aggregate(
                expression, of: table, text("min_value"), text("max_value"), strictly: strictly,
                scope: text("row_condition"))
            return check.map { .checks([$0]) }
                ?? .none("its bounds are no numbers; `NoRows` can compare")
        }
        if name == "expect_column_to_exist" || name.hasPrefix("expect_table_column") {
            return .none("a column that a check names and that is missing is a refusal already")
        }
        if name.hasPrefix("expect_column_values_to_be_of_type")
            || name.hasPrefix("expect_column_values_to_be_in_type")
        {
            return .none("the catalog guarantees types; say it in the table's definition")
        }
        return .none("no kind promises this; `NoRows` takes SQL that finds the violators")
    }
}

extension Node {
    var holdsTemplate: Bool {
        if entries.contains(where: { $0.key.string == "$PARAMETER" }) { return true }
        return text?.isTemplate ?? texts.contains(where: \.isTemplate)
    }
}
