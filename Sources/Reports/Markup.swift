/// HTML or XML in which interpolated text is escaped, and interpolated markup is not.
struct Markup: ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral text: String) {
        self.text = text
    }

    init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    /// Pieces, one after the other.
    init(_ pieces: [Markup], separator: String = "\n") {
        text = pieces.map(\.text).joined(separator: separator)
    }

    /// Text that is markup already.
    init(trusted text: String) {
        self.text = text
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        mutating func appendInterpolation(_ text: String) {
            self.text += Markup.escaped(text)
        }

        mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        mutating func appendInterpolation(_ markup: Markup) {
            text += markup.text
        }
    }

    /// Text fit for content and for quoted attributes of HTML and of XML 1.0.
    ///
    /// Characters that XML does not allow never get through: all of them are unseen, and so are
    /// written out.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.visible.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
