import Ingest

extension Endpoint {
    /// What operators and their tools ask.
    static let operations: [Endpoint] = [
        Endpoint(
            method: .get, path: "/health/live", summary: "Says that the process runs.",
            access: .anybody, answers: [200: "It runs."]
        ) { _ in
            Reply(200, .object([.init("status", .string("live"))]))
        },
        Endpoint(
            method: .get, path: "/health/ready",
            summary: "Says whether payloads can be taken in: the database answers, and fits.",
            access: .anybody, answers: [200: "They can.", 503: "They cannot; the detail says why."]
        ) { call in
            let refusals = try await call.service.pool.lend { connection in
                try await call.service.fitness.refusals(
                    of: call.service.ingest.statements, on: connection)
            }
            guard let first = refusals.first else {
                return Reply(200, .object([.init("status", .string("ready"))]))
            }
            return .problem(
                503, "Not ready",
                "the database does not fit this version, in \(refusals.count) "
                    + (refusals.count == 1 ? "place" : "places") + ": \(first)",
                headers: [("Retry-After", "30")])
        },
        Endpoint(
            method: .get, path: "/metrics", summary: "Counts, in the text form of Prometheus.",
            answers: [200: "The counts."]
        ) { call in
            let load = await call.service.pool.load
            let text = call.service.metrics.text([
                (
                    "assay_connections_in_use", "Connections to the database that are in use.",
                    load.lent
                ),
                ("assay_requests_waiting", "Requests that wait for a connection.", load.waiting),
                (
                    "assay_pages_being_read", "Case studies that are being read.",
                    call.service.reader?.load ?? 0
                ),
            ])
            return Reply(200, text: text, type: "text/plain; version=0.0.4; charset=utf-8")
        },
        Endpoint(
            method: .get, path: "/openapi.json", summary: "This description, in OpenAPI 3.1.",
            access: .anybody, answers: [200: "The description."]
        ) { _ in
            Reply(200, OpenAPI.document(of: Service.endpoints))
        },
    ]
}
