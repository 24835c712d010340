-- What Assay keeps in the database it repairs: a ledger of fixes, a journal of before-images, and the
-- functions that write it. Run by the owner of the tables that fixes may touch, or by a superuser.

CREATE SCHEMA IF NOT EXISTS assay;
COMMENT ON SCHEMA assay IS 'Fixes applied by Assay, and their way back.';

CREATE TABLE IF NOT EXISTS assay.fix_ledger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    approved_by text,
    applied_by text NOT NULL DEFAULT session_user,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    fingerprint text NOT NULL,
    journal_rows bigint,
    undone_by text,
    undone_at timestamptz,
    undo_transaction xid8
);
COMMENT ON TABLE assay.fix_ledger IS 'One row a fix that was applied; it commits with the fix.';
ALTER TABLE assay.fix_ledger ADD COLUMN IF NOT EXISTS shapes jsonb;
CREATE UNIQUE INDEX IF NOT EXISTS fix_ledger_applied_once
    ON assay.fix_ledger (digest) WHERE undone_at IS NULL;

CREATE TABLE IF NOT EXISTS assay.fix_journal (
    fix bigint NOT NULL REFERENCES assay.fix_ledger (id),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    statement integer NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    key text[] NOT NULL,
    before text,
    after text,
    PRIMARY KEY (fix, seq),
    CHECK (before IS NOT NULL OR after IS NOT NULL)
);
COMMENT ON TABLE assay.fix_journal IS
    'Each row that a fix changed, as it was and as it became: a row''s text form, null where there was none.';

CREATE TABLE IF NOT EXISTS assay.altered_triggers (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    trigger_name text NOT NULL,
    state "char",
    PRIMARY KEY (schema_name, table_name, trigger_name)
);
COMMENT ON TABLE assay.altered_triggers IS
    'Triggers that a fix under way has added (no state) or that an undo has switched off; no row of it is ever committed.';

-- Whoever calls the functions below, a transaction that leaves a trigger altered cannot commit.
CREATE OR REPLACE FUNCTION assay.refuse_altered_triggers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF EXISTS (SELECT FROM assay.altered_triggers AS t WHERE t = NEW) THEN
        RAISE EXCEPTION 'the transaction would leave trigger % of %.% altered',
            NEW.trigger_name, NEW.schema_name, NEW.table_name
        USING HINT = 'Call assay.stop_journal or assay.restore_triggers before COMMIT.';
    END IF;
    RETURN NULL;
END
$function$;
DROP TRIGGER IF EXISTS none_is_left ON assay.altered_triggers;
CREATE CONSTRAINT TRIGGER none_is_left AFTER INSERT ON assay.altered_triggers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assay.refuse_altered_triggers();

-- Checks now what would be checked at COMMIT, but for what is above.
CREATE OR REPLACE FUNCTION assay.check_constraints() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    names text := (SELECT string_agg(format('%I.%I', n.nspname, c.conname), ', ')
        FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
        WHERE c.condeferrable AND n.nspname <> 'assay');
BEGIN
    IF names IS NOT NULL THEN
        EXECUTE 'SET CONSTRAINTS ' || names || ' IMMEDIATE';
    END IF;
END
$function$;

-- Refuses a table whose rows or triggers the caller could not lock himself: the functions below act with
-- their owner's rights.
CREATE OR REPLACE FUNCTION assay.refuse_foreign_table(of_schema text, of_table text)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    caller name := CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END;
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = of_schema AND c.relname = of_table AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND (n.nspname <> 'assay' OR c.relname = 'quarantine')
            AND has_table_privilege(caller, c.oid, 'UPDATE, DELETE, TRUNCATE')
    ) THEN
        RAISE EXCEPTION 'a fix may not touch %.%', of_schema, of_table
        USING ERRCODE = 'insufficient_privilege',
            HINT = format('It must be a table that lasts, on which %s may UPDATE or DELETE.', caller);
    END IF;
END
$function$;

-- Writes the rows that a statement changed into the journal. The fix and the statement are settings of
-- the transaction; the key's columns are the trigger's arguments. Images are computed once each (OFFSET 0),
-- and found by a hash: a merge would sort them all by their keys, as a language sorts.
-- It acts with its owner's rights, so it calls no cast that somebody else may have written: format is the
-- type's own text form. No column can be taken for r.*, as one called r would be for r.
CREATE OR REPLACE FUNCTION assay.journal_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_mergejoin = off
SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET extra_float_digits = 1
SET bytea_output = 'hex' AS $function$
DECLARE
    source text;
    key text := (
        SELECT string_agg(
            format(CASE WHEN assay.is_built_in(k.atttypid) THEN 'r.%I::text' ELSE 'format(''%%s'', r.%I)' END, a),
            ', ' ORDER BY n)
        FROM unnest(TG_ARGV) WITH ORDINALITY AS c (a, n)
        JOIN pg_attribute k ON k.attrelid = TG_RELID AND k.attname = c.a);
