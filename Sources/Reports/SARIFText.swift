import Assay

/// What every log in SARIF 2.1.0 says in the same way.
enum SARIFText {
    /// A log of one run.
    static func log(_ run: JSON) -> String {
        let log: JSON = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        ]
        return log.text + "\n"
    }

    /// The level of a severity.
    static func level(of severity: Severity?) -> String {
        switch severity {
        case .error?: "error"
        case .warning?: "warning"
        case .info?, nil: "note"
        }
    }

    /// A path as a URI reference: relative paths stay relative.
    static func uri(_ path: String) -> String {
        var result = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
