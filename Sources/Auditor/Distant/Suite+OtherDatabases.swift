import Assay

extension Suite {
    /// What checks call the databases that they compare the audited one with, each once.
    public var otherDatabases: [String] {
        checks.compactMap { ($0.check as? Agrees)?.database }.unique
    }
}
