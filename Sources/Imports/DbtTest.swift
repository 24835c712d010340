import Assay
import Yams

/// One test of dbt's: its name, its arguments, its settings.
struct DbtTest {
    /// What it is called, with its package: `dbt_utils.accepted_range`.
    let name: String
    private let body: Node?

    /// Reads `not_null`, `accepted_values: {values: …}`, or `{test_name: …, …}`.
    init?(_ node: Node) {
        if let text = node.text {
            name = text
            body = nil
        } else if let named = node["test_name"]?.text {
            name = named
            body = node
        } else if let first = node.entries.first, let text = first.key.text {
            name = text
            // Settings may stand beside the test's own key as well as below it.
            body = first.value.entries.isEmpty ? node : first.value
        } else {
            return nil
        }
    }

    /// The name without the package it comes from.
    var plainName: String { name.split(separator: ".").last.map(String.init) ?? name }

    /// An argument, which newer versions keep below `arguments:`.
    subscript(key: String) -> Node? { body?["arguments"]?[key] ?? body?[key] }

    /// All of its arguments.
    var arguments: Node? { body?["arguments"] ?? body }

    private func setting(_ key: String) -> String? {
        (body?["config"]?[key] ?? body?[key])?.text
    }

    var isEnabled: Bool { setting("enabled") != "false" }

    /// Whether an argument of it holds a template; where it leads (`to:`) is read apart.
    var holdsTemplate: Bool {
        arguments?.entries.contains { $0.key.text != "to" && $0.value.holdsTemplate } ?? false
    }

    /// What its settings say; nil where they are not understood.
    var modifiers: Modifiers? {
        var modifiers = Modifiers()
        modifiers.scope = setting("where")
        if modifiers.scope?.isTemplate == true { return nil }
        modifiers.isWarning = setting("severity")?.lowercased() == "warn"
        let tags = body?["config"]?["tags"] ?? body?["tags"]
        modifiers.tags = tags?.texts ?? []
        var limits: [String: Tolerance] = [:]
        for key in ["warn_if", "error_if"] {
            guard let text = setting(key) else { continue }
            guard let limit = Threshold(text)?.toleranceUntil else { return nil }
            limits[key] = limit
        }
        if modifiers.isWarning {
            if let limit = limits["warn_if"], !limit.isNone { modifiers.allowed = limit }
            return modifiers
        }
        if let limit = limits["error_if"], !limit.isNone {
            modifiers.allowed = limit
            modifiers.warnAbove = limits["warn_if"] ?? .rows(0)
        }
        return modifiers
    }
}
