/// A value of enumerations, structures and texts in a spelling that is the same in every process.
///
/// What Swift prints of a value may hold the addresses of private types.
enum CanonicalText {
    static func of(_ value: Any) -> String {
        var text = ""
        write(value, to: &text)
        return text
    }

    private static func write(_ value: Any, to text: inout String) {
        if let leaf = value as? String {
            text += "\(leaf.utf8.count):\(leaf)"
            return
        }
        let mirror = Mirror(reflecting: value)
        guard !mirror.children.isEmpty else {
            text += "\(value)"
            return
        }
        text += "("
        for child in mirror.children {
            text += "\(child.label ?? "")="
            write(child.value, to: &text)
            text += ";"
        }
        text += ")"
    }
}
