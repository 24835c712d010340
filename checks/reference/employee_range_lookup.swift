import Assay

/// Company sizes as sources write them, and the range each one means.
let employeeRangeLookup = Table("reference.employee_range_lookup", key: "id") {
    RowCount(1...)
    Required("size_raw", "size_cleaned")
    Unique(by: "size_raw")

    served()
}
.owner("data platform")
