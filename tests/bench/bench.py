#!/usr/bin/env python3
"""Measures pipelines beside a hand-written librdkafka loop that does the same work, and the engine beside a bare loop.

On a real broker both run in turns, several times each. A figure is the client's own CPU time (user and system, all
threads, start-up included) for each input record; the ratio is ours to the hand-written one, pair by pair. The engine
is measured without a broker: five steps between a source and a sink in memory. Instructions are counted by valgrind,
as the slope between a short and a longer run. docs/benchmarks.md says what each figure means.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PARTITIONS = 4
MODULES = {"pass": "pass_through", "parse": "parse_map"}
CHAIN = ("loop", "functions", "engine")
COUNTED = (20_000, 120_000)  # records of the two runs whose instructions are compared
START_RECORDS = 1000
START_RUNS = 5

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


def has_ended(process):
    """Whether it has, without taking its status and its usage."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def counting(counts):
    """The command before a program whose instructions go into that file."""
    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", f"--log-file={counts}.log"]


def counted(counts):
    total = re.search(r"^totals: (\d+)", counts.read_text(), re.MULTILINE)
    return int(total.group(1)) if total else sys.exit(f"bench: valgrind counted nothing: see {counts}.log")


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = pathlib.Path(folder)
        self.tool = str(pathlib.Path(options.bin) / "raw_loop")
        self.unique = f"{os.getpid()}-{int(time.time())}"
        self.topics = 0

    def topic(self):
        self.topics += 1
        name = f"bench-{self.unique}-{self.topics}"
        subprocess.run([self.tool, "topic", self.options.bootstrap, name], check=True)
        return name

    def fill(self, records):
        name = self.topic()
        subprocess.run([self.tool, "fill", self.options.bootstrap, name, str(records), str(self.options.headers)],
                       check=True)
        return name

    def raw(self, mode, source, records, before=()):
        sink = self.topic()
        began = time.monotonic()
        process = subprocess.Popen([*before, self.tool, mode, self.options.bootstrap, source, sink, str(records)])
        return finish(process, began, records)

    def launch(self, mode, source, sink, group, before=()):
        module = MODULES[mode]
        config = self.folder / f"{sink}.yaml"
        config.write_text(CONFIG.format(name=module, brokers=self.options.bootstrap, group=group, source=source,
                                        sink=sink))
        return subprocess.Popen([*before, str(pathlib.Path(self.options.bin) / "streams-runner"), "--config",
                                 str(config), "-l", "warning", str(pathlib.Path(self.options.modules) / f"{module}.so")])

    def ours(self, mode, source, records, before=()):
        sink = self.topic()
        group = f"ours-{sink}"
        began = time.monotonic()
        process = self.launch(mode, source, sink, group, before)
        waiter = subprocess.Popen([self.tool, "wait", self.options.bootstrap, group, source, str(records)])
        while waiter.poll() is None:
            if has_ended(process):
                waiter.kill()
                sys.exit(f"bench: streams-runner ended before it had committed {records} records")
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        if waiter.returncode != 0:
            finish(process, began, records)
            sys.exit(f"bench: streams-runner did not commit {records} records in three minutes")
        return finish(process, began, records)

    def start(self, source):
        """Seconds from the start of streams-runner to the first record that a consumer sees."""
        sink = self.topic()
        with subprocess.Popen([self.tool, "first", self.options.bootstrap, sink], stdout=subprocess.PIPE,
                              text=True) as watcher:
            if watcher.stdout.readline().strip() != "ready":
                sys.exit("bench: the watching consumer did not get ready")
            began = time.monotonic()
            process = self.launch("pass", source, sink, f"start-{sink}")
            seen = watcher.stdout.readline().strip() == "first"
            took = time.monotonic() - began
            process.send_signal(signal.SIGTERM)
            finish(process, began, START_RECORDS)
        return took if seen else sys.exit("bench: streams-runner wrote nothing within a minute")

    def chain_times(self):
        text = subprocess.run([str(pathlib.Path(self.options.bin) / "chain"), "time"], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        return {way: float(ns) for way, ns in (line.split() for line in text.splitlines())}

    def chain_instructions(self):
        figures = {}
        for way in CHAIN:
            totals = []
            for records in COUNTED:
                counts = self.folder / f"chain-{way}-{records}"
                subprocess.run([*counting(counts), str(pathlib.Path(self.options.bin) / "chain"), way, str(records)],
                               check=True)
                totals.append(counted(counts))
            figures[way] = (totals[1] - totals[0]) / (COUNTED[1] - COUNTED[0])
        return figures

    def kafka_instructions(self):
        figures = {}
        sources = [self.fill(records) for records in COUNTED]
        for mode in MODULES:
            for who, run in (("by hand", self.raw), ("streams", self.ours)):
                totals = []
                for source, records in zip(sources, COUNTED):
                    counts = self.folder / f"{mode}-{who.replace(' ', '-')}-{records}"
                    run(mode, source, records, counting(counts))
                    totals.append(counted(counts))
                figures[mode, who] = (totals[1] - totals[0]) / (COUNTED[1] - COUNTED[0])
        return figures


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)


