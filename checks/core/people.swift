import Assay

/// People we may write to, and the company each one works for.
let people = Table("core.people", key: "id") {
    RowCount(1_000...)
    Required("full_name", "company_domain")
    References("company_domain", in: "core.companies.domain")
    Normalized("company_domain", as: .domain)
    SharedHost("company_domain")
        .because("People who all work for a link shortener work somewhere we no longer know.")
    Matches("linkedin_url", like: "https://www.linkedin.com/in/_%")
    Length("job_title", 2...120)
    Implies(.present("updated_at"), then: "updated_at >= created_at").named("updated-after-created")

    NoRows("people changed in bulk at one instant") {
        """
        SELECT id FROM core.people
        WHERE updated_at IN (
            SELECT updated_at FROM core.people
            WHERE updated_at > created_at
            GROUP BY updated_at HAVING count(*) > 100)
        """
    }
    .violated(by: .rows(101, of: "core.people", ["created_at": .ago(.hours(1))]))
    .kept(by: .rows(100, of: "core.people", ["created_at": .ago(.hours(1))]))
    .severity(.warning)
    .because("Rows were once rewritten by the hundred to get past a foreign key, unapproved.")

    stamped()
    served()
}
.owner("revenue operations")
