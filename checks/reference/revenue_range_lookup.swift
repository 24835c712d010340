import Assay

/// Revenues as sources write them, and the range each one means.
let revenueRangeLookup = Table("reference.revenue_range_lookup", key: "id") {
    RowCount(1...)
    Required("raw_value", "matched_revenue_range")
    Unique(by: "raw_value")

    served()
}
.owner("data platform")
