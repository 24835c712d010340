import FoundationEssentials
public import Testing

/// Expects a text to be what the golden file of this name holds.
///
/// Golden files lie in `Golden/` beside the test. A missing one is written, and the test fails, so
/// that a person looks at it; with `ASSAY_RECORD=1` in the environment all are written anew.
///
/// - Parameters:
///   - text: What a person or a program would be given.
///   - name: The file's name.
///   - file: The test's file; filled in by the compiler.
///   - location: Where a difference is reported; filled in by the compiler.
public func expectGolden(
    _ text: String, named name: String, file: String = #filePath,
    location: SourceLocation = #_sourceLocation
) {
    let folder = goldenFolder(beside: file)
    let path = "\(folder)/\(name)"
    let isRecording = ProcessInfo.processInfo.environment["ASSAY_RECORD"] == "1"
    let golden = FileManager.default.contents(atPath: path)
        .map { String(decoding: $0, as: UTF8.self) }
    if golden == text { return }
    if golden == nil || isRecording {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            Issue.record("Golden/\(name) cannot be written: \(error)", sourceLocation: location)
        }
    }
    if isRecording { return }
    guard let golden else {
        Issue.record("Golden/\(name) was missing and is written now", sourceLocation: location)
        return
    }
    let difference = firstDifference(golden, text)
    Issue.record("Golden/\(name) \(difference); ASSAY_RECORD=1 records", sourceLocation: location)
}

/// The golden files beside a test that no test names any more.
///
/// - Parameter file: A test's file; filled in by the compiler.
/// - Returns: Their names, sorted.
/// - Throws: What the file system says when the folders cannot be read.
public func unreferencedGoldens(beside file: String = #filePath) throws -> [String] {
    let tests = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
    let sources = try FileManager.default.contentsOfDirectory(atPath: tests)
        .filter { $0.hasSuffix(".swift") }
        .map { try String(contentsOfFile: "\(tests)/\($0)", encoding: .utf8) }
    return try FileManager.default.contentsOfDirectory(atPath: goldenFolder(beside: file))
        .filter { name in !sources.contains { $0.contains("\"\(name)\"") } }
        .sorted()
}

private func goldenFolder(beside file: String) -> String {
    file[..<(file.lastIndex(of: "/") ?? file.endIndex)] + "/Golden"
}

private func firstDifference(_ golden: String, _ text: String) -> String {
    let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(old, new).prefix { $0 == $1 }.count
    let was = line < old.count ? "\"\(old[line].prefix(200))\"" : "its end"
    let isNow = line < new.count ? "\"\(new[line].prefix(200))\"" : "the end"
    return "differs in line \(line + 1): it holds \(was), and the text has \(isNow)"
}
