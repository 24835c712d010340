import Assay
import Postgres

/// Why a check could not be evaluated, for somebody at 3 a.m.
extension Worker {
    /// Why a check that needs recorded runs could not be evaluated.
    static let withoutPast = """
        there are no recorded runs to hold it against: record runs with --record, or name the history \
        with --history-database
        """

    /// What kept a check from being evaluated, in one sentence that holds no value of a row.
    func sentence(for error: PostgresError, check: Int) -> String {
        if let silence = silence(behind: error) {
            return "\(silence); see that it runs and lets \(catalog.database.currentUser) in"
        }
        switch error.sqlState {
        case .insufficientPrivilege?:
            let isHidden = error.unredactedMessage.contains("row-level security")
            let advice =
                isHidden
                ? "audit as a role with BYPASSRLS" : missingGrant(plan.items[check].check)
            return "\(error.unredactedMessage); \(advice)"
        case .undefinedTable?, .undefinedColumn?:
            return error.position == nil ? error.messageWithoutValues : catalog.explain(error)
        case .queryCanceled?:
            return
                "it did not finish within \(options.deadline.words); raise --deadline, or give the "
                + "table an index that serves it"
        case _ where error.isAboutSize:
            return
                "a value or a row of it is too large for the server to compute with "
                + "(\(error.messageWithoutValues)); leave such rows out with where, or ask for less of them"
        default:
            guard error.position != nil || error.code != .server else {
                return error.messageWithoutValues
            }
            let hint = error.hint.map { "; \($0)" } ?? ""
            return "\(error)\(hint)"
        }
    }

    /// The grant that a check's tables lack, as SQL.
    private func missingGrant(_ check: SuiteCheck) -> String {
        let role = catalog.database.currentUser
        let names = [check.table.name] + check.check.foreignNames.map(\.table)
        for name in names {
            if !catalog.usableSchemas.contains(name.schema) {
                return "GRANT USAGE ON SCHEMA \(name.schema) TO \(role)"
            }
            if let relation = catalog.relation(name), !relation.hasSelect {
                return "GRANT SELECT ON \(name) TO \(role)"
            }
        }
        return "\(role) lacks a right that the check's own SQL needs"
    }
}

extension PostgresError {
    /// Whether the server ran into a bound of its own memory: 1 GB a value.
    fileprivate var isAboutSize: Bool {
        sqlState == .programLimitExceeded
            || unredactedMessage.hasPrefix("invalid memory alloc request size")
    }
}
