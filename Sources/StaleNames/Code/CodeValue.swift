/// What an expression is known to be without running the program.
indirect enum CodeValue: Sendable {
    /// A text, perhaps with holes.
    case text(MappedText)
    /// Keys and their values; not whole where more keys may come at run time.
    case object([Entry], isWhole: Bool)
    /// Elements; not whole where more may come at run time.
    case list([CodeValue], isWhole: Bool)
    /// Only known at run time.
    case unknown

    struct Entry: Sendable {
        let key: MappedText
        let value: CodeValue
    }

    var text: MappedText? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The value of a key; nil where this is no object or has no such key.
    subscript(key: String) -> CodeValue? {
        guard case .object(let entries, _) = self else { return nil }
        return entries.first { $0.key.string == key }?.value
    }
}

/// An argument of a call.
struct CodeArgument: Sendable {
    /// Its label, of Swift, or the keyword, of Python.
    let label: String?
    let value: CodeValue
    /// Where its value begins.
    let start: Int
}
