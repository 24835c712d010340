import FoundationEssentials

/// Which run an audit is compared to.
public enum BaselineChoice: Sendable {
    /// This one.
    case file(ViolationFile)
    /// The newest of these files that fits: for a part of the suite one that has all of its checks, else one
    /// that has any.
    case newest([String])

    /// Finds what a person named: `last`, the folder of a run, or a file.
    ///
    /// - Parameters:
    ///   - name: The word.
    ///   - folder: Where the folders of runs are.
    /// - Throws: A refusal where there is no such run, or it kept no violations.
    public init(_ name: String, in folder: String) throws(Refusal) {
        if name == "last" {
            self = .newest(
                BaselineChoice.runs(in: folder).map { "\(folder)/\($0)/\(ViolationFile.name)" }
                    .filter(FileManager.default.fileExists))
        } else {
            self = .file(try ViolationFile(naming: name, in: folder))
        }
    }

    /// The folders of runs.
    static func runs(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") && $0 != "README.md" }.sorted()
    }

    /// The run's violations, or `nil` where no run fits yet.
    ///
    /// - Parameters:
    ///   - header: The run that is to be compared.
    ///   - checks: Its checks, by identity.
    ///   - skipped: Is given a sentence for each file that might have been it and cannot be read.
    /// - Returns: The file.
    /// - Throws: A refusal where the chosen run is of another suite or database.
    func file(
        for header: ViolationFile.Header, checks: Set<String>, skipped: inout [String]
    ) throws(Refusal) -> ViolationFile? {
        switch self {
        case .file(let file):
            try file.refuse(
                suite: header.suite, database: header.database,
                systemIdentifier: header.systemIdentifier, salt: header.salt)
            return file
        case .newest(let paths):
            var fitting: [(path: String, time: Double)] = []
            for path in paths {
                do throws(Refusal) {
                    let other = try ViolationFile.header(at: path)
                    // A run of a part of the suite would make all else look new.
                    if other.fits(header) { fitting.append((path, other.time)) }
                } catch {
                    skipped.append("\(error)")
                }
            }
            var second: ViolationFile?
            for (path, _) in fitting.sorted(by: { ($0.time, $0.path) > ($1.time, $1.path) }) {
                do throws(Refusal) {
                    let file = try ViolationFile(path: path)
                    let known = checks.intersection(file.entries.map(\.id))
                    if header.isWhole || known.count == checks.count { return file }
                    if second == nil, !known.isEmpty { second = file }
                } catch {
                    skipped.append("\(error)")
                }
            }
            return second
        }
    }
}

extension ViolationFile.Header {
    /// Whether a run may be compared to this one.
    fileprivate func fits(_ run: ViolationFile.Header) -> Bool {
        suite == run.suite && database == run.database && salt == run.salt
            && (isWhole || !run.isWhole)
            && (systemIdentifier == nil || run.systemIdentifier == nil
                || systemIdentifier == run.systemIdentifier)
    }
}

extension ViolationFile {
    /// Finds what a person named: the folder of a run in `folder`, or a file or a folder anywhere.
    ///
    /// - Throws: A refusal where there is no such run, or it kept no violations.
    public init(naming name: String, in folder: String) throws(Refusal) {
        let places = ["\(folder)/\(name)", name]
        guard
            let place = places.first(where: FileManager.default.fileExists),
            !name.isEmpty
        else {
            let runs = BaselineChoice.runs(in: folder)
            let hint = Nearest.suggestion(for: name, among: runs)
            throw Refusal(
                "there is no run called \(name) in \(folder), and no file of that name\(hint)")
        }
        var isFolder = false
        _ = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
        guard isFolder else {
            try self.init(path: place)
            return
        }
        let file = "\(place)/\(ViolationFile.name)"
        guard FileManager.default.fileExists(atPath: file) else {
            throw Refusal(
                "the run \(name) kept no \(ViolationFile.name), so its violations cannot be told "
                    + "apart; runs with --baseline keep it")
        }
        try self.init(path: file)
    }

    /// Refuses to be the baseline of a run of another suite or database.
    func refuse(
        suite: String, database: String, systemIdentifier: String?, salt: String
    ) throws(Refusal) {
        guard header.suite == suite else {
            throw Refusal(
                "\(header.run) is a run of the suite \(header.suite), and this one is of \(suite); "
                    + "compare runs of one suite")
        }
        guard header.database == database else {
            throw Refusal(
                "\(header.run) is a run on the database \(header.database), and this one is on "
                    + "\(database); compare runs on one database")
        }
        if let own = header.systemIdentifier, let systemIdentifier, own != systemIdentifier {
            throw Refusal(
                "\(header.run) is a run on another cluster: its system identifier is \(own), and "
                    + "this one's is \(systemIdentifier); compare runs on one database")
        }
        guard header.salt == salt else {
            throw Refusal(
                "\(header.run) was written with another ASSAY_SALT, so its violations cannot be "
                    + "recognised; give both runs the same one")
        }
    }
}
