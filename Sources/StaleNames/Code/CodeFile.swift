/// A file of code, split into tokens.
struct CodeFile {
    let source: SourceText
    let language: CodeLanguage
    /// The program, and the expressions in its strings.
    let units: [CodeUnit]
    let constants: Constants

    /// Splits a file into tokens; SQL has none here.
    init(_ source: SourceText, language: CodeLanguage) {
        self.source = source
        self.language = language
        let tokens =
            switch language {
            case .sql: CodeTokens()
            case .python: PythonLexer.tokens(in: source.bytes)
            case .javaScript:
                ScriptLexer.tokens(
                    in: source.bytes, mayHoldMarkup: CodeLanguage.mayHoldMarkup(source.path))
            case .swift: SwiftLexer.tokens(in: source.bytes)
            }
        let unit = CodeUnit(source: source, language: language, tokens: tokens)
        units = [unit] + unit.inner
        constants = Constants(unit)
    }
}
