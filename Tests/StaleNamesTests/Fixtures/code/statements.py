"""Statements of SQL, in every kind of string.

    SELECT nothing FROM core.nowhere
"""

import textwrap

TABLE = "core.company_industries"
OLD_TABLE = "core.company_industry"  # stale: missing-table
# SELECT gone FROM core.companies


def documented(connection):
    """
    SELECT old_name FROM core.companies
    """
    return connection.execute("SELECT id, name FROM core.companies WHERE domain = %s", ("a",))


def several(connection, domain, table, names, direction):
    connection.execute("SELECT industry FROM core.company_industries")  # stale: missing-column
    connection.execute(
        "SELECT c.name, i.industry "  # stale: missing-column
        "FROM core.companies c JOIN core.company_industries i USING (domain) "
        "WHERE c.domain = %(domain)s",
        {"domain": domain},
    )
    connection.execute(f"SELECT matched_industry FROM {TABLE} WHERE domain = '{domain}'")
    connection.execute(f"SELECT id FROM {OLD_TABLE} WHERE domain = {domain!r}")
    connection.execute(f"SELECT * FROM {table} WHERE id = {domain}")
    connection.execute(f"SELECT id, {names} FROM core.companys")  # stale: missing-table
    connection.execute(f"SELECT c.nam FROM core.companies c ORDER BY c.id {direction}")  # stale: missing-column
    connection.execute("SELECT id FROM %s WHERE name = %%s" % table, ("a",))
    connection.execute("SELECT {} FROM core.companies WHERE naem = 1".format(names))
    connection.execute("INSERT INTO core.company_customers (origin_domain, source) VALUES (%s, %s)")  # stale: missing-column
    connection.execute(
        "UPDATE core.people SET "
        + "name = %s "  # stale: missing-column
        + "WHERE id = %s"
    )
    connection.execute(
        """
        INSERT INTO core.company_customers (origin_company_domain, customer_name)
        VALUES (%s, %s)
        ON CONFLICT (origin_company_domain) DO NOTHING  -- stale: no-unique-index
        """
    )
    connection.execute(r"SELECT id FROM core.companies WHERE name ~ '^\d+$' AND oops = 1")  # stale: missing-column
    connection.execute("SELECT 'caf\u00e9' AS \"é\", \
nowhere FROM core.companies")  # stale: missing-column
    connection.execute("SELECT core.company_sumary(%s)")  # stale: missing-function
    connection.execute("SELECT first_gone, id, second_gone FROM core.people")  # stale: missing-column missing-column
    connection.execute("SELECT name::citext2 FROM core.companies")  # stale: missing-object
    connection.execute("SELECT id FROM cor.companies")  # stale: missing-schema


def own_tables(connection):
    connection.execute("CREATE TEMP TABLE staged AS SELECT domain FROM core.companies")
    connection.execute("INSERT INTO staged (domain) VALUES (%s)")
    connection.execute("SELECT domain FROM staged")
    connection.execute(
        textwrap.dedent(
            """
            WITH recent AS (SELECT domain FROM core.companies WHERE created_at > now())
            SELECT r.domain FROM recent r JOIN core.people p ON p.company_domain = r.domain
            """
        )
    )


def prose(log):
    log("Select a file from the list")
    log("select one from many")
    log("Update the settings, and set a name")
    log("delete from cart")
    log("With great power comes responsibility")
    log("SELECT A FILE FROM THE LIST")
    log("Create table")
    log("Insert into the slot")
    return "select all from menu"
