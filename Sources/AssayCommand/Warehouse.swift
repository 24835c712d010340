import Assay
import AssayMain
import Checks

/// This warehouse's command: the tables of `checks/`.
@main
struct Warehouse: AuditSuite {
    static let name = "warehouse"
    static let tables = Checks.warehouse
}
