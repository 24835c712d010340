extension SQL {
    /// What tables are, as one line of text a column, constraint, index and trigger.
    ///
    /// The lines have no order of their own: sorted, they tell two definitions apart whatever order
    /// things were made in. The function `assay.fingerprint`, which fixes use, has the same facts; a test
    /// holds them together.
    ///
    /// - Parameter referenced: Whether the foreign keys of others that lead to a table are facts of it.
    /// - Returns: A query of one column `fact`, over a relation `chosen` of the tables' `oid` and `name`.
    package static func definitionFacts(referenced: Bool) -> SQL {
        let constrained: SQL =
            referenced
            ? "conrelid = chosen.oid OR confrelid = chosen.oid" : "conrelid = chosen.oid"
        return """
            SELECT format('table %s', name) AS fact FROM chosen \
            UNION ALL SELECT format('column %s.%s %s %s %s %s', name, attname, \
            format_type(atttypid, atttypmod), attnotnull, attgenerated, pg_get_expr(adbin, adrelid)) \
            FROM chosen JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped \
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum \
            UNION ALL SELECT format('constraint %s.%s %s', name, conname, \
            pg_get_constraintdef(pg_constraint.oid)) \
            FROM chosen JOIN pg_constraint ON \(constrained) \
            UNION ALL SELECT format('index %s', pg_get_indexdef(indexrelid)) \
            FROM chosen JOIN pg_index ON indrelid = oid \
            UNION ALL SELECT format('trigger %s %s', tgenabled, pg_get_triggerdef(pg_trigger.oid)) \
            FROM chosen JOIN pg_trigger ON tgrelid = chosen.oid \
            WHERE NOT tgisinternal AND NOT starts_with(tgname::text, 'zz_assay_journal_')
            """
    }
}
