#!/usr/bin/env python3
"""Compiles a case that must not compile, and its twin that must.

    check.py CASE.cpp COMPILER FLAG...

The case begins with comments that say what is expected:

    // expect: [streams] Map: the function cannot be called with ...
    // line: 17

It must fail with exactly one `error:`, which contains the text. With `line`, the compiler must name that line of the
case, either as the place of the error itself or under "required from here". With STREAMS_TWIN defined the same file
must compile without a word: it shows the right way to write it, and that the case fails for its own reason.
"""

import pathlib
import re
import subprocess
import sys


def read_comment(text, key):
    found = re.search(rf"^// {key}: (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else None


def compile_case(case, command, *extra):
    done = subprocess.run([*command, "-fsyntax-only", "-fdiagnostics-color=never", *extra, str(case)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env={"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"})
    return done.returncode, done.stdout


def faults_of(case, command):
    text = case.read_text(encoding="utf-8")
    expected = read_comment(text, "expect")
    line = read_comment(text, "line")
    if expected is None:
        return [f"{case.name} has no '// expect: ...' at its beginning"], ""
    if "STREAMS_TWIN" not in text:
        return [f"{case.name} has no twin under STREAMS_TWIN"], ""

    status, output = compile_case(case, command)
    faults = []
    if status == 0:
        faults.append("it compiles")
    errors = [row for row in output.splitlines() if re.search(r"\berror:", row)]
    if status != 0 and len(errors) != 1:
        faults.append(f"it gives {len(errors)} errors and not one")
    if errors and not any(expected in row for row in errors):
        faults.append(f"no error says: {expected}")
    if errors and line is not None:
        place = rf"{re.escape(case.name)}:{line}:\d+:\s+(required from here|error:)"
        if not re.search(place, output):
            faults.append(f"line {line} of {case.name} is not named")

    status, twin_output = compile_case(case, command, "-DSTREAMS_TWIN", "-Werror")
    if status != 0:
        faults.append("its twin does not compile")
        output += "\n--- the twin:\n" + twin_output
    return faults, output


def main():
    case = pathlib.Path(sys.argv[1])
    faults, output = faults_of(case, sys.argv[2:])
    for fault in faults:
        print(f"{case.name}: {fault}")
    if faults:
        print(output)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
