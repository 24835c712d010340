import Assay

extension Statement {
    /// The names of the required fields that a staged row lacks, or null.
    private static let lacking: SQL = """
        nullif(concat_ws(', ',
            CASE WHEN btrim(coalesce(staged.origin_company_name, '')) = '' THEN 'origin_company_name' END,
            CASE WHEN btrim(coalesce(staged.origin_company_domain, '')) = ''
                THEN 'origin_company_domain' END,
            CASE WHEN btrim(coalesce(staged.customer_company_name, '')) = ''
                THEN 'customer_company_name' END,
            CASE WHEN btrim(coalesce(staged.case_study_url, '')) = '' THEN 'case_study_url' END), '')
        """

    /// Opens a job, or goes on with the one that is open, and takes its rows up.
    ///
    /// A row that an earlier job sent to the same webhook, which was not seen to take it, keeps its id.
    static let startSending = Statement(
        "start a send job", parameters: 3,
        """
        WITH job AS (
            INSERT INTO ingest.send_jobs (webhook_url, origin, batch_id) VALUES ($1, $2, $3)
            ON CONFLICT (webhook_url, coalesce(batch_id, '')) WHERE state IN ('running', 'paused')
            DO UPDATE SET state = 'running', reason = NULL
            RETURNING id, batch_id, webhook_url
        ), free AS MATERIALIZED (
            SELECT job.id AS job_id, staged.id, \(lacking) AS lacking, earlier.message_id
            FROM job JOIN raw.staging_case_study_urls AS staged
                ON NOT staged.sent_to_clay AND (job.batch_id IS NULL OR staged.batch_id = job.batch_id)
            LEFT JOIN LATERAL (
                SELECT open.staging_id FROM ingest.send_items AS open
                WHERE open.staging_id = staged.id AND open.state IN ('waiting', 'sending')
                LIMIT 1) AS open ON true
            LEFT JOIN LATERAL (
                SELECT item.message_id
                FROM ingest.send_items AS item JOIN ingest.send_jobs AS other ON other.id = item.job_id
                WHERE item.staging_id = staged.id AND item.attempts > 0
                    AND item.state IN ('skipped', 'dead', 'stopped')
                    AND other.webhook_url = job.webhook_url
                    AND NOT EXISTS (
                        SELECT FROM ingest.send_items AS known
                        WHERE known.message_id = item.message_id AND known.state = 'sent')
                ORDER BY item.due_at DESC
                LIMIT 1) AS earlier ON true
            WHERE open.staging_id IS NULL
            ORDER BY staged.created_at, staged.id
        ), taken AS (
            INSERT INTO ingest.send_items AS item (job_id, staging_id, state, reason, message_id)
            SELECT job_id, id, CASE WHEN lacking IS NULL THEN 'waiting' ELSE 'skipped' END,
                lacking || ' is missing',
                coalesce(message_id, 'msg_' || replace(gen_random_uuid()::text, '-', ''))
            FROM free
            ON CONFLICT (job_id, staging_id) DO UPDATE SET state = excluded.state,
                reason = excluded.reason, due_at = now()
            WHERE item.state = 'skipped'
        )
        SELECT id FROM job
        """)

    /// Takes on the row that has been due for longest.
    static let claimSending = Statement(
        "claim a row to send", parameters: 1,
        """
        WITH due AS MATERIALIZED (
            SELECT item.job_id, item.staging_id
            FROM ingest.send_items AS item JOIN ingest.send_jobs AS job ON job.id = item.job_id
            WHERE item.state IN ('waiting', 'sending') AND item.due_at <= clock_timestamp()
                AND job.state = 'running' AND job.not_before <= clock_timestamp()
            ORDER BY item.due_at, item.staging_id
            LIMIT 1 FOR UPDATE OF item SKIP LOCKED
        )
        UPDATE ingest.send_items AS item SET
            state = CASE WHEN lacking IS NULL AND NOT staged.sent_to_clay THEN 'sending' ELSE 'skipped' END,
            reason = CASE WHEN lacking IS NOT NULL THEN lacking || ' is missing'
                WHEN staged.sent_to_clay THEN 'was sent already' END,
            in_doubt = item.in_doubt OR item.state = 'sending',
            attempts = item.attempts + 1, fence = item.fence + 1,
            due_at = clock_timestamp() + $1::interval
        FROM due JOIN ingest.send_jobs AS job ON job.id = due.job_id
            JOIN raw.staging_case_study_urls AS staged ON staged.id = due.staging_id
            CROSS JOIN LATERAL (SELECT \(lacking) AS lacking) AS judged
        WHERE item.job_id = due.job_id AND item.staging_id = due.staging_id
        RETURNING item.job_id, item.staging_id, item.message_id, item.attempts, item.fence, item.state,
            job.webhook_url, json_build_object(
                'origin_company_name', staged.origin_company_name,
                'origin_company_domain', staged.origin_company_domain,
                'customer_company_name', staged.customer_company_name,
                'case_study_url', staged.case_study_url) AS body
        """)

