import Assay

/// Every technology that was ever seen on a site; new ones are added as they are met.
let technologies = Table("reference.technologies", key: "id") {
    RowCount(1...)
    Normalized("name", as: .name)
    Unique(by: .normalized("name", as: .name))
    Length("name", 1...80)

    served()
    Exposed(to: "service_role").severity(.warning)
}
.owner("data platform")
