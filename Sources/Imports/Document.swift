import Assay
import Auditor
import FoundationEssentials
import Yams

/// A file of another tool's, read.
///
/// JSON is read by the same library: it is YAML too, and keeps its lines.
struct Document {
    let path: String
    let root: Node

    /// Reads a file.
    ///
    /// - Throws: A refusal with the line where the text is no YAML.
    init(path: String) throws(Refusal) {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal("cannot read \(path)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Refusal(
                "this is no text in UTF-8", at: SourceLocation(file: path, line: 1))
        }
        do {
            guard let root = try Yams.compose(yaml: text.joiningSurrogates) else {
                throw Refusal("the file is empty", at: SourceLocation(file: path, line: 1))
            }
            self.root = root
        } catch let refusal as Refusal {
            throw refusal
        } catch let YamlError.scanner(_, problem, mark, _), let YamlError.parser(
            _, problem, mark, _),
            let YamlError.composer(_, problem, mark, _)
        {
            throw Refusal(
                "this is neither YAML nor JSON: \(problem)",
                at: SourceLocation(file: path, line: mark.line))
        } catch let YamlError.duplicatedKeysInMapping(duplicates, context) {
            throw Refusal(
                "a key stands twice: \(duplicates.joined(separator: ", "))",
                at: SourceLocation(file: path, line: context.mark.line))
        } catch {
            throw Refusal(
                "this is neither YAML nor JSON", at: SourceLocation(file: path, line: 1))
        }
    }

    /// Where something stands.
    func place(_ node: Node) -> SourceLocation {
        SourceLocation(file: path, line: node.mark?.line ?? 1)
    }

    /// The files of a folder that end so, where it is a folder; without a word where it is none.
    static func siblings(of path: String, ending: String) -> [String] {
        guard let found = try? paths(at: path, endings: [ending]) else { return [] }
        return found.filter { $0.hasSuffix("." + ending) }
    }

    /// The files of a folder and of those below it, or the one file.
    static func paths(at path: String, endings: [String]) throws(Refusal) -> [String] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Refusal("there is no file and no folder \(path)")
        }
        guard isFolder else { return [path] }
        let names: [String]
        do {
            names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
        } catch {
            throw Refusal("cannot read the folder \(path)")
        }
        let ignored = ["/.", "dbt_packages/", "target/", "node_modules/"]
        let found = names.filter { name in
            endings.contains { name.hasSuffix("." + $0) }
                && !ignored.contains { ("/" + name).contains($0) }
        }
        guard !found.isEmpty else {
            throw Refusal("there is no .\(endings.joined(separator: " or .")) file in \(path)")
        }
        return found.map { "\(path)/\($0)" }
    }
}

extension Node {
    /// The value of a key.
    subscript(key: String) -> Node? { mapping?.first { $0.key.string == key }?.value }

    /// The text of a scalar; nil for null.
    var text: String? {
        guard case .scalar(let scalar) = self else { return nil }
        return null == nil ? scalar.string : nil
    }

    /// The keys with their values.
    var entries: [(key: Node, value: Node)] { mapping.map { $0.map { ($0.key, $0.value) } } ?? [] }

    /// The elements of a list; one element where a list of one is written without its brackets.
    var items: [Node] {
        switch self {
        case .sequence(let sequence): Array(sequence)
        case .mapping, .scalar: null == nil ? [self] : []
        case .alias: []
        }
    }

    /// The texts of a list.
    var texts: [String] { items.compactMap(\.text) }
}

extension String {
    /// The text with characters that JSON writes as two `\u` escapes written as themselves.
    fileprivate var joiningSurrogates: String {
        guard contains("\\ud8") || contains("\\uD8") || contains("\\ud83") || contains("\\uD83")
        else { return self }
        var text = ""
        var rest = self[...]
        while let range = rest.firstRange(of: "\\u") {
            text += rest[..<range.lowerBound]
            let high = rest[range.upperBound...].prefix(4)
            let after = rest[range.upperBound...].dropFirst(4)
            if let first = UInt32(high, radix: 16), (0xD800..<0xDC00).contains(first),
                after.hasPrefix("\\u"),
                let second = UInt32(after.dropFirst(2).prefix(4), radix: 16),
                (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(
                    0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                text.unicodeScalars.append(scalar)
                rest = after.dropFirst(6)
            } else {
                text += "\\u"
                rest = rest[range.upperBound...]
            }
        }
        return text + rest
    }
}
