
-- What changed in tables since they were audited last: of each tracked table a log of the keys of rows that came,
-- changed or went, written by statement triggers. No other value of a row is in it. Of a table without a primary key
-- it holds that something changed.

CREATE SCHEMA IF NOT EXISTS assay;

CREATE TABLE IF NOT EXISTS assay.tracked (
    relation regclass PRIMARY KEY,
    log name NOT NULL UNIQUE,
    key smallint[] NOT NULL,
    tracked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    pruned_through xid8,
    pruned_by xid8
);
COMMENT ON TABLE assay.tracked IS
    'The tables whose changes are logged, the log of each, up to which transaction it was pruned, and by which.';

-- Writes the keys of the rows that a statement touched into the table's log. The arguments are the log and the
-- numbers of the key's columns, which outlast a rename; without a key, also where it is one no longer so that no writer
-- fails for it, a change is logged as unknown. 1 is a key that went, 2 one that came, 4 one that stayed, 8 that anything
-- may have happened.
CREATE OR REPLACE FUNCTION assay.log_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET DateStyle = 'ISO, YMD' SET TimeZone = 'UTC' AS $function$
DECLARE
    key text;
    touched boolean := true;
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        SELECT string_agg(format('r.%I::text', a.attname), ', ' ORDER BY c.n) INTO key
        FROM unnest(TG_ARGV) WITH ORDINALITY AS c (number, n)
        JOIN pg_attribute AS a ON a.attrelid = TG_RELID AND a.attnum::text = c.number AND NOT a.attisdropped
        WHERE c.n > 1
        HAVING count(*) = TG_NARGS - 1;
    END IF;
    IF key IS NULL THEN
        IF TG_OP = 'INSERT' THEN
            touched := EXISTS (SELECT FROM new_rows);
        ELSIF TG_OP <> 'TRUNCATE' THEN
            touched := EXISTS (SELECT FROM old_rows);
        END IF;
        IF touched THEN
            EXECUTE format('INSERT INTO assay.%I (change) VALUES (8)', TG_ARGV[0]);
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        EXECUTE format('INSERT INTO assay.%I (key, change) SELECT ARRAY[%s], 2 FROM new_rows AS r', TG_ARGV[0], key);
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('INSERT INTO assay.%I (key, change) SELECT ARRAY[%s], 1 FROM old_rows AS r', TG_ARGV[0], key);
    ELSE
        EXECUTE format(
            'INSERT INTO assay.%1$I (key, change) SELECT key, CASE bit_or(side) WHEN 3 THEN 4 ELSE bit_or(side) END
             FROM (SELECT ARRAY[%2$s] AS key, 1 AS side FROM old_rows AS r
                 UNION ALL SELECT ARRAY[%2$s], 2 FROM new_rows AS r) AS sides GROUP BY key', TG_ARGV[0], key);
    END IF;
    RETURN NULL;
END
$function$;
REVOKE EXECUTE ON FUNCTION assay.log_changes() FROM PUBLIC;

-- Ends the tracking of a table.
CREATE OR REPLACE FUNCTION assay.untrack(tracked_table regclass)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    one name;
BEGIN
    FOR one IN SELECT t.tgname FROM pg_trigger AS t
        WHERE t.tgrelid = tracked_table AND t.tgfoid = 'assay.log_changes'::regproc ORDER BY 1 LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one, tracked_table);
    END LOOP;
    FOR one IN DELETE FROM assay.tracked AS t WHERE t.relation = tracked_table RETURNING t.log LOOP
        EXECUTE format('DROP TABLE IF EXISTS assay.%I', one);
    END LOOP;
END
$function$;
REVOKE EXECUTE ON FUNCTION assay.untrack(regclass) FROM PUBLIC;

