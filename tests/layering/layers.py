#!/usr/bin/env python3
"""Fails when an include or a link points against api <- runtime <- adapters <- runner.

    layers.py ROOT

Every part has a list of what it may use; what is on no list is a fault, so a new dependency is a decision made here.
"""

import pathlib
import re
import sys
from dataclasses import dataclass, field

# What an include or a link target that is not ours belongs to.
THIRD_PARTY = {
    "absl": r"absl/.*|absl::.*",
    "absl-status": r"absl/status/.*|absl::status|absl::statusor",
    "arrow": r"arrow/.*|parquet/.*|StreamsArrow::.*",
    "benchmark": r"benchmark/.*|benchmark::.*",
    "boost": r"boost/.*|Boost::.*",
    "boost-describe": r"boost/(describe|mp11)(/.*|\.hpp)|Boost::headers",
    "cli11": r"CLI/.*|CLI11::.*",
    "curl": r"curl/.*|CURL::.*",
    "fmt": r"fmt/.*|fmt::.*",
    "gtest": r"g(test|mock)/.*|GTest::.*",
    "mimalloc": r"mimalloc.*",
    "openssl": r"openssl/.*|OpenSSL::.*",
    "prometheus": r"prometheus/.*|prometheus-cpp::.*",
    "protobuf": r"google/protobuf/.*|protobuf::.*",
    "rdkafka": r"librdkafka/.*|rdkafka\.h|Rdkafka::.*",
    "simdjson": r"simdjson.*",
    "spdlog": r"spdlog/.*|spdlog::.*",
    "yaml": r"yaml-cpp.*",
}
THREADS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "stop_token", "semaphore", "latch",
           "barrier", "pthread.h", "threads.h"}
LOCKS = {"mutex"}
SYSTEM_FOLDERS = ("sys/", "net/", "netinet/", "arpa/", "linux/", "bits/")


@dataclass
class Part:
    """A folder of sources, and the target made of it."""

    name: str
    folders: list  # the most specific folder of all parts decides
    target: str
    uses: set = field(default_factory=set)  # parts
    public: set = field(default_factory=set)  # third parties in installed headers
    private: set = field(default_factory=set)  # and in sources
    threads: bool = True
    locks: bool = False  # without threads of its own: it may be called from those of others
    private_headers_of: set = field(default_factory=set)


PARTS = [
    Part("api", ["api"], "streams_api", public={"boost-describe", "protobuf"}, private={"simdjson", "protobuf"},
         threads=False, locks=True),
    # Protobuf's header is part of api's include folder; only its target stands apart.
    Part("protobuf", [], "streams_protobuf", {"api"}, {"protobuf"}, {"protobuf"}, threads=False),
    # What a pipeline's own functions call; a module links it beside api.
    Part("http", ["adapters/http"], "streams_http", {"api"}, set(), {"curl"}),
    Part("runtime", ["runtime"], "streams_runtime", {"api"}, {"absl-status"},
         {"absl", "boost", "fmt", "prometheus", "yaml"}),
    Part("testing", ["runtime/include/streams/testing", "runtime/src/testing"], "streams_testing", {"api", "runtime"},
         set(), {"absl", "fmt"}, private_headers_of={"runtime"}),
    Part("kafka", ["adapters/kafka"], "streams_kafka", {"api", "runtime"}, set(), {"absl", "fmt", "rdkafka"}),
    Part("local", ["adapters/local"], "streams_local", {"api", "runtime"}, set(), {"absl", "fmt"}),
    Part("objects", ["adapters/objects"], "streams_objects", {"api", "runtime"}, set(),
         {"absl", "curl", "fmt", "openssl"}),
    Part("parquet", ["adapters/parquet"], "streams_parquet", {"api", "runtime"}, set(), {"absl", "arrow"},
         threads=False),
    Part("runner", ["runtime/runner"], "streams_runner", {"api", "runtime", "kafka", "local", "objects", "parquet"}, set(), {"mimalloc"}),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)
LINK = re.compile(r"target_link_libraries\s*\(([^)]*)\)")
COMMENT = re.compile(r"#[^\n]*")


def part_of(path, parts):
    """The part whose folder holds the path (relative to the root); None for what is no part."""
    best, length = None, -1
    for part in parts:
        for folder in part.folders:
            if path.is_relative_to(folder) and len(folder) > length:
                best, length = part, len(folder)
    return best


def third_parties(name):
    return {key for key, pattern in THIRD_PARTY.items() if re.fullmatch(pattern, name)}


