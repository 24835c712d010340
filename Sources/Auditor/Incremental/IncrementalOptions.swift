/// How a run that looks only at what changed is done.
public struct IncrementalOptions: Sendable {
    /// The folder in which is kept what runs learned.
    public var folder: String
    /// After how many days a table is read whole again.
    public var fullEvery: Int
    /// After how many days entries of the change logs are deleted.
    var logDays: Int { max(30, fullEvery * 2) }

    /// Creates options.
    public init(folder: String = ".assay", fullEvery: Int = 7) {
        self.folder = folder
        self.fullEvery = fullEvery
    }
}