BEGIN
    IF TG_OP = 'INSERT' THEN
        source := format(
            'SELECT ARRAY[%s] AS key, NULL::text AS before, format(''%%s'', r.*) AS after FROM new_rows AS r', key);
    ELSIF TG_OP = 'DELETE' THEN
        source := format(
            'SELECT ARRAY[%s] AS key, format(''%%s'', r.*) AS before, NULL::text AS after FROM old_rows AS r', key);
    ELSE
        source := format(
            'SELECT coalesce(o.key, n.key) AS key, o.image AS before, n.image AS after
             FROM (SELECT ARRAY[%1$s] AS key, format(''%%s'', r.*) AS image FROM old_rows AS r OFFSET 0) AS o
             FULL JOIN (SELECT ARRAY[%1$s] AS key, format(''%%s'', r.*) AS image FROM new_rows AS r OFFSET 0) AS n
                 ON n.key = o.key
             WHERE o.image IS DISTINCT FROM n.image', key);
    END IF;
    EXECUTE 'INSERT INTO assay.fix_journal (fix, statement, schema_name, table_name, key, before, after)
             SELECT $1, $2, $3, $4, key, before, after FROM (' || source || ') AS changes'
    USING current_setting('assay.fix')::bigint, current_setting('assay.statement')::integer,
        TG_TABLE_SCHEMA, TG_TABLE_NAME;
    RETURN NULL;
END
$function$;

-- Whether a type, or the type that a domain is over, came with the server; only a superuser writes its casts.
CREATE OR REPLACE FUNCTION assay.is_built_in(type oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $function$
    WITH RECURSIVE base AS (
        SELECT t.oid, t.typtype, t.typbasetype, t.typnamespace FROM pg_type t WHERE t.oid = is_built_in.type
        UNION ALL
        SELECT t.oid, t.typtype, t.typbasetype, t.typnamespace
        FROM base JOIN pg_type t ON t.oid = base.typbasetype WHERE base.typtype = 'd'
    )
    SELECT coalesce(bool_or(typtype <> 'd' AND typnamespace = 'pg_catalog'::regnamespace), false) FROM base
$function$;

-- Begins to journal a table, until the end of the transaction or assay.stop_journal.
CREATE OR REPLACE FUNCTION assay.start_journal(schema_name text, table_name text, key text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    arguments text := (SELECT string_agg(quote_literal(a), ', ' ORDER BY n)
        FROM unnest(key) WITH ORDINALITY AS c (a, n));
    event text;
BEGIN
    PERFORM assay.refuse_foreign_table(schema_name, table_name);
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON %I.%I REFERENCING %s FOR EACH STATEMENT
             EXECUTE FUNCTION assay.journal_rows(%s)',
            'zz_assay_journal_' || lower(event), event, schema_name, table_name,
            CASE event WHEN 'INSERT' THEN 'NEW TABLE AS new_rows' WHEN 'DELETE' THEN 'OLD TABLE AS old_rows'
                ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END,
            arguments);
        INSERT INTO assay.altered_triggers
        VALUES (schema_name, table_name, 'zz_assay_journal_' || lower(event), NULL);
    END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION assay.stop_journal(schema_name text, table_name text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    added text;
BEGIN
    FOR added IN
        DELETE FROM assay.altered_triggers AS t
        WHERE t.schema_name = stop_journal.schema_name AND t.table_name = stop_journal.table_name
            AND t.state IS NULL
        RETURNING t.trigger_name
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I.%I', added, schema_name, table_name);
    END LOOP;
END
$function$;

-- What the text form of a table's rows depends on, and what tells them apart: its columns and its key.
CREATE OR REPLACE FUNCTION assay.shape(schema_name text, table_name text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $function$
    WITH keys AS (
        SELECT i.indisprimary, (
                SELECT string_agg(a.attname, ',' ORDER BY u.n)
                FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum) AS columns
        FROM pg_index i
        WHERE i.indrelid = format('%I.%I', schema_name, table_name)::regclass AND i.indisunique
    ), facts AS (
        SELECT attnum AS place,
            format('%I %s %s', attname, format_type(atttypid, atttypmod), attgenerated) AS fact
        FROM pg_attribute
        WHERE attrelid = format('%I.%I', schema_name, table_name)::regclass AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT 32767, columns FROM keys
        WHERE indisprimary OR NOT EXISTS (SELECT FROM keys AS k WHERE k.indisprimary)
    )
    SELECT encode(sha256(convert_to(string_agg(fact, E'\n' ORDER BY place, fact COLLATE "C"), 'UTF8')), 'hex')
    FROM facts
$function$;

-- Writes into the ledger how many rows the journal of the fix under way has, so that a loss is noticed, and
-- the shapes of their tables, which an undo relies on.
CREATE OR REPLACE FUNCTION assay.count_journal()
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    UPDATE assay.fix_ledger
    SET journal_rows = (SELECT count(*) FROM assay.fix_journal WHERE fix = current_setting('assay.fix')::bigint),
        shapes = (
            SELECT coalesce(
                jsonb_object_agg(format('%I.%I', schema_name, table_name), assay.shape(schema_name, table_name)), '{}')
            FROM (SELECT DISTINCT schema_name, table_name FROM assay.fix_journal
                WHERE fix = current_setting('assay.fix')::bigint) AS touched)
    WHERE id = current_setting('assay.fix')::bigint AND transaction = pg_current_xact_id()
$function$;

-- Switches the users' triggers of a table and its partitions off for the rest of the transaction, so that an
-- undo restores what was and nothing else; assay.restore_triggers puts each back as it stood.
CREATE OR REPLACE FUNCTION assay.silence_triggers(of_schema text, of_table text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    one record;
BEGIN
    PERFORM assay.refuse_foreign_table(of_schema, of_table);
    -- ALTER TABLE would take the same lock, but only where there is a trigger.
    EXECUTE format('LOCK TABLE %I.%I IN SHARE ROW EXCLUSIVE MODE', of_schema, of_table);
    FOR one IN
        WITH RECURSIVE tree AS (
            SELECT format('%I.%I', of_schema, of_table)::regclass::oid AS oid
            UNION SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
        )
        SELECT n.nspname, c.relname, t.tgname, t.tgenabled FROM tree
        JOIN pg_trigger t ON t.tgrelid = tree.oid
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
        ORDER BY 1, 2, 3
    LOOP
        INSERT INTO assay.altered_triggers VALUES (one.nspname, one.relname, one.tgname, one.tgenabled);
        EXECUTE format('ALTER TABLE ONLY %I.%I DISABLE TRIGGER %I', one.nspname, one.relname, one.tgname);
    END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION assay.restore_triggers()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    one record;
BEGIN
    FOR one IN DELETE FROM assay.altered_triggers WHERE state IS NOT NULL RETURNING * LOOP
        EXECUTE format('ALTER TABLE ONLY %I.%I ENABLE %s TRIGGER %I', one.schema_name, one.table_name,
            CASE one.state WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' ELSE '' END, one.trigger_name);
    END LOOP;
END
$function$;

-- What a fix relies on: columns, constraints, indexes and triggers of some tables, as one digest.
CREATE OR REPLACE FUNCTION assay.fingerprint(relations text[])
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $function$
    WITH chosen AS (
        SELECT c.oid, n.nspname || '.' || c.relname AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname || '.' || c.relname = ANY (relations)
    ), facts AS (
        SELECT format('table %s', name) AS fact FROM chosen
        UNION ALL
        SELECT format('column %s.%s %s %s %s %s', name, attname, format_type(atttypid, atttypmod), attnotnull,
            attgenerated, pg_get_expr(adbin, adrelid))
        FROM chosen JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        UNION ALL
        SELECT format('constraint %s.%s %s', name, conname, pg_get_constraintdef(pg_constraint.oid))
        FROM chosen JOIN pg_constraint ON conrelid = chosen.oid OR confrelid = chosen.oid
        UNION ALL
        SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM chosen JOIN pg_index ON indrelid = oid
        UNION ALL
        SELECT format('trigger %s %s', tgenabled, pg_get_triggerdef(pg_trigger.oid))
        FROM chosen JOIN pg_trigger ON tgrelid = chosen.oid
        WHERE NOT tgisinternal AND tgname NOT LIKE 'zz\_assay\_journal\_%'
    )
    SELECT encode(sha256(convert_to(coalesce(string_agg(fact, E'\n' ORDER BY fact COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM facts
$function$;

CREATE TABLE IF NOT EXISTS assay.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    key text[] NOT NULL,
    column_name text NOT NULL,
    value text,
    reason text NOT NULL,
    fix bigint DEFAULT nullif(current_setting('assay.fix', true), '')::bigint
        REFERENCES assay.fix_ledger (id),
    quarantined_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE assay.quarantine IS
    'Values that a fix took out because nothing could repair them; they wait here for a person.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA assay FROM PUBLIC;

-- Older installations granted the fixing role all functions; what triggers call is nobody's to call, and what
-- else it needs is granted anew, by name.
DO $block$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT p.oid::regprocedure AS function, r.rolname FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) AS a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
        WHERE p.pronamespace = 'assay'::regnamespace AND p.prorettype = 'trigger'::regtype AND a.grantee <> p.proowner
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %I', one.function, one.rolname);
    END LOOP;
END
$block$;
