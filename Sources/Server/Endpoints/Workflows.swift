import Ingest

extension Endpoint {
    /// Where payloads are taken in.
    static let workflows: [Endpoint] = Workflow.all.map { workflow in
        workflow.name == Workflow.caseStudyExtraction.name
            ? extraction(of: workflow) : taking(by: workflow)
    }

    private static func taking(by workflow: Workflow) -> Endpoint {
        Endpoint(
            method: .post, path: workflow.path, summary: workflow.summary, fields: workflow.fields,
            answers: [
                200: "All of it is stored, but for what waits in the quarantine.",
                422:
                    "The Idempotency-Key was used for another payload, or the database refused it.",
            ], takesKey: true
        ) { call in
            try await call.store(call.body, by: workflow)
        }
    }

    /// Paths that clients of the old system know, and that are gone.
    static let retired: [Endpoint] = Workflow.retired.map { path, successor in
        Endpoint(
            method: .post, path: path, summary: "Gone: use \(successor.path).",
            answers: [410: "Gone; the Link header names the successor."], isRetired: true
        ) { _ in
            .problem(
                410, "Gone", "\(path) is gone; send the payload to \(successor.path)",
                headers: [
                    // The day on which it was retired, as RFC 9745 writes days.
                    ("Deprecation", "@1795564800"),
                    ("Link", "<\(successor.path)>; rel=\"successor-version\""),
                ])
        }
    }

    /// What clients may look up.
    static let lookups: [Endpoint] =
        Lookup.all.map { lookup in
            Endpoint(
                method: .post, path: lookup.path, summary: lookup.summary, fields: lookup.fields,
                answers: [200: "What the warehouse knows."]
            ) { call in
                let answer = try await call.service.pool.lend { connection in
                    try await call.service.ingest.look(
                        up: lookup, for: call.body, over: connection)
                }
                return Reply(answer)
            }
        } + [
            Endpoint(
                method: .post, path: Ingest.existencePath,
                summary: "Says whether a value exists in a column of the warehouse.",
                fields: Ingest.existenceFields, answers: [200: "Whether it exists."]
            ) { call in
                let answer = try await call.service.pool.lend { connection in
                    try await call.service.ingest.checkExistence(call.body, over: connection)
                }
                return Reply(answer)
            }
        ]
}
