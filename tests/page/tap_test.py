"""`streams-runner tap` on real runs: one that allows it, and one that does not.

tap_test.py RUNNER [--cache FOLDER]

The pipeline takes a millisecond for each record, so that records pass as long as somebody looks.
"""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from page_test import DEADLINE, DEPLOYMENT, Runner

RECORDS = 200000
PIPELINE = """
#include <chrono>
#include <thread>
#include <streams/streams.hpp>
using namespace streams;

struct Metric {
  std::int64_t org_id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Metric, (), (org_id, name))

STREAMS_PIPELINE(tapped) {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<Metric>("parser"))
      .apply(Filter("even", [](const Metric& m) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return m.org_id % 2 == 0;
      }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "transformed-events"));
}
"""


class TapTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='streams-tap-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        (cls.folder / 'tapped.cpp').write_text(PIPELINE)
        (cls.folder / 'page.yaml').write_text(DEPLOYMENT.format(application='tapped.cpp'))
        with open(cls.folder / 'metrics.jsonl', 'w') as lines:
            for number in range(RECORDS):
                lines.write(json.dumps({'org_id': number, 'name': f'metric {number}'}) + '\n')

    def start(self, *more):
        runner = Runner(OPTIONS.runner, self.folder, OPTIONS.cache, *more)
        self.addCleanup(runner.stop)
        runner.wait(lambda: runner.step('mysink').get('output', 0) > 0)
        return runner

    def tap(self, runner, *arguments):
        """One that is under way; what it prints is in files, so that it can be looked at before it ends."""
        with open(self.folder / 'tap.out', 'w') as out, open(self.folder / 'tap.err', 'w') as said:
            tap = subprocess.Popen([OPTIONS.runner, 'tap', '--http', runner.url, *arguments], stdout=out, stderr=said)
        self.addCleanup(tap.kill)
        return tap

    def tap_with_records(self, runner, step):
        tap = self.tap(runner, step)
        runner.wait(lambda: '\n' in (self.folder / 'tap.out').read_text())
        return tap

    def end_of(self, tap):
        tap.wait(DEADLINE)
        records = [json.loads(line) for line in (self.folder / 'tap.out').read_text().splitlines()]
        return tap.returncode, records, (self.folder / 'tap.err').read_text()

    def test_a_run_that_does_not_allow_it_says_how_to_allow_it(self):
        code, records, said = self.end_of(self.tap(self.start(), 'parser'))
        self.assertEqual((code, records), (6, []))
        self.assertIn('403', said)
        self.assertIn('--allow-tap', said)

    def test_a_run_that_allows_it(self):
        runner = self.start('--allow-tap')

        with self.subTest('prints so many records as they leave the step'):
            code, records, said = self.end_of(self.tap(runner, 'even', '--limit', '5'))
            self.assertEqual((code, len(records)), (0, 5), said)
            for record in records:
                self.assertEqual(record['payload']['org_id'] % 2, 0)
                self.assertEqual(record['payload']['name'], f'metric {record["payload"]["org_id"]}')
                self.assertEqual((record['topic'], record['type']), ('ingest-metrics', 'Metric'))
            self.assertIn('5 shown of', said)

        with self.subTest('a sink shows what it takes'):
            _, records, _ = self.end_of(self.tap(runner, 'mysink', '--limit', '1'))
            self.assertEqual(json.loads(records[0]['payload'])['org_id'] % 2, 0)

        with self.subTest('a wrong name is met with the nearest'):
            code, _, said = self.end_of(self.tap(runner, 'parsr'))
            self.assertEqual(code, 6)
            self.assertIn('did you mean parser?', said)

        with self.subTest('Ctrl-C ends it and leaves nothing behind on the run'):
            for _ in range(6):
                tap = self.tap_with_records(runner, 'myinput')
                tap.send_signal(signal.SIGINT)
                code, _, said = self.end_of(tap)
                self.assertEqual(code, 0, said)
                self.assertRegex(said, r'\d+ shown of \d+ that passed')

        with self.subTest('ends with the run'):
            tap = self.tap_with_records(runner, 'parser')
            runner.stop()
            code, _, said = self.end_of(tap)
            self.assertEqual(code, 6)
            self.assertIn('the run has ended', said)
            self.assertIn('tapped stopped; records by step', runner.said())


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('runner')
    parser.add_argument('--cache')
    OPTIONS = parser.parse_args()
    unittest.main(argv=['tap_test.py', '-v'])
