import Assay

extension Statement {
    /// What makes two readings one: five parameters, from the first on.
    private static func isSame(from first: Int) -> SQL {
        let columns = ["case_study_url", "page_digest", "workflow", "model", "prompt_digest"]
        return columns.enumerated().map { place, column in
            "reading.\(identifier: column) = $\(unchecked: String(first + place))" as SQL
        }.joined(separator: " AND ")
    }

    /// The newest answer to the same question about the same page.
    static let findReading = Statement(
        "find an earlier reading", parameters: 5,
        """
        SELECT id, answer FROM ingest.readings AS reading
        WHERE \(isSame(from: 1)) AND state = 'answered'
        ORDER BY settled_at DESC, id LIMIT 1
        """)

    /// Gives up a reading whose asker has not been heard of for too long: what it cost is not known.
    static let loseReading = Statement(
        "give up a lost reading", parameters: 5,
        """
        UPDATE ingest.readings AS reading SET state = 'lost', cost_usd = reserved_usd,
            reason = 'whoever asked did not say what came of it', settled_at = clock_timestamp()
        WHERE \(isSame(from: 1)) AND state = 'asked' AND held_until < clock_timestamp()
        """)

    /// Begins a reading: no row where another is under way, or where the day's money does not suffice.
    ///
    /// The most that it can cost is added to the day's sum if that stays within the limit, and the row of the day
    /// is locked by whoever adds to it: two processes cannot both spend what is left.
    static let beginReading = Statement(
        "begin a reading", parameters: 11,
        """
        WITH most AS (
            SELECT ($7::numeric * $8::numeric + $9::numeric * $10::numeric) / 1000000 AS usd
        ), spent AS (
            INSERT INTO ingest.spending AS spending (day, usd)
            SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date, most.usd FROM most
            WHERE most.usd <= $11::numeric
            ON CONFLICT (day) DO UPDATE SET usd = spending.usd + excluded.usd
                WHERE spending.usd + excluded.usd <= $11::numeric
            RETURNING day
        )
        INSERT INTO ingest.readings (case_study_url, page_digest, workflow, model, prompt_digest,
            page_bytes, reserved_usd, spent_on, held_until)
        SELECT $1, $2, $3, $4, $5, $6::integer, most.usd, spent.day,
            clock_timestamp() + interval '5 minutes'
        FROM most, spent
        ON CONFLICT (case_study_url, page_digest, workflow, model, prompt_digest)
            WHERE state = 'asked' DO NOTHING
        RETURNING id
        """)

    /// Why a reading did not begin: how long another is believed to last, and how long this day does, in seconds.
    static let explainReading = Statement(
        "explain why no reading began", parameters: 5,
        """
        SELECT (SELECT ceil(extract(epoch FROM max(reading.held_until) - clock_timestamp()))::bigint
                FROM ingest.readings AS reading WHERE \(isSame(from: 1)) AND state = 'asked') AS held,
            ceil(extract(epoch FROM date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC')
                + interval '1 day' - (clock_timestamp() AT TIME ZONE 'UTC')))::bigint AS day
        """)

    /// Writes down what came of a reading, and has the day's sum hold what it cost instead of what it could.
    ///
    /// Where it is not known how many tokens were used, it is taken to have cost the most that it could.
    static let settleReading = Statement(
        "settle a reading", parameters: 9,
        """
        WITH settled AS (
            UPDATE ingest.readings SET state = $2, attempts = $3::integer,
                input_tokens = $4::bigint, output_tokens = $5::bigint, answer = $8, reason = $9,
                cost_usd = coalesce(
                    ($4::numeric * $6::numeric + $5::numeric * $7::numeric) / 1000000, reserved_usd),
                settled_at = clock_timestamp()
            WHERE id = $1::uuid AND state IN ('asked', 'lost')
            RETURNING spent_on, reserved_usd, cost_usd
        ), corrected AS (
            UPDATE ingest.spending AS spending
            SET usd = greatest(0, spending.usd - settled.reserved_usd + settled.cost_usd)
            FROM settled WHERE spending.day = settled.spent_on
        )
        SELECT trim_scale(cost_usd) AS usd FROM settled
        """)

    /// All that reading may run.
    static let pageReading: [Statement] = [
        .findReading, .loseReading, .beginReading, .explainReading, .settleReading,
    ]
}
