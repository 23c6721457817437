#!/usr/bin/env python3
"""Prints a Parquet file as pyarrow reads it: JSON with the schema, the compressions and the rows.

    read_file.py FILE
"""

import base64
import datetime
import decimal
import json
import sys

import pyarrow.parquet as pq


def plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return {"microseconds": value // datetime.timedelta(microseconds=1)}
    if isinstance(value, decimal.Decimal):
        return {"decimal": str(value)}
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def main():
    file = pq.ParquetFile(sys.argv[1])
    table = file.read()
    assert table.validate(full=True) is None
    meta = file.metadata
    columns = [meta.row_group(group).column(i) for group in range(meta.num_row_groups) for i in range(meta.num_columns)]
    # Nanoseconds are beyond Python's own times.
    rows = [{name: plain(table.column(name)[i].value if str(table.schema.field(name).type).endswith("[ns]")
                         else table.column(name)[i].as_py()) for name in table.column_names}
            for i in range(table.num_rows)]
    print(json.dumps({"schema": [str(field) for field in table.schema],
                      "compressions": sorted({column.compression for column in columns}),
                      "row_groups": meta.num_row_groups,
                      "rows": rows}, indent=1, sort_keys=True))


main()
