#!/usr/bin/env python3
"""Every test that docs/guarantees.md names as a proof is there.

    guarantees_test.py ROOT
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = (root / "docs/guarantees.md").read_text(encoding="utf-8")
named = set(re.findall(r"`(\w+Test)\.(\w+)`", page))
written = set()
for folder in ("tests", "examples"):
    for file in (root / folder).rglob("*.cpp"):
        written |= set(re.findall(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", file.read_text(encoding="utf-8")))
missing = sorted(".".join(test) for test in named - written)
for test in missing:
    print(f"docs/guarantees.md names {test}, and there is no such test")
if not named:
    print("docs/guarantees.md names no test at all: has its form changed?")
sys.exit(1 if missing or not named else 0)