class Check:
    def __init__(self, root, parts=PARTS):
        self.root = pathlib.Path(root)
        self.parts = parts
        self.faults = []
        self.public = self._public_headers()

    def _public_headers(self):
        """Which part owns each header that is included as <streams/...>."""
        owners = {}
        for folder in ("api/include", "runtime/include", "adapters/http/include", "adapters/kafka/include", "adapters/local/include",
                       "adapters/objects/include", "adapters/parquet/include"):
            base = self.root / folder
            for header in base.rglob("*.hpp"):
                owners[str(header.relative_to(base))] = part_of(header.relative_to(self.root), self.parts)
        return owners

    def run(self):
        for folder in ("api", "runtime", "adapters"):
            for path in sorted((self.root / folder).rglob("*")):
                if path.suffix in (".hpp", ".cpp"):
                    self.check_includes(path)
        for path in sorted(self.root.rglob("CMakeLists.txt")):
            if path.relative_to(self.root).parts[0] in ("api", "runtime", "adapters"):
                self.check_links(path)
        return self.faults

    def fault(self, path, text, offset, message):
        line = text.count("\n", 0, offset) + 1
        self.faults.append(f"{path.relative_to(self.root)}:{line}: {message}")

    def check_includes(self, path):
        relative = path.relative_to(self.root)
        part = part_of(relative, self.parts)
        if part is None:
            self.faults.append(f"{relative}: this folder belongs to no layer; add it to tests/layering/layers.py")
            return
        installed = "include" in relative.parts
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            fault = self.include_fault(path, part, installed, match[1], match[2])
            if fault:
                self.fault(path, text, match.start(), fault)

    def include_fault(self, path, part, installed, bracket, name):
        if name.startswith("streams/"):
            owner = self.public.get(name)
            if owner is None:
                return f"{part.name} includes <{name}>, which is no public header of any part"
            if owner is not part and owner.name not in part.uses:
                return f"{part.name} may not include <{name}>: it belongs to {owner.name}, which stands above"
            return None
        if bracket == '"':
            if installed:
                return f'an installed header may include no private one: "{name}"'
            return self.private_fault(path, part, name)
        found = third_parties(name)
        if found:
            if found & self.allowed(part, installed):
                return None
            where = "in installed headers" if installed else "here"
            return f"{part.name} may not include <{name}> {where}"
        if name in THREADS and not part.threads and not (part.locks and name in LOCKS):
            return f"{part.name} knows no threads: <{name}>"
        if "/" in name and not name.startswith(SYSTEM_FOLDERS):
            return f"<{name}> is on no list; add it to tests/layering/layers.py"
        return None

    def allowed(self, part, installed):
        """Third parties: its own, and what the installed headers of the parts that it uses bring along."""
        brought = {name for used in self.parts if used.name in part.uses for name in used.public}
        return part.public | brought | (set() if installed else part.private)

    def private_fault(self, path, part, name):
        candidates = [path.parent / name]
        for other in self.parts:
            if other is part or other.name in part.private_headers_of:
                for folder in other.folders:
                    base = self.root / folder
                    candidates += [base / name, base / "src" / name, base.parent / name]
        for candidate in candidates:
            if candidate.is_file():
                owner = part_of(candidate.resolve().relative_to(self.root.resolve()), self.parts)
                if owner is part or owner.name in part.private_headers_of:
                    return None
        return f'{part.name} may include private headers of its own only: "{name}"'

    def check_links(self, path):
        text = COMMENT.sub(lambda match: " " * len(match[0]), path.read_text(encoding="utf-8"))
        by_target = {part.target: part for part in self.parts}
        by_name = {part.name: part for part in self.parts}
        for match in LINK.finditer(text):
            target, *libraries = match[1].split()
            part = by_target.get(target)
            if part is None:
                continue
            for library in libraries:
                library = re.sub(r"^\$<(?:BUILD_INTERFACE|LINK_ONLY):(.*)>$", r"\1", library)
                ours = re.fullmatch(r"streams(?:::|_)(\w+)", library)
                if ours and ours[1] in by_name:
                    if ours[1] not in part.uses:
                        self.fault(path, text, match.start(), f"{target} may not link {library}")
                elif third_parties(library):
                    if not third_parties(library) & self.allowed(part, installed=False):
                        self.fault(path, text, match.start(), f"{target} may not link {library}")
                elif library == "Threads::Threads" and not part.threads:
                    self.fault(path, text, match.start(), f"{target} may not link {library}")


def main():
    faults = Check(sys.argv[1]).run()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
