import Assay
import Postgres

extension Connection {
    /// A table's name as it stands in SQL.
    nonisolated func quoted(_ table: TableName) throws(PostgresError) -> String {
        "\(try quoted(table.schema)).\(try quoted(table.name))"
    }
}
