import Auditor
import FoundationEssentials
import Glibc

/// A command that lies beside this one, so that an audit neither builds nor starts what it needs.
enum Companion {
    /// Becomes the other command: what follows is its output and its exit status.
    ///
    /// - Parameters:
    ///   - name: The command, such as `assay-import`.
    ///   - arguments: Its arguments.
    /// - Throws: A refusal where it is not there.
    static func become(_ name: String, _ arguments: [String]) throws(Refusal) -> Never {
        let path = try find(name)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        // What this command does at a signal is not for the other one.
        for number in Interruption.signals + [SIGPIPE] { signal(number, SIG_DFL) }
        execv(path, &words)
        throw Refusal("cannot run \(path): \(String(cString: strerror(errno)))")
    }

    private static func find(_ name: String) throws(Refusal) -> String {
        var path = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map(UInt8.init), as: UTF8.self)
        let folder = own.prefix(upTo: own.lastIndex(of: "/") ?? own.startIndex)
        let folders =
            [String(folder)]
            + (Screen.variable("PATH") ?? "").split(separator: ":").map(String.init)
        for folder in folders
        where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
            return "\(folder)/\(name)"
        }
        throw Refusal(
            "\(name) is neither beside this command nor on the PATH; "
                + "`swift build --product \(name)` in the clone of Assay makes it")
    }
}
