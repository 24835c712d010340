import Assay
import AssayMain

/// The checks around the repair that is measured.
@main
struct MendingSuite: AuditSuite {
    static let name = "mending"
    static let tables = [customers]
}

/// The check that is mended, and two that must not get worse meanwhile.
let customers = Table("core.customers", key: "id") {
    Normalized("domain", as: .domain)
    Required("name")
    OneOf("source", "clay", "crawler", "manual")
}
