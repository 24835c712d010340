import Auditor
import FoundationEssentials

/// `deploy/name.sql` and `revert/name.sql` in the order of `sqitch.plan`.
enum SqitchPlan: MigrationLayout {
    static let form = "what sqitch.plan lists"

    static func entries(in listing: FolderListing) throws(Refusal) -> [MigrationEntry]? {
        guard listing.files.contains("sqitch.plan") else { return nil }
        let plan = try MigrationEntry.text(of: "\(listing.path)/sqitch.plan")
        var reworked: [String: Int] = [:]
        let changes = changes(in: plan)
        var entries: [MigrationEntry] = []
        for (position, change) in changes.enumerated() {
            // A change that is reworked later keeps its script under the tag before that.
            let isLast = changes[(position + 1)...].allSatisfy { $0.name != change.name }
            reworked[change.name, default: 0] += 1
            let name = isLast ? change.name : change.name + (change.nextTag ?? "")
            let up = "\(listing.path)/deploy/\(name).sql"
            guard FileManager.default.fileExists(atPath: up) else {
                throw Refusal("sqitch.plan lists \(name), and there is no \(up)")
            }
            let down = "\(listing.path)/revert/\(name).sql"
            entries.append(
                MigrationEntry(
                    name: name, version: "", position: position, up: up,
                    down: FileManager.default.fileExists(atPath: down) ? down : nil,
                    runsInTransaction: false))
        }
        return entries
    }

    /// The plan alone says what runs.
    static func scripts(in listing: FolderListing) -> [String] { [] }

    private struct Change {
        let name: String
        var nextTag: String?
    }

    /// The changes of a plan: lines that begin with a name; `@tag` and `%pragma` are none.
    private static func changes(in plan: String) -> [Change] {
        var changes: [Change] = []
        for line in plan.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let word = words.first, !word.hasPrefix("%") else { continue }
            guard word.hasPrefix("@") else {
                changes.append(Change(name: String(word.drop { $0 == "+" || $0 == "-" })))
                continue
            }
            for index in changes.indices where changes[index].nextTag == nil {
                changes[index].nextTag = String(word)
            }
        }
        return changes
    }
}
