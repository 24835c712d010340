public import Ingest
import Logging
import Pages
import Web

extension ConnectionPool: ConnectionLender {}

extension CaseStudyReader {
    /// A reader that fetches pages where they may be, asks a model over HTTP, counts and logs.
    convenience init(
        _ options: ReadingOptions, over pool: ConnectionPool, addresses: AddressRules,
        _ metrics: Metrics, _ logger: Logger
    ) throws(WebAddress.Fault) {
        let model = try ModelClient(options)
        let fetcher = PageFetcher(by: WebClient(rules: addresses), limits: options.page)
        self.init(
            options.reader, over: pool,
            fetching: { address throws(CaseStudyPage.Fault) in
                try await fetcher.caseStudy(at: address)
            },
            asking: { await model.reply(to: $0) },
            telling: { event in
                metrics.count(event)
                var metadata: Logger.Metadata = [
                    "outcome": "\(event.outcome)", "input_tokens": "\(event.tokens.input)",
                    "output_tokens": "\(event.tokens.output)", "cost_usd": "\(event.cost)",
                ]
                if let id = event.id { metadata["reading"] = "\(id)" }
                logger.log(
                    level: event.isTrouble ? .error : .info, "\(event.sentence)",
                    metadata: metadata)
            })
    }
}

extension PageFetcher {
    /// The page of a case study, as a model is given it.
    fileprivate func caseStudy(
        at text: String
    ) async throws(CaseStudyPage.Fault) -> CaseStudyPage {
        let address: WebAddress
        do throws(WebAddress.Fault) {
            address = try WebAddress(text)
        } catch {
            throw CaseStudyPage.Fault("has no address that can be fetched: it \(error)")
        }
        let page: Page
        do throws(PageFailure) {
            page = try await self.page(at: address)
        } catch {
            throw CaseStudyPage.Fault(error.description, isPassing: error.isPassing)
        }
        return try CaseStudyPage(
            text: page.text,
            links: page.links.map { CaseStudyPage.Link(words: $0.words, host: $0.host) },
            isCut: page.isCut)
    }
}

extension Reply {
    /// Why a case study was not read.
    init(_ fault: ReadingFault) {
        let (status, title) =
            switch fault.kind {
            case .page: (422, "Page not readable")
            case .pageAway: (502, "Page not reached")
            case .declined: (422, "Declined by the model")
            case .unusable: (502, "Answer not usable")
            case .refused: (502, "Refused by the model's server")
            case .away: (503, "Model away")
            case .busy, .underWay: (503, "Busy")
            case .overLimit: (429, "Money spent")
            }
        self = .problem(
            status, title, "the case study was not read, and nothing was stored: \(fault.sentence)",
            headers: fault.retryAfter.map { [("Retry-After", String($0))] } ?? [])
    }
}
