"""The thirty checks for Soda, both schemas in one process."""

import os
import pathlib

from soda.scan import Scan

here = pathlib.Path(__file__).parent
for schema in ("core", "raw"):
    scan = Scan()
    scan.set_scan_definition_name(schema)
    scan.set_data_source_name(schema)
    scan.add_configuration_yaml_str(
        """
        data_source {schema}:
          type: postgres
          host: {PGHOST}
          port: {PGPORT}
          username: {PGUSER}
          password: none
          database: {PGDATABASE}
          schema: {schema}
        """.format(schema=schema, **os.environ)
    )
    scan.add_sodacl_yaml_file(str(here / f"{schema}.yml"))
    scan.execute()
    for check in scan.get_scan_results()["checks"]:
        print(check["outcome"], check["name"], (check.get("diagnostics") or {}).get("value"))
    if scan.has_error_logs():
        raise SystemExit(scan.get_error_logs_text())
