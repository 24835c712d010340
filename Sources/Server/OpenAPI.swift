import Ingest

/// The description of the service that tools read, made from its endpoints.
enum OpenAPI {
    /// The document.
    static func document(of endpoints: [Endpoint]) -> JSONValue {
        var paths: [(String, [JSONValue.Member])] = []
        for endpoint in endpoints {
            let member = JSONValue.Member(endpoint.method.rawValue, operation(endpoint))
            if let place = paths.firstIndex(where: { $0.0 == endpoint.path }) {
                paths[place].1.append(member)
            } else {
                paths.append((endpoint.path, [member]))
            }
        }
        return .object([
            .init("openapi", .string("3.1.0")),
            .init(
                "info",
                .object([
                    .init("title", .string("Assay: the ingest core")),
                    .init("version", .string("1")),
                    .init(
                        "description",
                        .string(
                            "Takes payloads into the warehouse: each in one transaction, with one answer."
                        )),
                ])),
            .init("paths", .object(paths.map { .init($0.0, .object($0.1)) })),
            .init(
                "components",
                .object([
                    .init(
                        "securitySchemes",
                        .object([
                            .init(
                                "key",
                                .object([
                                    .init("type", .string("http")),
                                    .init("scheme", .string("bearer")),
                                ]))
                        ])),
                    .init("schemas", .object([.init("Problem", problem)])),
                ])),
        ])
    }

    private static func operation(_ endpoint: Endpoint) -> JSONValue {
        var members: [JSONValue.Member] = [.init("summary", .string(endpoint.summary))]
        if endpoint.isRetired { members.append(.init("deprecated", .bool(true))) }
        let parameters =
            endpoint.parameters.map { parameter("path", $0, isRequired: true) }
            + (endpoint.takesKey ? [parameter("header", "Idempotency-Key", isRequired: false)] : [])
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if !endpoint.fields.isEmpty {
            members.append(
                .init(
                    "requestBody",
                    .object([
                        .init("required", .bool(true)),
                        .init("content", content("application/json", schema(endpoint.fields))),
                    ])))
        }
        let answers = endpoint.answers.merging(endpoint.commonAnswers) { own, _ in own }
        members.append(
            .init(
                "responses",
                .object(
                    answers.sorted { $0.key < $1.key }.map { status, meaning in
                        var answer: [JSONValue.Member] = [.init("description", .string(meaning))]
                        if status >= 400 {
                            answer.append(
                                .init(
                                    "content",
                                    content(
                                        "application/problem+json",
                                        .object([
                                            .init("$ref", .string("#/components/schemas/Problem"))
                                        ]))))
                        }
                        return .init(String(status), .object(answer))
                    })))
        members.append(
            .init(
                "security",
                .array(endpoint.access == .key ? [.object([.init("key", .array([]))])] : [])))
        return .object(members)
    }

    private static func parameter(
        _ place: String, _ name: String, isRequired: Bool
    ) -> JSONValue {
        .object([
            .init("name", .string(name)), .init("in", .string(place)),
            .init("required", .bool(isRequired)),
            .init("schema", .object([.init("type", .string("string"))])),
        ])
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        .object([.init(type, .object([.init("schema", schema)]))])
    }

    private static func schema(_ fields: [Field]) -> JSONValue {
        var properties: [JSONValue.Member] = []
        for field in fields {
            let shape = schema(field.shape)
            properties.append(.init(field.name, shape))
            if let alias = field.alias { properties.append(.init(alias, shape)) }
        }
        var members: [JSONValue.Member] = [
            .init("type", .string("object")), .init("properties", .object(properties)),
        ]
        // One that has two names may come under either.
        let required = fields.filter { $0.isRequired && $0.alias == nil }
        if !required.isEmpty {
            members.append(.init("required", .array(required.map { .string($0.name) })))
        }
        return .object(members)
    }

    /// Null says nothing, of whatever type a field is.
    private static func schema(_ shape: Field.Shape) -> JSONValue {
        func types(_ names: String..., and more: [JSONValue.Member] = []) -> JSONValue {
            .object(
                [.init("type", .array((names + ["null"]).map { .string($0) }))] + more)
        }
        switch shape {
        case .text: return types("string")
        case .code: return types("string", "integer")
        case .boolean: return types("boolean")
        case .integer: return types("integer")
        case .number: return types("number")
        case .any: return .object([])
        case .list(let element):
            return types("array", and: [.init("items", schema(element))])
        case .object(let fields):
            return .object([
                .init("anyOf", .array([schema(fields), types()]))
            ])
        case .textOrObject(let fields):
            return .object([.init("anyOf", .array([schema(fields), types("string")]))])
        }
    }

    private static let problem: JSONValue = .object([
        .init("type", .string("object")),
        .init(
            "properties",
            .object([
                .init("type", .object([.init("type", .string("string"))])),
                .init("title", .object([.init("type", .string("string"))])),
                .init("status", .object([.init("type", .string("integer"))])),
                .init("detail", .object([.init("type", .string("string"))])),
                .init("success", .object([.init("type", .string("boolean"))])),
                .init(
                    "errors",
                    .object([
                        .init("type", .string("array")),
                        .init(
                            "items",
                            .object([
                                .init("type", .string("object")),
                                .init(
                                    "properties",
                                    .object([
                                        .init("path", .object([.init("type", .string("string"))])),
                                        .init(
                                            "detail", .object([.init("type", .string("string"))])),
                                    ])),
                            ])),
                    ])),
            ])),
    ])
}

extension Endpoint {
    /// The names in braces.
    var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
    }

    /// What any endpoint like this may answer.
    fileprivate var commonAnswers: [Int: String] {
        var answers: [Int: String] = [
            503: "The database is away, or busy; Retry-After says when to come again."
        ]
        if access == .key { answers[401] = "The key is missing or unknown." }
        if !fields.isEmpty {
            answers[400] = "The body is no JSON, or not what is taken; the errors name each place."
            answers[408] = "The body did not come to its end in time."
            answers[413] = "The body is too long."
            answers[415] = "The body is not declared to be application/json."
        }
        return answers
    }
}
