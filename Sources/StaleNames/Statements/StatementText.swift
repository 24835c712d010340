/// A program's SQL as PostgreSQL can read it: what is filled in at run time becomes parameters.
struct StatementText {
    /// Something that is filled in at run time.
    struct Filling {
        enum Form { case parameter, list, literal, name, removed }

        /// Where it stands in the template.
        let offset: Int
        /// How many bytes of the template it takes.
        let length: Int
        /// The text it stands for where its name is part of the program, such as `$2`.
        var given: String?
        /// Whether it is pasted into the text, not bound beside it.
        let isPasted: Bool
        /// Whether it stands where a piece of SQL would.
        let isFragment: Bool
        var form: Form
    }

    let template: MappedText
    private(set) var fillings: [Filling] = []

    init(_ template: MappedText, style: PlaceholderStyle) {
        self.template = template
        var scanner = PlaceholderScanner(template: template, style: style)
        fillings = scanner.fillings()
    }

    /// Whether a name is filled in.
    var hasName: Bool { fillings.contains { $0.form == .name } }
    /// Whether a piece of SQL is filled in.
    var hasFragment: Bool {
        fillings.contains { $0.form == .removed || ($0.isFragment && $0.isPasted) }
    }

    /// The text with every filling in its form.
    var filled: MappedText {
        var result = MappedText()
        var start = 0
        var number = fillings.compactMap { $0.given.flatMap { Int($0.dropFirst()) } }.max() ?? 0
        for filling in fillings {
            result.append(template[start..<filling.offset])
            start = filling.offset + filling.length
            let source = template.source(of: filling.offset)
            switch filling.form {
            case .parameter:
                if filling.given == nil { number += 1 }
                result.append(Array((filling.given ?? "$\(number)").utf8), at: source)
            case .list:
                number += 1
                result.append(Array("($\(number))".utf8), at: source)
            case .literal: result.append(Array("'1'".utf8), at: source)
            case .name: result.append(Array(Self.name.utf8), at: source)
            case .removed: result.append(32, at: source)
            }
        }
        result.append(template[start..<template.count])
        return result.withoutHoles
    }

    /// What stands for a name that is only known at run time.
    static let name = "assay_name"

    /// Takes the filling that a fault of the filled text points at for something else: first for
    /// nothing, then for a name.
    ///
    /// - Returns: False where there is none left.
    mutating func reconsider(before offset: Int) -> Bool {
        let filled = filled
        let place = min(offset, max(0, filled.count - 1))
        let source = filled.source(of: place)
        let candidates = fillings.indices.filter {
            fillings[$0].form != .name && fillings[$0].form != .literal && fillings[$0].isPasted
        }
        let before = candidates.last { template.source(of: fillings[$0].offset) <= source }
        guard let chosen = before ?? candidates.first else { return false }
        fillings[chosen].form = fillings[chosen].form == .parameter ? .removed : .name
        return true
    }
}

extension MappedText {
    /// The text with a 1 for each hole that is left, in quotes and comments.
    fileprivate var withoutHoles: MappedText {
        guard hasHole else { return self }
        var result = MappedText()
        for (index, byte) in bytes.enumerated() {
            result.append(byte == Self.hole ? UInt8(ascii: "1") : byte, at: source(of: index))
        }
        return result
    }
}

/// Which marks a program's SQL has for what is filled in.
struct PlaceholderStyle: OptionSet {
    let rawValue: Int

    /// `%s` and `%(name)s`.
    static let percent = PlaceholderStyle(rawValue: 1)
    /// `%s` is pasted by the language's own formatting.
    static let pastedPercent = PlaceholderStyle(rawValue: 2)
    /// `{{ … }}` of a template language, and psql's `:'name'`.
    static let file = PlaceholderStyle(rawValue: 4)
}
