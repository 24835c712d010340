import Assay

/// What every table promises that the REST layer reads for its clients.
func served(file: String = #filePath, line: Int = #line) -> [any Check] {
    [
        Grants(.select, to: "service_role", file: file, line: line)
            .severity(.warning)
            .because(
                "The REST layer reads as service_role; what it lacks shows when a client fails.")
    ]
}

/// What every table promises whose rows say when they were last changed.
func stamped(file: String = #filePath, line: Int = #line) -> [any Check] {
    [
        Stamped("updated_at", file: file, line: line)
            .severity(.warning)
            .because("Without it a changed row keeps its old time, and every sync passes it over.")
    ]
}
