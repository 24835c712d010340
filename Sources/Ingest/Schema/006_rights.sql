-- Who may do what. A table that is made later has its grants from its first moment.
--
--   warehouse_ingest   takes payloads in: adds and changes rows, deletes none, and changes no payload
--   warehouse_audit    reads
--   warehouse_fix      applies fixes that somebody approved
--   service_role       reads through the REST layer, whose own role is authenticator
--
-- Roles that lack are made without a login: ALTER ROLE … LOGIN PASSWORD …, or GRANT warehouse_ingest TO
-- the role that the service logs in as.

DO $$
DECLARE
    lacking text;
BEGIN
    FOREACH lacking IN ARRAY ARRAY['warehouse_ingest', 'warehouse_audit', 'warehouse_fix',
        'service_role', 'authenticator']
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = lacking);
        -- Another database of the server may be making it at this moment.
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', lacking);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
    IF NOT pg_has_role('authenticator', 'service_role', 'MEMBER') THEN
        BEGIN
            GRANT service_role TO authenticator;
        EXCEPTION WHEN unique_violation OR internal_error THEN NULL;
        END;
    END IF;
    -- The REST layer serves the schemas that its role's settings name, in this database.
    EXECUTE format('ALTER ROLE authenticator IN DATABASE %I SET pgrst.db_schemas = %L',
        current_database(), 'core, extracted, raw, reference');
END
$$;

REVOKE ALL ON SCHEMA raw, extracted, reference, core, ingest FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA core, raw FROM PUBLIC;

GRANT USAGE ON SCHEMA raw, extracted, reference, core
    TO warehouse_ingest, warehouse_audit, warehouse_fix, service_role;
GRANT SELECT ON ALL TABLES IN SCHEMA raw, extracted, reference, core
    TO warehouse_ingest, warehouse_audit, warehouse_fix, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA raw, extracted, reference, core
    GRANT SELECT ON TABLES TO warehouse_ingest, warehouse_audit, warehouse_fix, service_role;

GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA extracted, core TO warehouse_ingest;
-- Nobody has been asked for people yet: no workflow writes them.
REVOKE INSERT, UPDATE ON core.people FROM warehouse_ingest;
GRANT INSERT ON ALL TABLES IN SCHEMA raw TO warehouse_ingest;
GRANT UPDATE ON raw.staging_case_study_urls TO warehouse_ingest;
GRANT INSERT ON reference.technologies, reference.company_industries TO warehouse_ingest;

GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA extracted, reference, core TO warehouse_fix;
GRANT INSERT, UPDATE, DELETE ON raw.staging_case_study_urls TO warehouse_fix;

GRANT USAGE ON SCHEMA ingest TO warehouse_ingest, warehouse_audit, warehouse_fix;
GRANT SELECT ON ingest.migrations, ingest.cursors TO warehouse_ingest, warehouse_audit, warehouse_fix;
GRANT INSERT, UPDATE, DELETE ON ingest.cursors TO warehouse_ingest;
GRANT SELECT, INSERT, UPDATE ON ingest.subjects TO warehouse_ingest;
GRANT SELECT, INSERT, UPDATE ON ingest.quarantine TO warehouse_ingest, warehouse_fix;
GRANT SELECT, INSERT, UPDATE, DELETE ON ingest.answers TO warehouse_ingest;

-- assay:ignore permissive-policy it shuts out all other roles; these see every row
CREATE POLICY ingest ON ingest.quarantine TO warehouse_ingest, warehouse_fix
    USING (true) WITH CHECK (true);
-- assay:ignore permissive-policy it shuts out all other roles; these see every row
CREATE POLICY ingest ON ingest.answers TO warehouse_ingest USING (true) WITH CHECK (true);

NOTIFY pgrst, 'reload schema';
