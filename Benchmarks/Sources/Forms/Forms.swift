import Assay

/// Prints the variables that the scripts in `fused/` take, in the spelling that Assay sends itself.
///
/// `fused/loose.sql` holds the same variables in the spelling that a hurried person would choose.
@main
enum Forms {
    static func main() {
        for (name, column) in [
            ("origin", "origin_company_domain"), ("customer", "customer_domain"),
        ] {
            define("\(name)_dirty", "NOT \(Normalizer.domain.isNormalized(.identifier(column)))")
            define("\(name)_key", Normalizer.domain.key(.identifier(column)))
        }
    }

    /// Prints a variable's definition, quoted as psql unquotes it.
    private static func define(_ name: String, _ sql: SQL) {
        let (text, bindings) = sql.rendered { "\"\($0)\"" }
        precondition(bindings.isEmpty, "a script of psql binds no values")
        let quoted = text.flatMap { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }
        print(#"\set \#(name) '\#(String(quoted))'"#)
    }
}