def cell(value):
    return f"{value:12.0f}" if value is not None else f"{'-':>12}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True, help="a real broker")
    parser.add_argument("--bin", required=True, help="folder of streams-runner, raw_loop and chain")
    parser.add_argument("--modules", required=True, help="folder of the pipeline modules")
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--headers", type=int, default=0, help="headers of each record")
    parser.add_argument("--instructions", action="store_true",
                        help="count instructions on the broker too, and not only those of the chain (a minute)")
    parser.add_argument("--backlog", type=int, default=0, metavar="N",
                        help="run ours on N records too, and say how much memory it takes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(options, Bench(options, folder))


def report(options, bench):
    has_valgrind = shutil.which("valgrind") is not None
    source = bench.fill(options.records)
    rows = []
    for mode in MODULES:
        raw, ours = [], []
        for turn in range(options.runs + 1):
            hand = bench.raw(mode, source, options.records)
            own = bench.ours(mode, source, options.records)
            if turn > 0:  # the first turn warms the broker's page cache
                raw.append(hand)
                ours.append(own)
        rows.append((mode, raw, ours))
    few = bench.fill(START_RECORDS)
    starts = [bench.start(few) for _ in range(START_RUNS)]
    chain = bench.chain_times()
    chain_counts = bench.chain_instructions() if has_valgrind else {}
    kafka_counts = bench.kafka_instructions() if has_valgrind and options.instructions else {}
    backlog = {}
    if options.backlog > 0:
        source = bench.fill(options.backlog)
        backlog = {mode: bench.ours(mode, source, options.backlog).peak_mb for mode in MODULES}

    print(f"\n{options.records} records, {PARTITIONS} partitions, {options.headers} headers, {options.runs} runs each, medians")
    print(f"{'work':8}{'who':10}{'CPU ns/rec':>12}{'instr/rec':>12}{'rec/CPU s':>12}{'rec/s':>12}{'peak MB':>12}")
    for mode, raw, ours in rows:
        for who, runs in (("by hand", raw), ("streams", ours)):
            cpu = median(runs, "cpu_ns")
            print(f"{mode:8}{who:10}{cell(cpu)}{cell(kafka_counts.get((mode, who)))}{cell(1e9 / cpu)}"
                  f"{cell(median(runs, 'rate'))}{cell(median(runs, 'peak_mb'))}")
    for way in CHAIN:
        print(f"{'chain':8}{way:10}{chain[way]:12.1f}{cell(chain_counts.get(way))}{cell(1e9 / chain[way])}"
              f"{cell(None)}{cell(None)}")
    print()
    for mode, raw, ours in rows:
        ratios = [h.cpu_ns / o.cpu_ns for h, o in zip(raw, ours)]
        print(f"{mode}: streams does {statistics.median(ratios):.2f} of the hand-written loop's records per CPU second "
              f"({min(ratios):.2f} to {max(ratios):.2f}; goal: at least 0.9)")
    instructions = ""
    if chain_counts:
        instructions = f" and {chain_counts['engine'] - chain_counts['functions']:.0f} instructions"
    print(f"chain: the runtime takes {chain['engine'] - chain['functions']:.0f} ns{instructions} for each record of five "
          "steps (goal: at most 150 ns)")
    print(f"start: the first output is there after {statistics.median(starts):.2f} s "
          f"({min(starts):.2f} to {max(starts):.2f}; goal: below 0.3 s)")
    for mode, peak in backlog.items():
        print(f"backlog: {mode} takes {peak:.0f} MB at most for {options.backlog} records (goal: below 120 MB at 5000000)")
    if not has_valgrind:
        print("skipped: instruction counts need valgrind, which is not installed (./dev deps bench)")


if __name__ == "__main__":
    main()