-- Begins to track a table; one that is tracked as it should be stays as it is.
CREATE OR REPLACE FUNCTION assay.track(tracked_table regclass)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    -- INCLUDE columns stand behind those of the key. Without one it is logged that something changed, and no more.
    new_key smallint[] := coalesce((SELECT (i.indkey::smallint[])[0:i.indnkeyatts - 1] FROM pg_index AS i
        WHERE i.indrelid = tracked_table AND i.indisprimary AND i.indisvalid AND i.indimmediate), '{}');
    new_log name := 'changes_' || tracked_table::oid;
    event text;
    problem text := (SELECT CASE
            WHEN c.relkind <> 'r' THEN 'it is no plain table'
            WHEN c.relpersistence <> 'p' THEN 'it does not outlast a crash, or the session'
            WHEN EXISTS (SELECT FROM pg_inherits AS i WHERE c.oid IN (i.inhrelid, i.inhparent))
                THEN 'it is part of another table or has parts, and a statement on the one fires no trigger of the other'
            WHEN EXISTS (SELECT FROM pg_subscription_rel AS s WHERE s.srrelid = c.oid)
                THEN 'a subscription fills it, and what that writes fires no statement trigger'
        END FROM pg_class AS c WHERE c.oid = tracked_table);
BEGIN
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION '% cannot be tracked: %', tracked_table, problem
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF EXISTS (SELECT FROM assay.tracked AS t
            WHERE t.relation = tracked_table AND t.log = new_log AND t.key::text[] = new_key::text[]
                AND to_regclass('assay.' || new_log) IS NOT NULL)
        AND (SELECT count(*) = 4 FROM pg_trigger AS t WHERE t.tgrelid = tracked_table
            AND t.tgfoid = 'assay.log_changes'::regproc AND t.tgenabled = 'A') THEN
        RETURN;
    END IF;
    PERFORM assay.untrack(tracked_table);
    EXECUTE format(
        'CREATE TABLE assay.%I (
            key text[],
            change smallint NOT NULL,
            transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
            at timestamptz NOT NULL DEFAULT clock_timestamp())', new_log);
    EXECUTE format('CREATE INDEX ON assay.%I (transaction)', new_log);
    EXECUTE format('CREATE INDEX ON assay.%I USING brin (at)', new_log);
    EXECUTE format('COMMENT ON TABLE assay.%I IS %L', new_log,
        'The keys of rows of ' || tracked_table || ' that came, changed or went.');
    EXECUTE format('ALTER TABLE assay.%I OWNER TO %I', new_log, (SELECT pg_get_userbyid(p.proowner)
        FROM pg_proc AS p WHERE p.oid = 'assay.log_changes'::regproc));
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION assay.log_changes(%s)',
            'zz_assay_changes_' || lower(event), event, tracked_table,
            CASE event WHEN 'INSERT' THEN 'REFERENCING NEW TABLE AS new_rows'
                WHEN 'DELETE' THEN 'REFERENCING OLD TABLE AS old_rows'
                WHEN 'UPDATE' THEN 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows' ELSE '' END,
            (SELECT string_agg(quote_literal(a), ', ' ORDER BY n)
                FROM unnest(new_log::text || new_key::text[]) WITH ORDINALITY AS c (a, n)));
        -- What a replica's role writes is a change too.
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tracked_table, 'zz_assay_changes_' || lower(event));
    END LOOP;
    INSERT INTO assay.tracked (relation, log, key) VALUES (tracked_table, new_log, new_key);
END
$function$;
REVOKE EXECUTE ON FUNCTION assay.track(regclass) FROM PUBLIC;

-- Deletes what is older, and notes up to where: a run that has not seen that reads its table whole.
CREATE OR REPLACE FUNCTION assay.prune_changes(older_than interval DEFAULT '30 days')
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    one record;
    last xid8;
    pruned bigint;
    total bigint := 0;
BEGIN
    FOR one IN SELECT t.relation, t.log FROM assay.tracked AS t
        WHERE to_regclass('assay.' || t.log) IS NOT NULL ORDER BY t.log FOR UPDATE LOOP
        EXECUTE format(
            'WITH gone AS (DELETE FROM assay.%I WHERE at < clock_timestamp() - $1 RETURNING transaction)
             SELECT count(*), max(transaction::text::numeric)::text::xid8 FROM gone', one.log)
        INTO pruned, last USING older_than;
        IF pruned > 0 THEN
            UPDATE assay.tracked AS t
            SET pruned_through = CASE WHEN t.pruned_through > last THEN t.pruned_through ELSE last END,
                pruned_by = pg_current_xact_id()
            WHERE t.relation = one.relation;
            total := total + pruned;
        END IF;
    END LOOP;
    RETURN total;
END
$function$;
REVOKE EXECUTE ON FUNCTION assay.prune_changes(interval) FROM PUBLIC;
