/// Where checks are evaluated.
public enum Engine: String, Sendable, CaseIterable {
    /// Table by table where it costs less.
    case auto
    /// In the database, by SQL.
    case push
    /// Here, on the bytes of the rows, as far as that can be.
    case stream
    /// In both places; where the two differ, the check is errored.
    case both
}
