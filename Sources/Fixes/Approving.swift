import Assay
import Auditor
import FoundationEssentials
import Subprocess

extension FixSession {
    /// Holds a fix's approval against its bytes, the time and the rules.
    func approval(
        of folder: FixFolder, plan: FixPlan, digest: String, isNeeded: Bool, signers: String?,
        fourEyes: Bool
    ) async throws -> FixApproval? {
        guard isNeeded else { return nil }
        guard let approval = try folder.approval() else {
            throw Refusal(
                "\(folder.name) is not approved; look at it (assay fix show \(folder.name)), then: "
                    + "assay fix approve \(folder.name)")
        }
        guard approval.digest == digest else {
            throw Refusal(
                "\(folder.name) was changed after it was approved: the script or the plan is not the one "
                    + "that \(approval.approver) agreed to; review and approve it anew")
        }
        try approval.refuseRunOut(of: folder.name, at: options.now)
        if fourEyes, approval.approver == plan.author {
            throw Refusal(
                "\(approval.approver) planned \(folder.name) and also approved it; somebody else must"
            )
        }
        if let signers {
            guard let signature = approval.signature else {
                throw Refusal(
                    "the approval of \(folder.name) is not signed: assay fix approve \(folder.name) "
                        + "--sign KEY")
            }
            try await SSHSignature.verify(
                signature, of: approval.signedText, by: approval.approver, signers: signers)
        }
        return approval
    }

    /// Refuses to keep what was approved when the work began and is not any more.
    func refuseWithdrawn(
        _ approval: FixApproval?, of folder: FixFolder, digest: String
    ) throws(Refusal) {
        guard try folder.digest() == digest, try folder.approval() == approval else {
            throw Refusal(
                "\(folder.name) or its approval was changed while it was being applied; nothing was "
                    + "changed in the database. Look at it: assay fix show \(folder.name)")
        }
        try approval?.refuseRunOut(of: folder.name, at: Date.now.timeIntervalSince1970)
    }
}

extension FixApproval {
    fileprivate func refuseRunOut(of name: String, at now: Double) throws(Refusal) {
        guard hasRunOut(at: now) else { return }
        throw Refusal("the approval of \(name) ran out at \(expires); approve it anew")
    }
}

extension FixFolder {
    /// Approves of the script and the plan as they stand, byte for byte.
    ///
    /// - Parameters:
    ///   - approver: Who approves.
    ///   - now: The time, in seconds since 1970.
    ///   - lifetime: For how long, in seconds.
    ///   - fourEyes: Whether the plan's author may not approve.
    ///   - key: An SSH key to sign with, as `ssh-keygen -Y sign -f` takes it.
    /// - Returns: The approval, as it was written to `approval.json`.
    /// - Throws: A refusal.
    public func approve(
        by approver: String, now: Double, lifetime: Double, fourEyes: Bool, signingWith key: String?
    ) async throws -> FixApproval {
        let plan = try self.plan().plan
        if fourEyes, plan.author == approver {
            throw Refusal("\(approver) planned \(name); somebody else must approve it")
        }
        var approval = FixApproval(
            approver: approver, approved: Timestamp.text(now),
            expires: Timestamp.text(now + lifetime), digest: try digest(), signature: nil)
        if let key {
            approval.signature = try await SSHSignature.sign(approval.signedText, with: key)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try write(Array(try encoder.encode(approval)) + [UInt8(ascii: "\n")], to: approvalPath)
        return approval
    }
}

/// Signatures by SSH keys, as git makes and checks them.
enum SSHSignature {
    private static let namespace = "assay-fix"

    static func sign(_ text: String, with key: String) async throws -> String {
        let result = try await run(
            .name("ssh-keygen"), arguments: ["-Y", "sign", "-n", namespace, "-f", key, "-q"],
            input: .string(text), output: .string(limit: 65_536), error: .string(limit: 65_536))
        let signature = result.standardOutput
        guard result.terminationStatus.isSuccess, signature.contains("BEGIN SSH SIGNATURE") else {
            throw Refusal(
                "ssh-keygen could not sign with \(key): \(words(result.standardError))")
        }
        return signature
    }

    static func verify(
        _ signature: String, of text: String, by signer: String, signers: String
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "assay-signature-\(UInt64.random(in: .min ... .max))")
        try Data(signature.utf8).write(to: file, options: .atomic)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await run(
            .name("ssh-keygen"),
            arguments: [
                "-Y", "verify", "-n", namespace, "-f", signers, "-I", signer, "-s", file.path,
            ],
            input: .string(text), output: .string(limit: 65_536), error: .string(limit: 65_536))
        guard result.terminationStatus.isSuccess else {
            throw Refusal(
                "the signature of \(signer) does not hold against \(signers): "
                    + words(result.standardError, result.standardOutput))
        }
    }

    private static func words(_ texts: String...) -> String {
        texts.flatMap { $0.split(whereSeparator: \.isNewline) }
            .prefix(2).joined(separator: " ")
    }
}