    /// Reserves the next moment at which a request may leave, and says how far away it is.
    static let reservePace = Statement(
        "reserve a moment to send", parameters: 3,
        """
        INSERT INTO ingest.pace AS pace (name, next_at)
        VALUES ($1, clock_timestamp() + $3::interval + $2::interval)
        ON CONFLICT (name) DO UPDATE
            SET next_at = greatest(pace.next_at, clock_timestamp() + $3::interval) + $2::interval
        RETURNING extract(epoch FROM pace.next_at - $2::interval) AS seconds
        """)

    /// The time by which moments are reserved: seconds since 1970.
    static let readClock = Statement(
        "read the clock", parameters: 0,
        "SELECT extract(epoch FROM clock_timestamp()) AS seconds")

    /// Keeps a row for its moment, while it is still one's own and the job still runs: it may leave.
    static let holdSending = Statement(
        "keep a row that is to leave", parameters: 4,
        """
        UPDATE ingest.send_items AS item SET due_at = clock_timestamp() + $4::interval
        FROM ingest.send_jobs AS job
        WHERE item.job_id = $1 AND item.staging_id = $2 AND item.fence = $3 AND item.state = 'sending'
            AND item.due_at > clock_timestamp() AND job.id = item.job_id AND job.state = 'running'
        RETURNING item.fence
        """)

    /// Keeps a row that has left, whatever became of its job: its answer is still to come.
    static let keepSending = Statement(
        "keep a row that is being sent", parameters: 4,
        """
        UPDATE ingest.send_items SET due_at = clock_timestamp() + $4::interval
        WHERE job_id = $1 AND staging_id = $2 AND fence = $3 AND state = 'sending'
        """)

    /// Gives a row back that was not sent.
    static let releaseSending = Statement(
        "give a row back", parameters: 3,
        """
        UPDATE ingest.send_items SET state = 'waiting', due_at = clock_timestamp(),
            attempts = greatest(attempts - 1, 0)
        WHERE job_id = $1 AND staging_id = $2 AND fence = $3 AND state = 'sending'
        """)

    /// Marks a row sent, in the job and where it is staged, also where it was left meanwhile.
    static let markSent = Statement(
        "mark a row sent", parameters: 4,
        """
        WITH settled AS (
            UPDATE ingest.send_items SET state = 'sent', status = $4::integer, reason = NULL,
                sent_at = clock_timestamp()
            WHERE job_id = $1 AND staging_id = $2 AND fence = $3 AND state <> 'sent'
            RETURNING staging_id
        )
        UPDATE raw.staging_case_study_urls AS staged SET sent_to_clay = true
        FROM settled WHERE staged.id = settled.staging_id
        RETURNING staged.id
        """)

    /// Has a row tried again later, and the whole job where the webhook asked for it.
    static let sendAgain = Statement(
        "try a row again", parameters: 8,
        """
        WITH settled AS (
            UPDATE ingest.send_items SET state = 'waiting', status = $5::integer, reason = $6,
                in_doubt = in_doubt OR $7::boolean,
                due_at = clock_timestamp() + $4::double precision * interval '1 second'
            WHERE job_id = $1 AND staging_id = $2 AND fence = $3 AND state = 'sending'
            RETURNING job_id
        )
        UPDATE ingest.send_jobs AS job SET not_before = greatest(job.not_before,
            clock_timestamp() + $4::double precision * interval '1 second')
        FROM settled WHERE job.id = settled.job_id AND $8::boolean
        """)

    /// Gives a row up.
    static let giveUp = Statement(
        "give a row up", parameters: 7,
        """
        UPDATE ingest.send_items SET state = 'dead', status = $4::integer, reason = $5, answer = $6,
            in_doubt = in_doubt OR $7::boolean
        WHERE job_id = $1 AND staging_id = $2 AND fence = $3 AND state = 'sending'
        """)

    /// Stops a job: nothing more is sent.
    static let stopSending = Statement(
        "stop a send job", parameters: 5,
        """
        WITH own AS (
            UPDATE ingest.send_items SET state = 'stopped', status = $4::integer, reason = $5
            WHERE job_id = $1 AND staging_id = $2 AND fence = $3 AND state = 'sending'
            RETURNING job_id
        ), stopped AS (
            UPDATE ingest.send_jobs AS job SET state = 'stopped', reason = $5,
                settled_at = clock_timestamp()
            FROM own WHERE job.id = own.job_id AND job.state IN ('running', 'paused')
            RETURNING job.id
        )
        UPDATE ingest.send_items AS item SET state = 'stopped'
        FROM stopped WHERE item.job_id = stopped.id AND item.state = 'waiting'
        """)

    /// Ends the jobs that have nothing left to send.
    ///
    /// Who begins a job again writes its row, and then its items. Where that was waited for, PostgreSQL looks at
    /// the job's row once more, but not at the items: the row must be the one that was seen without any.
    static let finishSending = Statement(
        "finish send jobs", parameters: 0,
        """
        WITH done AS MATERIALIZED (
            SELECT job.id, job.xmin AS version FROM ingest.send_jobs AS job
            WHERE job.state = 'running' AND NOT EXISTS (
                SELECT FROM ingest.send_items AS item
                WHERE item.job_id = job.id AND item.state IN ('waiting', 'sending'))
        )
        UPDATE ingest.send_jobs AS job SET state = 'finished', settled_at = clock_timestamp()
        FROM done WHERE job.id = done.id AND job.xmin = done.version AND job.state = 'running'
        """)

