import FoundationEssentials
import Subprocess

/// A throw-away SSH key and the file that allows its owner to sign.
struct SSHKeys {
    let key: String
    let signers: String

    static func make(for signer: String, in folder: String) async throws -> SSHKeys {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let key = "\(folder)/key"
        _ = try await run(
            .name("ssh-keygen"),
            arguments: ["-q", "-t", "ed25519", "-N", "", "-C", signer, "-f", key],
            output: .discarded, error: .discarded)
        let published = try Data(contentsOf: URL(filePath: key + ".pub"))
        let signers = "\(folder)/allowed_signers"
        try Data("\(signer) ".utf8 + published).write(to: URL(filePath: signers))
        return SSHKeys(key: key, signers: signers)
    }
}
