/// A payload of customers-of-3, of which each differs from the others in a number.
struct Payload {
    /// Its text, with the template's mark for the number.
    let text: String
    private let customers: Int

    /// Makes one.
    ///
    /// - Parameters:
    ///   - customers: How many customers it names; every second has a case study.
    ///   - size: How many bytes it has at least, filled up by text that nobody asked for.
    init(customers: Int, size: Int = 0) {
        let listed = (0..<customers).map { number in
            let isStudied = number.isMultiple(of: 2)
            let url = isStudied ? "https://www.a\(Template.mark).com/customers/\(number)" : ""
            return """
                {"companyName": "Customer \(number) & Sons \(Template.mark)", "url": "\(url)", \
                "hasCaseStudy": \(isStudied)}
                """
        }
        let said = "The site lists its customers by name, and tells of some of them. "
        let spoken =
            """
            {"origin_company_domain": "a\(Template.mark).com", "origin_company_name": "Company \(Template.mark)", \
            "response": "\(String(repeating: said, count: 4))", \
            "customers": [\(listed.joined(separator: ", "))], \
            "reasoning": "\(String(repeating: said, count: 3))", "confidence": "high", \
            "stepsTaken": ["https://www.a\(Template.mark).com/", "https://www.a\(Template.mark).com/customers"]
            """
        let filler = String(repeating: "x", count: max(0, size - spoken.utf8.count - 16))
        text = spoken + (filler.isEmpty ? "}" : ", \"filler\": \"\(filler)\"}")
        self.customers = customers
    }

    /// The request that brings it to the service.
    func request(key: String) -> [Template] {
        [
            Template(
                post: "/run/companies/claygent/customers-of-3/ingest",
                headers: ["Authorization: Bearer \(key)"], body: text)
        ]
    }

    /// The requests that bring a REST layer the rows that the service makes of it, each by itself: the copy
    /// first, whose id the client chose, so that no answer has to be read for it.
    func rows(key: String) -> [Template] {
        func upsert(_ table: String, on conflict: String, _ row: String) -> Template {
            let parts = table.split(separator: ".")
            let merging = conflict.isEmpty ? "" : ",resolution=merge-duplicates"
            return Template(
                post: "/\(parts[1])" + (conflict.isEmpty ? "" : "?on_conflict=\(conflict)"),
                headers: [
                    "Authorization: Bearer \(key)", "Content-Profile: \(parts[0])",
                    "Prefer: return=minimal\(merging)",
                ], body: "{\(row)}")
        }
        let quoted = text.reduce(into: "") { $0 += $1 == "\"" ? "\\\"" : String($1) }
        let id = "00000000-0000-4000-8000-000\(Template.mark)"
        let origin = #""origin_company_domain": "a\#(Template.mark).com""#
        let named = #"\#(origin), "origin_company_name": "Company \#(Template.mark)""#
        var requests = [
            upsert(
                "raw.claygent_customers_structured_raw", on: "",
                #""id": "\#(id)", \#(origin), "payload": \#(text), "body": "\#(quoted)""#)
        ]
        for number in 0..<customers {
            let isStudied = number.isMultiple(of: 2)
            let url =
                isStudied ? #""https://www.a\#(Template.mark).com/customers/\#(number)""# : "null"
            let customer = #""Customer \#(number) & Sons \#(Template.mark)""#
            let row = #"""
                \#(named), "customer_name": \#(customer), "case_study_url": \#(url), \#
                "has_case_study": \#(isStudied)
                """#
            requests.append(
                upsert(
                    "core.company_customers", on: "origin_company_domain,customer_name",
                    #"\#(row), "source": "claygent_structured""#))
            requests.append(
                upsert(
                    "extracted.claygent_customers_structured", on: "raw_id,customer_name",
                    #""raw_id": "\#(id)", \#(row), "confidence": "high""#))
            if isStudied {
                requests.append(
                    upsert(
                        "raw.staging_case_study_urls", on: "case_study_url",
                        #"\#(named), "customer_company_name": \#(customer), "case_study_url": \#(url)"#
                    ))
            }
        }
        return requests
    }
}
