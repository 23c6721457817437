#!/usr/bin/env python3
"""The harness itself: a case that does not do what it says fails."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check import faults_of  # noqa: E402

COMPILER = sys.argv.pop(1)
GOOD = """// expect: [streams] Map: no
// line: 7
template <class T>
void apply() { static_assert(sizeof(T) == 1, "[streams] Map: no"); }
#ifndef STREAMS_TWIN
void author() {
  apply<int>();
}
#else
void author() { apply<char>(); }
#endif
"""


class CheckTest(unittest.TestCase):
    def faults(self, old="", new=""):
        with tempfile.TemporaryDirectory() as folder:
            case = pathlib.Path(folder) / "case.cpp"
            self.assertIn(old, GOOD)
            case.write_text(GOOD.replace(old, new) if old else GOOD)
            return faults_of(case, [COMPILER, "-std=c++20"])[0]

    def test_a_good_case_passes(self):
        self.assertEqual(self.faults(), [])

    def test_a_case_that_compiles_fails(self):
        self.assertEqual(self.faults("apply<int>", "apply<char>"), ["it compiles"])

    def test_another_text_fails(self):
        self.assertEqual(self.faults("// expect: [streams] Map: no", "// expect: [streams] Map: yes"),
                         ["no error says: [streams] Map: yes"])

    def test_two_errors_fail(self):
        self.assertEqual(self.faults("  apply<int>();\n", "  apply<int>();\n  int i = nothing;\n"),
                         ["it gives 2 errors and not one"])

    def test_another_line_fails(self):
        self.assertEqual(self.faults("// line: 7", "// line: 6"), ["line 6 of case.cpp is not named"])

    def test_a_twin_that_does_not_compile_fails(self):
        self.assertEqual(self.faults("apply<char>", "apply<long>"), ["its twin does not compile"])

    def test_a_case_without_a_twin_or_an_expectation_fails(self):
        self.assertIn("no twin", self.faults("STREAMS_TWIN", "OTHER")[0])
        self.assertIn("no '// expect", self.faults("// expect", "// hope")[0])


if __name__ == "__main__":
    unittest.main()
