public import Assay
import AssayMain

/// Companies of the warehouse that faults strike.
public let companies = Table("core.companies", key: "id") {
    Normalized("domain", as: .domain)
}

/// Who buys from them.
public let customers = Table("core.customers", key: "id") {
    References("company_domain", in: "core.companies.domain")
}

/// The command `assay` of a warehouse of two tables, so that tests can kill a real one.
@main struct SmallWarehouse: AuditSuite {
    static let tables = [companies, customers]
}
