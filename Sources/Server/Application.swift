import HTTPTypes
import Hummingbird
import Ingest
import Logging
import NIOCore
import ServiceLifecycle

/// The service over HTTP.
extension Service {
    /// The routes, made from the endpoints.
    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: Envelope(metrics: metrics))
        for endpoint in Service.endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method.http) { request, context in
                let id = request.headers[text: requestID] ?? ""
                let (reply, trouble) = await respond(to: request, context.parameters, endpoint)
                if let trouble {
                    context.logger.error(
                        "\(trouble)", metadata: ["request": "\(id)", "path": "\(endpoint.path)"])
                }
                return reply.response
            }
        }
        return router
    }

    private func respond(
        to request: Request, _ parameters: Parameters, _ endpoint: Endpoint
    ) async -> (reply: Reply, trouble: String?) {
        if endpoint.access == .key, owner(of: request) == nil {
            return (
                .problem(
                    401, "Unauthorized",
                    "send a key that this service knows: Authorization: Bearer …",
                    headers: [("WWW-Authenticate", "Bearer")]), nil
            )
        }
        var body: [UInt8] = []
        if !endpoint.fields.isEmpty {
            guard request.isJSON else {
                return (
                    .problem(
                        415, "Unsupported media type",
                        "send the body as application/json, in UTF-8 and without a Content-Encoding"
                    ), nil
                )
            }
            do {
                guard let collected = try await collect(request.body) else {
                    return (
                        .problem(
                            408, "Body too slow",
                            "the body did not come to its end within "
                                + "\(bodyTime.components.seconds) seconds; send less at a time"),
                        nil
                    )
                }
                body = collected
            } catch is NIOTooManyBytesError {
                return (
                    .problem(
                        413, "Body too long",
                        "a body may have \(bodyLimit) bytes; send less at a time"),
                    nil
                )
            } catch {
                return (.problem(400, "Body cut short", "the body did not come to its end"), nil)
            }
        }
        var key = request.headers[text: "Idempotency-Key"]
        // What is signed names the message: whoever overheard it cannot name it anew.
        if let signatures, !endpoint.fields.isEmpty {
            switch signatures.message(of: body, { request.headers[text: $0] }) {
            case .success(let id): key = id
            case .failure(let fault):
                return (.problem(401, "Signature refused", fault.description), nil)
            }
        }
        var values: [String: String] = [:]
        for (name, value) in parameters { values[String(name)] = String(value) }
        return await reply(
            to: Call(service: self, body: body, parameters: values, key: key), at: endpoint)
    }

    /// The whole body; nothing where it takes longer than it may.
    private func collect(_ body: RequestBody) async throws -> [UInt8]? {
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                Array(try await body.collect(upTo: bodyLimit).readableBytesView)
            }
            group.addTask {
                try await Task.sleep(for: bodyTime)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func owner(of request: Request) -> String? {
        guard let header = request.headers[.authorization],
            header.lowercased().hasPrefix("bearer ")
        else { return nil }
        return keys.owner(of: String(header.dropFirst(7)))
    }
}

/// What every request has around it: an id, an answer in one form, a line in the log, and its place in the
/// metrics.
struct Envelope: RouterMiddleware {
    let metrics: Metrics

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        var head = request.head
        let id = Envelope.identity(head.headerFields[text: requestID]) ?? context.id
        head.headerFields[text: requestID] = id
        var response: Response
        do {
            response = try await next(Request(head: head, body: request.body), context)
        } catch let error as HTTPError where error.status == .notFound {
            response =
                Reply.problem(
                    404, "Not found", "there is nothing here; GET /openapi.json says what there is"
                ).response
        } catch {
            context.logger.error(
                "a request failed: \(type(of: error))", metadata: ["request": "\(id)"])
            response = Reply.problem(500, "Internal error", "something went wrong here").response
        }
        response.headers[text: requestID] = id
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        metrics.count(context.endpointPath, response.status.code, seconds)
        context.logger.info(
            "answered",
            metadata: [
                "request": "\(id)", "method": "\(request.method.rawValue)",
                "path": "\(context.endpointPath ?? "none")", "status": "\(response.status.code)",
                "milliseconds": "\(Int(seconds * 1_000))",
            ])
        return response
    }

    /// What the client names the request, where that may stand in a log.
    private static func identity(_ text: String?) -> String? {
        guard let text, (1...100).contains(text.utf8.count),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else { return nil }
        return text
    }
}

extension Reply {
    var response: Response {
        var fields = HTTPFields()
        fields[.contentType] = type
        for (name, value) in headers {
            fields[text: name] = value
        }
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

extension Endpoint.Method {
    fileprivate var http: HTTPRequest.Method {
        switch self {
        case .get: .get
        case .post: .post
        }
    }
}

extension Request {
    /// Whether its body is declared to be JSON that can be read as it comes.
    fileprivate var isJSON: Bool {
        guard headers[.contentEncoding] == nil, let type = headers[.contentType] else {
            return false
        }
        let media = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return media == "application/json" || media.hasSuffix("+json")
    }
}

extension HTTPFields {
    /// A field by its name as text.
    subscript(text name: String) -> String? {
        get { HTTPField.Name(name).flatMap { self[$0] } }
        set {
            if let name = HTTPField.Name(name) { self[name] = newValue }
        }
    }
}

/// The header that names a request.
private let requestID = "X-Request-Id"
