/// A request that a program makes through a PostgREST client: `.from("t").select("a").eq("b", 1)`.
struct ClientChain: Sendable {
    /// What is asked.
    enum Subject: Sendable {
        case table(CodeValue)
        case function(CodeValue)
    }

    /// A method that is called on it.
    struct Call: Sendable {
        let method: String
        let start: Int
        let arguments: [CodeArgument]
    }

    let source: SourceText
    /// The schema that the program names; nil where it names none.
    let schema: CodeValue?
    let subject: Subject
    /// Where the first name stands.
    let start: Int
    var calls: [Call]
}
