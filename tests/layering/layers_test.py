#!/usr/bin/env python3
"""The layering check itself: every kind of violation, planted, is found; what is allowed is not."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from layers import Check  # noqa: E402

SOUND = {
    "api/include/streams/graph.hpp": "#include <vector>\n#include <boost/describe.hpp>\n",
    "api/src/graph.cpp": '#include <streams/graph.hpp>\n#include "names.hpp"\n#include <simdjson.h>\n',
    "api/src/names.hpp": "",
    "api/CMakeLists.txt": "target_link_libraries(streams_api PUBLIC Boost::headers PRIVATE simdjson::simdjson)",
    "runtime/include/streams/runtime/plan.hpp": "#include <streams/graph.hpp>\n#include <absl/status/statusor.h>\n",
    "runtime/src/plan/plan.cpp": '#include "plan/names.hpp"\n#include <fmt/core.h>\n#include <sys/stat.h>\n',
    "runtime/src/plan/names.hpp": "#include <thread>\n",
    "runtime/include/streams/testing/driver.hpp": "#include <streams/runtime/plan.hpp>\n",
    "runtime/src/testing/driver.cpp": '#include <streams/testing/driver.hpp>\n#include "plan/names.hpp"\n',
    "runtime/CMakeLists.txt": "target_link_libraries(streams_runtime PUBLIC streams::api\n  PRIVATE fmt::fmt) # streams::kafka",
    "adapters/kafka/include/streams/kafka/adapter.hpp": "#include <streams/runtime/plan.hpp>\n",
    "adapters/kafka/src/adapter.cpp": "#include <streams/kafka/adapter.hpp>\n#include <librdkafka/rdkafka.h>\n",
    "adapters/local/src/files.hpp": "",
    "runtime/runner/main.cpp": "#include <streams/kafka/adapter.hpp>\n",
}


class LayersTest(unittest.TestCase):
    def faults(self, planted):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**SOUND, **planted}.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return Check(folder).run()

    def assert_fault(self, planted, expected):
        faults = self.faults(planted)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0])

    def test_sound_tree_has_no_faults(self):
        self.assertEqual(self.faults({}), [])

    def test_api_may_not_include_runtime(self):
        self.assert_fault({"api/src/bad.cpp": "\n#include <streams/runtime/plan.hpp>\n"},
                          "api/src/bad.cpp:2: api may not include <streams/runtime/plan.hpp>")

    def test_api_may_not_include_testing_or_adapters(self):
        self.assert_fault({"api/src/bad.cpp": "#include <streams/testing/driver.hpp>\n"}, "belongs to testing")
        self.assert_fault({"api/src/bad.cpp": "#include <streams/kafka/adapter.hpp>\n"}, "belongs to kafka")

    def test_api_knows_no_abseil_yaml_kafka_or_threads(self):
        for header in ("absl/status/status.h", "yaml-cpp/yaml.h", "librdkafka/rdkafka.h", "thread", "fmt/core.h"):
            self.assert_fault({"api/src/bad.cpp": f"#include <{header}>\n"}, header)

    def test_api_may_lock_what_other_threads_come_to(self):
        self.assertEqual(self.faults({"api/include/streams/good.hpp": "#include <mutex>\n"}), [])
        self.assert_fault({"api/src/bad.cpp": "#include <condition_variable>\n"}, "knows no threads")

    def test_runtime_may_not_include_an_adapter_or_testing(self):
        self.assert_fault({"runtime/src/bad.cpp": "#include <streams/kafka/adapter.hpp>\n"}, "belongs to kafka")
        self.assert_fault({"runtime/src/bad.cpp": "#include <streams/testing/driver.hpp>\n"}, "belongs to testing")

    def test_only_the_kafka_adapter_includes_librdkafka(self):
        for path in ("runtime/src/bad.cpp", "adapters/local/src/bad.cpp", "runtime/runner/bad.cpp",
                     "runtime/src/testing/bad.cpp"):
            self.assert_fault({path: "#include <librdkafka/rdkafka.h>\n"}, "librdkafka")
        self.assert_fault({"adapters/kafka/include/streams/kafka/bad.hpp": "#include <librdkafka/rdkafka.h>\n"},
                          "in installed headers")

    def test_adapters_may_not_include_each_other(self):
        self.assert_fault({"adapters/local/src/bad.cpp": "#include <streams/kafka/adapter.hpp>\n"}, "belongs to kafka")

    def test_installed_headers_keep_to_their_short_list(self):
        self.assert_fault({"runtime/include/streams/runtime/bad.hpp": "#include <fmt/core.h>\n"}, "installed headers")
        self.assert_fault({"runtime/include/streams/runtime/bad.hpp": "#include <absl/strings/str_cat.h>\n"}, "absl")
        self.assert_fault({"api/include/streams/bad.hpp": "#include <simdjson.h>\n"}, "installed headers")
        self.assert_fault({"api/include/streams/bad.hpp": "#include <boost/asio.hpp>\n"}, "boost/asio")
        self.assert_fault({"api/include/streams/bad.hpp": '#include "names.hpp"\n'}, "no private one")

    def test_private_headers_stay_private(self):
        self.assert_fault({"adapters/kafka/src/bad.cpp": '#include "plan/names.hpp"\n'}, "private headers of its own")
        self.assert_fault({"runtime/runner/bad.cpp": '#include "plan/names.hpp"\n'}, "private headers of its own")
        self.assert_fault({"adapters/local/src/bad.cpp": '#include "../../../runtime/src/plan/names.hpp"\n'},
                          "private headers of its own")

    def test_unknown_third_parties_are_a_decision(self):
        self.assert_fault({"runtime/src/bad.cpp": "#include <pango/pango.h>\n"}, "on no list")

    def test_unknown_folders_are_a_decision(self):
        self.assert_fault({"adapters/carrier_pigeon/src/new.cpp": "\n"}, "belongs to no layer")

    def test_links_follow_the_same_order(self):
        for line in ("target_link_libraries(streams_api PUBLIC streams::runtime)",
                     "target_link_libraries(streams_runtime PRIVATE streams_kafka)",
                     "target_link_libraries(streams_runtime\n PRIVATE $<BUILD_INTERFACE:Rdkafka::rdkafka>)",
                     "target_link_libraries(streams_local PUBLIC streams::kafka)",
                     "target_link_libraries(streams_api PRIVATE Threads::Threads)",
                     "target_link_libraries(streams_api PRIVATE absl::status)"):
            self.assert_fault({"adapters/CMakeLists.txt": "\n" + line}, "may not link")


if __name__ == "__main__":
    unittest.main()
