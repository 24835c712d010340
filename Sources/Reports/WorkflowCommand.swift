import Assay

/// A line by which a GitHub workflow's log makes an annotation.
enum WorkflowCommand {
    /// The command of a severity; what could not be judged is an error.
    static func name(of severity: Severity?) -> String {
        switch severity {
        case .warning?: "warning"
        case .info?: "notice"
        case .error?, nil: "error"
        }
    }

    static func line(
        _ name: String, _ properties: KeyValuePairs<String, String>, _ message: String
    ) -> String {
        let list = properties.map { "\($0)=\(escaped($1.visible, inProperty: true))" }
        return "::\(name) \(list.joined(separator: ","))::\(escaped(message, inProperty: false))"
    }

    private static func escaped(_ text: String, inProperty: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where inProperty: result += "%3A"
            case "," where inProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
