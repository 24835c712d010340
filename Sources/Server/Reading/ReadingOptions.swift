import Auditor
public import Ingest
public import Pages
import Web

/// Which language model reads case studies, and what that may cost.
public struct ReadingOptions: Sendable, CustomStringConvertible {
    /// The key, which is shown nowhere.
    let key: String
    /// Where the model's server is, without a path of its own.
    let server: WebAddress
    /// How the reader goes about it.
    public var reader: CaseStudyReader.Options
    /// What a page may cost.
    public var page = PageFetcher.Limits()

    /// What is said of it in the log.
    public var description: String {
        "case studies are read by \(reader.model) at \(server.origin), \(reader.calls) at a time, "
            + "for \(reader.prices.daily) dollars a day at the most"
    }

    /// Where Google serves its models.
    static let google = "https://generativelanguage.googleapis.com"

    /// Reads the environment's `ASSAY_MODEL…`.
    ///
    /// - Parameters:
    ///   - variable: The value of a variable; nothing where it is not set.
    ///   - file: The text of a file.
    /// - Returns: Nothing where there is no key.
    /// - Throws: Which variable lacks, or cannot be what it is; never with a key in it.
    public static func read(
        _ variable: (String) -> String?, file: (String) throws -> String
    ) throws -> ReadingOptions? {
        func value(_ name: String) -> String? {
            variable(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        let path = value("ASSAY_MODEL_KEY_FILE")
        guard let key = try path.map(file) ?? value("ASSAY_MODEL_KEY") else { return nil }
        let source = path == nil ? "ASSAY_MODEL_KEY" : "the file of ASSAY_MODEL_KEY_FILE"
        guard (1...500).contains(key.utf8.count),
            key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Refusal("\(source) holds no key: one line of printable ASCII") }
        func required(_ name: String, _ meaning: String) throws -> String {
            guard let value = value(name) else {
                throw Refusal("there is a key for a language model, but no \(name): \(meaning)")
            }
            return value
        }
        let model = try required("ASSAY_MODEL", "the model's name, such as gemini-2.5-flash")
        guard model.utf8.count <= 100,
            model.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else { throw Refusal("ASSAY_MODEL is no name of a model, such as gemini-2.5-flash") }
        let prices = ModelPrices(
            input: try required("ASSAY_MODEL_INPUT_USD", "dollars for a million tokens it reads"),
            output: try required(
                "ASSAY_MODEL_OUTPUT_USD", "dollars for a million tokens it writes"),
            daily: try required("ASSAY_MODEL_DAILY_USD", "dollars that a day (UTC) may cost"))
        guard let prices else {
            throw Refusal(
                "ASSAY_MODEL_INPUT_USD, ASSAY_MODEL_OUTPUT_USD and ASSAY_MODEL_DAILY_USD must be "
                    + "plain numbers, such as 0.30")
        }
        var reader = CaseStudyReader.Options(model: model, prices: prices)
        reader.secrets = [key]
        if let text = value("ASSAY_MODEL_CALLS") {
            guard let calls = Int(text), (1...100).contains(calls) else {
                throw Refusal("ASSAY_MODEL_CALLS must be from 1 to 100: pages read at a time")
            }
            reader.calls = calls
        }
        let server = try address(value("ASSAY_MODEL_URL") ?? google)
        return ReadingOptions(key: key, server: server, reader: reader)
    }

    /// The address of the model's server; a key goes in the clear to one's own network only.
    private static func address(_ text: String) throws -> WebAddress {
        let address: WebAddress
        do throws(WebAddress.Fault) {
            address = try WebAddress(text.hasSuffix("/") ? String(text.dropLast()) : text)
        } catch {
            throw Refusal("ASSAY_MODEL_URL \(error)")
        }
        guard !address.text.contains("?"), !address.text.contains("#") else {
            throw Refusal("ASSAY_MODEL_URL must be an address without ? and #")
        }
        let isOwn = address.host == "localhost" || address.literal.map { !$0.isPublic } == true
        guard address.origin.hasPrefix("https:") || isOwn else {
            throw Refusal(
                "ASSAY_MODEL_URL must begin with https://: the key would be sent to \(address.host) in the clear"
            )
        }
        return address
    }
}