    /// Opens a job again that was finished though it has rows to send, one at a time; not beside another that
    /// is open for the same webhook and batch.
    static let reopenFinished = Statement(
        "open finished send jobs that have rows", parameters: 0,
        """
        UPDATE ingest.send_jobs SET state = 'running', settled_at = NULL
        WHERE state = 'finished' AND id = (
            SELECT job.id
            FROM ingest.send_items AS item JOIN ingest.send_jobs AS job ON job.id = item.job_id
            WHERE item.state IN ('waiting', 'sending') AND job.state = 'finished' AND NOT EXISTS (
                SELECT FROM ingest.send_jobs AS open
                WHERE open.webhook_url = job.webhook_url AND open.state IN ('running', 'paused')
                    AND coalesce(open.batch_id, '') = coalesce(job.batch_id, ''))
            LIMIT 1)
        """)

    /// Leaves what a stopped job still held, so that another job may take it up.
    ///
    /// What was under way when it stopped may have come back to wait, or its sender may have died.
    static let leaveStopped = Statement(
        "leave what stopped jobs held", parameters: 0,
        """
        UPDATE ingest.send_items AS item SET state = 'stopped',
            in_doubt = item.in_doubt OR item.state = 'sending'
        FROM ingest.send_jobs AS job
        WHERE job.id = item.job_id AND job.state = 'stopped'
            AND (item.state = 'waiting' OR item.state = 'sending' AND item.due_at <= clock_timestamp())
        """)

    /// Jobs with their counts, the newest first; one, where one is named.
    static let showSending = Statement(
        "show send jobs", parameters: 1,
        """
        SELECT job.id, job.origin, job.batch_id, job.state, job.reason, job.created_at, job.settled_at,
            counts.*
        FROM ingest.send_jobs AS job CROSS JOIN LATERAL (
            SELECT count(*) AS total,
                count(*) FILTER (WHERE item.state = 'waiting') AS waiting,
                count(*) FILTER (WHERE item.state = 'sending') AS sending,
                count(*) FILTER (WHERE item.state = 'sent') AS sent,
                count(*) FILTER (WHERE item.state = 'skipped') AS skipped,
                count(*) FILTER (WHERE item.state = 'dead') AS dead,
                count(*) FILTER (WHERE item.state = 'stopped') AS stopped,
                count(*) FILTER (WHERE item.state <> 'sent' AND (item.in_doubt
                    OR item.state = 'sending' AND item.due_at < clock_timestamp())) AS in_doubt
            FROM ingest.send_items AS item WHERE item.job_id = job.id
        ) AS counts
        WHERE $1::uuid IS NULL OR job.id = $1::uuid
        ORDER BY job.created_at DESC, job.id LIMIT 100
        """)

    /// Why rows of a job were not sent, with how many and one of them each.
    static let showUnsent = Statement(
        "show what a send job did not send", parameters: 1,
        """
        SELECT item.state, item.reason, count(*) AS rows, min(item.staging_id::text) AS example,
            min(item.answer) AS answer
        FROM ingest.send_items AS item
        WHERE item.job_id = $1 AND item.state IN ('skipped', 'dead')
        GROUP BY item.state, item.reason ORDER BY count(*) DESC, item.state, item.reason LIMIT 50
        """)

    /// Pauses a job, or lets it go on.
    static let pauseSending = Statement(
        "pause a send job", parameters: 3,
        """
        UPDATE ingest.send_jobs SET state = $3, reason = NULL WHERE id = $1 AND state = $2
        RETURNING id
        """)

    /// Takes up again what a job gave up, skipped or left when it was stopped.
    static let retrySending = Statement(
        "retry a send job", parameters: 1,
        """
        WITH job AS (
            UPDATE ingest.send_jobs SET state = 'running', reason = NULL, settled_at = NULL,
                not_before = '-infinity'
            WHERE id = $1 RETURNING id
        ), again AS (
            UPDATE ingest.send_items AS item SET state = 'waiting', attempts = 0, due_at = now(),
                status = NULL, reason = NULL, answer = NULL
            FROM job WHERE item.job_id = job.id AND item.state IN ('dead', 'skipped', 'stopped')
                AND NOT EXISTS (
                    SELECT FROM ingest.send_items AS open WHERE open.staging_id = item.staging_id
                        AND open.job_id <> item.job_id AND open.state IN ('waiting', 'sending', 'sent'))
            RETURNING item.staging_id
        )
        SELECT job.id, (SELECT count(*) FROM again) AS rows FROM job
        """)

    /// All that sending may run.
    static let sending: [Statement] = [
        .startSending, .claimSending, .reservePace, .readClock, .holdSending, .keepSending,
        .releaseSending, .markSent, .sendAgain, .giveUp, .stopSending, .finishSending,
        .reopenFinished, .leaveStopped, .showSending, .showUnsent, .pauseSending, .retrySending,
    ]
}
