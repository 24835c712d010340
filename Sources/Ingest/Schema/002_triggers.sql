-- Who changes a row need not remember to say when, and nobody forgets finished work.

CREATE FUNCTION core.set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION core.set_updated_at() IS 'Stamps a row that is changed.';

-- Every table that says when its rows were changed, whichever they are.
DO $$
DECLARE
    stamped regclass;
BEGIN
    FOR stamped IN
        SELECT a.attrelid::regclass
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
        WHERE a.attname = 'updated_at' AND NOT a.attisdropped
            AND c.relnamespace IN ('extracted'::regnamespace, 'core'::regnamespace)
        ORDER BY a.attrelid
    LOOP
        -- assay:ignore running-built-sql the names come from the catalog, quoted as it writes them
        EXECUTE format('CREATE TRIGGER set_updated_at BEFORE UPDATE ON %s '
            'FOR EACH ROW EXECUTE FUNCTION core.set_updated_at()', stamped);
    END LOOP;
END
$$;

-- An upsert once wrote "not processed" over finished work whenever a URL was staged again. A mark is
-- taken back by hand only: by a role that may also delete the row, such as the one that applies fixes.
CREATE FUNCTION raw.keep_marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT has_table_privilege(TG_RELID, 'DELETE') THEN
        RAISE EXCEPTION 'processed and sent_to_clay are not taken back by %', current_user
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Plan a fix: it is reviewed, and applied by a role that may.';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION raw.keep_marks() IS 'Refuses to forget that a URL was sent or came back.';

CREATE TRIGGER keep_marks BEFORE UPDATE ON raw.staging_case_study_urls
    FOR EACH ROW WHEN (OLD.processed AND NOT NEW.processed OR OLD.sent_to_clay AND NOT NEW.sent_to_clay)
    EXECUTE FUNCTION raw.keep_marks();
