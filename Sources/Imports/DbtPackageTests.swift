import Assay
import Suggestions
import Yams

/// The tests that packages of dbt's bring along: dbt_utils and dbt_expectations.
struct DbtPackageTests {
    let test: DbtTest
    let column: String?
    let table: TableName

    /// The checks that promise the same.
    var outcome: Expectation.Outcome {
        if test.plainName.hasPrefix("expect_") {
            return Expectation(
                name: test.plainName, column: column, arguments: test.arguments, table: table
            ).outcome
        }
        if let column { return ofColumn(column) ?? ofTable }
        return ofTable
    }

    private func text(_ key: String) -> String? { test[key]?.text }

    private func one(_ check: CheckText?) -> Expectation.Outcome {
        check.map { .checks([$0]) } ?? .none("its arguments are not understood")
    }

    private func ofColumn(_ column: String) -> Expectation.Outcome? {
        switch test.plainName {
        case "not_empty_string":
            return one(
                text("trim_whitespace") == "false"
                    ? Writing.matches(column, like: ["_%"])
                    : Writing.matches(column, regex: #"[^\s]"#))
        case "accepted_range":
            let isStrict = text("inclusive") == "false"
            return one(
                Writing.range(
                    column, text("min_value"), text("max_value"), strictly: (isStrict, isStrict)))
        case "at_least_one":
            return one(
                CheckText(
                    "RowCount", ["1..."],
                    modifiers: [
                        ".where(.not(.isNull(\(column.quoted))))",
                        ".named(\("at-least-one-\(column)".slug.quoted))",
                    ]))
        case "not_null_proportion":
            guard let share = text("at_least").flatMap({ Double($0) }), (0...1).contains(share)
            else {
                return one(nil)
            }
            var check = Writing.required(column)
            let percent = ((1 - share) * 1e8).rounded() / 1e6
            if percent > 0 { check.modifiers.append(".allow(upTo: .percent(\(percent.plain)))") }
            return one(check)
        case "not_accepted_values":
            return one(Writing.noneOf(column, test["values"]?.texts ?? []))
        case "expression_is_true":
            return one(
                text("expression").map {
                    Writing.holds("\(column.inSQL) \($0)", named: text("name"))
                })
        case "not_constant":
            return one(
                Writing.aggregate("count(DISTINCT \(column.inSQL))", of: table, "2", nil))
        default: return nil
        }
    }

    private var ofTable: Expectation.Outcome {
        switch test.plainName {
        case "expression_is_true":
            return one(text("expression").map { Writing.holds($0, named: text("name")) })
        case "unique_combination_of_columns":
            let columns = test["combination_of_columns"]?.texts ?? []
            return one(columns.isEmpty ? nil : Writing.unique(columns))
        case "recency":
            guard let field = text("field"), field.isName, let unit = text("datepart"),
                let count = text("interval").flatMap({ Double($0) })
            else { return one(nil) }
            return one(Writing.fresh(field, count, unit))
        case "equal_rowcount", "fewer_rows_than", "equality", "cardinality_equality":
            return .none("it compares two tables; `NoRows` takes SQL that does")
        case "sequential_values", "mutually_exclusive_ranges":
            return .none("it compares rows with one another; `NoRows` takes SQL that does")
        default:
            return .none(
                "it is a test of the project's own or of a package; `NoRows` takes the SQL of its macro"
            )
        }
    }
}
