public import Auditor
import FoundationEssentials

/// A folder in `fixes/`: a script, what it will do, and who agreed to that.
public struct FixFolder: Sendable {
    /// The fix's name.
    public let name: String
    /// The folder's path.
    public let path: String

    /// Names a folder, whether it exists or not.
    ///
    /// - Throws: A refusal where the name could not be a folder's.
    public init(_ name: String, in fixes: String) throws(Refusal) {
        let isFit =
            !name.isEmpty && name.utf8.count <= 80
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            && !name.hasPrefix(".")
        guard isFit else {
            throw Refusal(
                "a fix is named in letters, digits, - _ and . (80 at the most); \(name) is not")
        }
        self.name = name
        path = "\(fixes)/\(name)"
    }

    /// The names of the fixes in a folder that have a script.
    public static func names(in fixes: String) -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: fixes)) ?? []
        return entries.sorted().filter {
            FileManager.default.fileExists(atPath: "\(fixes)/\($0)/fix.sql")
        }
    }

    /// The script's path.
    public var scriptPath: String { "\(path)/fix.sql" }
    /// The plan's path.
    public var planPath: String { "\(path)/plan.json" }
    /// The approval's path.
    public var approvalPath: String { "\(path)/approval.json" }
    /// The path of the migration that keeps the fault from coming back.
    public var lockPath: String { "\(path)/lock.sql" }
    /// The path of what is remembered of a commit whose answer never came.
    public var attemptPath: String { "\(path)/attempt.json" }

    /// The script's bytes.
    func script() throws(Refusal) -> [UInt8] {
        guard let bytes = read(scriptPath) else {
            throw Refusal(
                "there is no \(scriptPath); write it, or have it written: "
                    + "assay fix plan CHECK --name \(name)")
        }
        return bytes
    }

    /// The plan and its bytes.
    func plan() throws(Refusal) -> (plan: FixPlan, bytes: [UInt8]) {
        guard let bytes = read(planPath) else {
            throw Refusal("\(name) has no plan; make one: assay fix plan --name \(name)")
        }
        let format: PlanFormat = try decode(bytes, planPath)
        guard format.version == FixPlan.format else {
            throw Refusal(
                "\(planPath) is of version \(format.version), which this Assay does not know; plan anew"
            )
        }
        return (try decode(bytes, planPath), bytes)
    }

    /// The approval, or `nil` where there is none.
    func approval() throws(Refusal) -> FixApproval? {
        guard let bytes = read(approvalPath) else { return nil }
        return try decode(bytes, approvalPath)
    }

    /// The plan, and the approval where there is one.
    ///
    /// - Throws: A refusal where there is no plan, or a file is not what Assay wrote.
    public func contents() throws(Refusal) -> (plan: FixPlan, approval: FixApproval?) {
        (try plan().plan, try approval())
    }

    /// The digest that an approval is bound to: the bytes of the script and of the plan, which holds
    /// the target, the schema's fingerprint and the effect.
    public func digest() throws(Refusal) -> String { try reading().digest }

    /// The script and the plan, read once, and the digest of just these bytes.
    func reading() throws(Refusal) -> (script: [UInt8], plan: FixPlan, digest: String) {
        let script = try script()
        let plan = try plan()
        return (script, plan.plan, Digest.hex(of: [script, plan.bytes]))
    }

    func write(_ bytes: [UInt8], to path: String) throws(Refusal) {
        do {
            try FileManager.default.createDirectory(
                atPath: self.path, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Refusal("cannot write \(path)")
        }
    }

    func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map(Array.init)
    }

    func decode<Value: Decodable>(_ bytes: [UInt8], _ path: String) throws(Refusal) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw Refusal("\(path) cannot be read: it is not what Assay wrote; plan anew")
        }
    }
}

/// What all versions of a plan have.
private struct PlanFormat: Decodable {
    let version: Int
}
