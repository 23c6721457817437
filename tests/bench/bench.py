#!/usr/bin/env python3
"""Measures pipelines beside a hand-written librdkafka loop that does the same work.

Both run on the same real broker, in turns, several times each. A figure is the client's own CPU time (user and system,
all threads, start-up included) for each input record; the ratio is ours to the hand-written one, pair by pair.
"""

import argparse
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PARTITIONS = 4

CONFIG = """\
pipeline:
  name: {name}
  segments:
    - steps_config:
        in:
          bootstrap_servers: ["{brokers}"]
          consumer_group: "{group}"
          auto_offset_reset: earliest
          topic: "{source}"
        out:
          bootstrap_servers: ["{brokers}"]
          topic: "{sink}"
"""


class Run:
    """One finished process: what it used."""

    def __init__(self, usage, wall, records):
        cpu = usage.ru_utime + usage.ru_stime
        self.cpu_ns = cpu / records * 1e9
        self.wall = wall
        self.rate = records / wall
        self.peak_mb = usage.ru_maxrss / 1024


def finish(process, began, records):
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"bench: {process.args} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(usage, time.monotonic() - began, records)


class Bench:
    def __init__(self, options):
        self.options = options
        self.tool = str(pathlib.Path(options.bin) / "raw_loop")
        self.unique = f"{os.getpid()}-{int(time.time())}"
        self.topics = 0

    def topic(self):
        self.topics += 1
        name = f"bench-{self.unique}-{self.topics}"
        subprocess.run([self.tool, "topic", self.options.bootstrap, name], check=True)
        return name

    def fill(self):
        name = self.topic()
        subprocess.run([self.tool, "fill", self.options.bootstrap, name, str(self.options.records)], check=True)
        return name

    def raw(self, mode, source):
        sink = self.topic()
        began = time.monotonic()
        process = subprocess.Popen([self.tool, mode, self.options.bootstrap, source, sink, str(self.options.records)])
        return finish(process, began, self.options.records)

    def ours(self, mode, source):
        module = {"pass": "pass_through", "parse": "parse_map"}[mode]
        sink = self.topic()
        group = f"ours-{sink}"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
            config.write(CONFIG.format(name=module, brokers=self.options.bootstrap, group=group, source=source, sink=sink))
            config.flush()
            began = time.monotonic()
            process = subprocess.Popen(
                [str(pathlib.Path(self.options.bin) / "streams-runner"), "--config", config.name, "-l", "warning",
                 str(pathlib.Path(self.options.modules) / f"{module}.so")])
            waited = subprocess.run([self.tool, "wait", self.options.bootstrap, group, source, str(self.options.records)])
            process.send_signal(signal.SIGTERM)
            if waited.returncode != 0:
                sys.exit(f"bench: {module} did not commit {self.options.records} records")
            return finish(process, began, self.options.records)


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True, help="a real broker")
    parser.add_argument("--bin", required=True, help="folder of streams-runner and raw_loop")
    parser.add_argument("--modules", required=True, help="folder of the pipeline modules")
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()

    bench = Bench(options)
    source = bench.fill()
    rows = []
    for mode in ("pass", "parse"):
        raw, ours = [], []
        for turn in range(options.runs + 1):
            hand = bench.raw(mode, source)
            own = bench.ours(mode, source)
            if turn > 0:  # the first turn warms the broker's page cache
                raw.append(hand)
                ours.append(own)
        ratios = [h.cpu_ns / o.cpu_ns for h, o in zip(raw, ours)]
        rows.append((mode, raw, ours, statistics.median(ratios), min(ratios), max(ratios)))

    print(f"\n{options.records} records, {PARTITIONS} partitions, {options.runs} runs each, medians")
    print(f"{'work':8}{'who':10}{'CPU ns/rec':>12}{'rec/CPU s':>12}{'rec/s':>12}{'peak MB':>10}")
    for mode, raw, ours, *_ in rows:
        for who, runs in (("by hand", raw), ("streams", ours)):
            cpu = median(runs, "cpu_ns")
            print(f"{mode:8}{who:10}{cpu:12.0f}{1e9 / cpu:12.0f}{median(runs, 'rate'):12.0f}{median(runs, 'peak_mb'):10.0f}")
    for mode, _, _, middle, low, high in rows:
        print(f"{mode}: streams does {middle:.2f} of the hand-written loop's records per CPU second ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
