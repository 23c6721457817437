#!/usr/bin/env python3
"""Prints the rows of Parquet files as pyarrow reads them, one line of JSON each, in the order of the columns.

    parquet_rows.py FILE...
"""

import json
import sys

import pyarrow.parquet as pq

for path in sys.argv[1:]:
    for row in pq.read_table(path).to_pylist():
        print(json.dumps(row, separators=(",", ":"), ensure_ascii=False))
