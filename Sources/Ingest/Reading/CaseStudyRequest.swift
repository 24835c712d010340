import Assay

/// What a client says to have a case study read.
public struct CaseStudyRequest: Sendable {
    /// What a request may hold.
    public static let fields: [Field] =
        Workflow.caseStudyBuyers.fields.filter { field in
            [
                "origin_company_name", "origin_company_domain", "case_study_url",
                "customer_company_name", "customer_company_domain",
            ].contains(field.name)
        } + [.readAgain]

    /// Where the case study is.
    public let address: String
    /// The domain of the company that published it.
    let originDomain: String
    /// Whether it is to be paid for though it was read before.
    let isAnew: Bool
    /// What the client sent.
    let payload: JSONValue

    /// Reads a payload as a request to have its case study read.
    static func read(
        _ value: JSONValue, for workflow: Workflow, _ door: Door
    ) -> Result<CaseStudyRequest, Invalid> {
        let subject: String
        switch workflow.read(value) {
        case .success(let found): subject = found
        case .failure(let fault): return .failure(fault)
        }
        let item = Item(value: value, path: "")
        let domain = item.text("origin_company_domain", as: .domain)
        var problems = door.problems(of: subject, workflow)
        if let fault = domain.fault {
            problems.append(Problem(path: domain.path, sentence: fault.sentence))
        }
        guard problems.isEmpty, let originDomain = domain.text else {
            return .failure(Invalid(problems: problems))
        }
        return .success(
            CaseStudyRequest(
                address: subject, originDomain: originDomain,
                isAnew: item.boolean("read_again").value == .bool(true), payload: value))
    }
}

extension Field {
    /// Whether a page that was read before is paid for once more.
    static let readAgain = Field.boolean("read_again")
}

extension Ingest {
    /// The request that a payload of pipeline 1 is, where it brings no results.
    ///
    /// - Returns: Nothing where it brings results, or is not what the workflow takes, which ``accept`` says.
    public func caseStudyToRead(in payload: [UInt8]) -> Result<CaseStudyRequest, Refused>? {
        guard let value = try? JSONReader.value(of: payload) else { return nil }
        let results = [
            "article_title", "customer_company_domain", "champions", "confidence", "reasoning",
        ]
        let isRead = results.contains { key in
            value[key].map { !$0.isNull && !$0.isBlank } == true
        }
        if isRead { return nil }
        return CaseStudyRequest.read(value, for: .caseStudyExtraction, door)
            .mapError { Refused(answer: .invalid($0.problems)) }
    }

    /// The request to read a case study for its buyers.
    public func caseStudyRequest(in payload: [UInt8]) -> Result<CaseStudyRequest, Refused> {
        switch Request.read(payload, CaseStudyRequest.fields) {
        case .failure(let refused): .failure(Refused(answer: refused.answer))
        case .success(let item):
            CaseStudyRequest.read(item.value, for: .caseStudyBuyers, door)
                .mapError { Refused(answer: .invalid($0.problems)) }
        }
    }

    /// Why a request is none.
    public struct Refused: Error, Sendable {
        /// What its sender is told.
        public let answer: Answer
    }
}
