/// What a language model answered, as `models.generateContent` has it.
struct ModelAnswer: Sendable {
    /// How many tokens were paid for; nothing where the answer does not say so.
    struct Usage: Sendable, Hashable {
        let input: Int
        /// Those that the model thought in included: they cost the same.
        let output: Int
    }

    /// Why nothing can be made of an answer.
    struct Fault: Error, Sendable, Hashable {
        /// A whole sentence, without a word of the answer's.
        let sentence: String
        /// Whether the model would not answer, rather than could not.
        var isRefusal = false
    }

    let usage: Usage?
    /// The text that it answered with, which is JSON.
    let result: Result<JSONValue, Fault>

    /// Reads an answer with the status 200.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - question: What was asked.
    init(_ body: [UInt8], to question: CaseStudyQuestion) {
        guard let answer = try? JSONReader.value(of: body), case .object = answer else {
            usage = nil
            result = .failure(Fault(sentence: "the model's server answered with what is no JSON"))
            return
        }
        usage = ModelAnswer.usage(in: answer)
        result = ModelAnswer.text(in: answer).flatMap { ModelAnswer.value(of: $0, question) }
    }

    private static func usage(in answer: JSONValue) -> Usage? {
        guard let usage = answer["usageMetadata"] else { return nil }
        func count(_ key: String) -> Int? {
            guard case .number(let digits)? = usage[key], let count = Int(digits), count >= 0
            else { return nil }
            return count
        }
        guard let input = count("promptTokenCount") else { return nil }
        let output = (count("candidatesTokenCount") ?? 0) + (count("thoughtsTokenCount") ?? 0)
        return Usage(input: input, output: output)
    }

    /// The words of the first candidate, where it came to its end.
    private static func text(in answer: JSONValue) -> Result<String, Fault> {
        guard case .array(let candidates)? = answer["candidates"], let first = candidates.first
        else {
            guard let reason = answer["promptFeedback"]?["blockReason"] else {
                return .failure(Fault(sentence: "the model answered nothing"))
            }
            return .failure(
                Fault(
                    sentence: "the model would not read the page (\(code(reason)))", isRefusal: true
                ))
        }
        switch first["finishReason"] {
        case .string("STOP")?, .string("FINISH_REASON_UNSPECIFIED")?, nil, .null?: break
        case .string("MAX_TOKENS")?:
            return .failure(
                Fault(
                    sentence:
                        "the model's answer was cut short at \(CaseStudyQuestion.answerTokens) tokens"
                ))
        case let reason?:
            return .failure(
                Fault(
                    sentence: "the model would not answer (\(code(reason)))", isRefusal: true))
        }
        guard case .array(let parts)? = first["content"]?["parts"] else {
            return .failure(Fault(sentence: "the model answered nothing"))
        }
        let text = parts.compactMap { part -> String? in
            guard part["thought"] != .bool(true), case .string(let text)? = part["text"] else {
                return nil
            }
            return text
        }.joined()
        return Item.trimmed(text) == nil
            ? .failure(Fault(sentence: "the model answered nothing")) : .success(text)
    }

    private static func value(
        of text: String, _ question: CaseStudyQuestion
    ) -> Result<JSONValue, Fault> {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONReader.value(of: Array(text.utf8))
        } catch {
            return .failure(
                Fault(sentence: "the model's answer is no JSON that can be taken in"))
        }
        func isOtherwise(_ what: String) -> Result<JSONValue, Fault> {
            .failure(
                Fault(
                    sentence: "the model's answer is not of the form that was asked for: \(what)"))
        }
        if let problem = Validation.problems(of: value, question.fields).first {
            return isOtherwise(problem.path.isEmpty ? "it is no object" : problem.description)
        }
        // An answer of nobody says so; one that says nothing is none.
        return value[question.people] == nil
            ? isOtherwise("\(question.people): is missing") : .success(value)
    }

    /// A constant of the interface's, such as `SAFETY`; whatever else stands there is not repeated.
    private static func code(_ value: JSONValue) -> String {
        guard case .string(let text) = value, (1...40).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "_") })
        else { return "for no reason that is known" }
        return text
    }
}
