extension Unicode.Scalar {
    /// Whether it would act on a terminal or a reader's eye instead of being seen.
    ///
    /// Control characters, line separators, non-characters, and invisible format characters such as
    /// the bidirectional overrides; but not the two joiners that scripts and emoji need.
    var isUnseen: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        if value & 0xFFFE == 0xFFFE { return true }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        case .format: return value != 0x200C && value != 0x200D
        default: return false
        }
    }
}

extension String {
    /// The text with all that is unseen written out: `\n`, `\u{1B}`.
    ///
    /// Everything that comes from a database goes through here before a person sees it, so that it
    /// can neither move a cursor, nor recolour a terminal, nor reverse a line.
    var visible: String {
        guard unicodeScalars.contains(where: \.isUnseen) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if !scalar.isUnseen {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            }
        }
        return result
    }

    /// An author's prose on one line, whatever lines it was written on.
    var onOneLine: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ").visible
    }
}
