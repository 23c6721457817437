"""The page at / in headless Chromium: what it shows of a run, and that it asks nobody else for anything; and the
same run in `top`.

page_test.py RUNNER [--cache FOLDER] [--pictures FOLDER]

Runs examples/simple_map_filter on the embedded broker with some records that are none. The browser reaches it
through a proxy of this test, which sees every request that the browser makes. Exits with 77 where there is no
chromium (Debian's package chromium). --pictures keeps screenshots: wide, dark, phone and ended.
"""

import argparse
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEADLINE = 120
LABEL = 'orders <b id="mark">1</b> & co'
GOOD = 3000
BAD = 30

# Whom Chromium asks by itself, whatever page it shows: the time, updates, accounts.
BROWSERS_OWN = {'clients2.google.com', 'update.googleapis.com', 'accounts.google.com',
                'optimizationguide-pa.googleapis.com', 'content-autofill.googleapis.com',
                'android.clients.google.com', 'redirector.gvt1.com'}

DEPLOYMENT = """
pipeline:
  application: {application}
  segments:
    - steps_config:
        myinput:
          starts_segment: true
          bootstrap_servers: ["127.0.0.1:9092"]
          dlq: {{enabled: true, topic: refused-metrics}}
        mysink:
          bootstrap_servers: ["127.0.0.1:9092"]
"""


def write_deployment(folder):
    application = ROOT / 'examples/simple_map_filter/simple_map_filter.cpp'
    (folder / 'page.yaml').write_text(DEPLOYMENT.format(application=application))
    metric = {'org_id': 1, 'project_id': 2, 'name': 'hits', 'type': 'c', 'value': 1, 'tags': {},
              'timestamp': 3, 'retention_days': 90}
    with open(folder / 'metrics.jsonl', 'w') as lines:
        for number in range(GOOD + BAD):
            bad = number % ((GOOD + BAD) // BAD) == 0
            lines.write(json.dumps({**metric, 'org_id': 'secret payload' if bad else number}) + '\n')


class Runner:
    """streams-runner on the embedded broker, with its pages on a free port; it runs page.yaml of the folder."""

    def __init__(self, program, folder, cache, *more):
        environment = dict(os.environ)
        if cache:
            environment['XDG_CACHE_HOME'] = cache
        self.log = open(folder / 'runner.err', 'w+')
        self.process = subprocess.Popen(
            [program, '--config', str(folder / 'page.yaml'), '--embedded-kafka', '--name', LABEL,
             '--seed', f'ingest-metrics={folder / "metrics.jsonl"}', '--http', ':0', *more],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log, env=environment)
        self.url = self.wait(lambda: re.search(r'listening on (http://\S+)', self.said())).group(1)

    def said(self):
        return pathlib.Path(self.log.name).read_text()

    def wait(self, look):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError('the runner did not come so far:\n' + self.said())

    def status(self):
        with urllib.request.urlopen(self.url + '/status', timeout=10) as answer:
            return json.load(answer)

    def step(self, name):
        """Its figures; nothing before the run has begun."""
        return next((step for step in self.status()['steps'] if step['step'] == name), {})

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(DEADLINE)
        self.log.close()


class Proxy(http.server.ThreadingHTTPServer):
    """Carries the browser's requests to the runner and remembers all of them."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), ProxyRequest)
        self.asked = []
        self.statuses = 0
        self.before_status = lambda count: None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f'127.0.0.1:{self.server_address[1]}'


class ProxyRequest(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        self.server.asked.append('https://' + self.path)
        self.send_error(403)

    def do_GET(self):
        self.server.asked.append(self.path)
        target = urllib.parse.urlsplit(self.path)
        if target.hostname != '127.0.0.1':
            self.send_error(403)
            return
        if target.path == '/status':
            self.server.statuses += 1
            self.server.before_status(self.server.statuses)
        try:
            with urllib.request.urlopen(self.path, timeout=10) as answer:
                body = answer.read()
                self.send_response(answer.status)
                for name in ('Content-Type', 'Content-Security-Policy', 'X-Content-Type-Options'):
                    self.send_header(name, answer.headers[name])
        except (urllib.error.URLError, OSError):
            self.send_error(502)
            return
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Dom(HTMLParser):
    """The page as the browser shows it: texts by id, and by step for the cards of the graph."""

    VOID = {'meta', 'link', 'br', 'img', 'input', 'hr'}

    def __init__(self, text):
        super().__init__()
        self.stack = []
        self.texts = {}
        self.cards = {}
        self.hidden = set()
        self.tags_with_id = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if 'id' in attributes:
            self.texts.setdefault(attributes['id'], '')
            self.tags_with_id[attributes['id']] = tag
            if 'hidden' in attributes:
                self.hidden.add(attributes['id'])
        if 'data-step' in attributes:
            self.cards.setdefault(attributes['data-step'], '')
        if tag not in self.VOID:
            self.stack.append((tag, attributes))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, attributes in self.stack:
            if 'id' in attributes:
                self.texts[attributes['id']] += data
            if 'data-step' in attributes:
                self.cards[attributes['data-step']] += ' ' + data


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='streams-page-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        write_deployment(cls.folder)
        cls.runner = Runner(OPTIONS.runner, cls.folder, OPTIONS.cache)
        cls.addClassCleanup(cls.runner.stop)
        cls.runner.wait(lambda: cls.runner.step('mysink').get('output') == GOOD
                        and cls.runner.step('parser').get('dead_letters') == BAD)
        cls.runner.wait(lambda: all(each['lag'] == 0 for worker in cls.runner.status()['workers']
                                    for each in worker['partitions']))

    def setUp(self):
        self.proxy = Proxy()
        self.addCleanup(self.proxy.server_close)
        self.addCleanup(self.proxy.shutdown)

    def browse(self, *arguments, budget=8000):
        with tempfile.TemporaryDirectory(dir=self.folder) as profile:
            done = subprocess.run(
                [CHROMIUM, '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
                 '--no-first-run', '--disable-background-networking', '--disable-component-update',
                 '--disable-default-apps', '--disable-sync', f'--user-data-dir={profile}',
                 f'--proxy-server=http://{self.proxy.address}', '--proxy-bypass-list=<-loopback>',
                 f'--virtual-time-budget={budget}', *arguments, self.runner.url + '/'],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=DEADLINE, check=True)
        return done.stdout.decode()

    def dom(self, *arguments, **options):
        return Dom(self.browse('--dump-dom', *arguments, **options))

    @staticmethod
    def picture_of(name, size):
        if not OPTIONS.pictures:
            return []
        return [f'--screenshot={pathlib.Path(OPTIONS.pictures).resolve() / name}.png', f'--window-size={size}']

    def picture(self, name, size, *arguments):
        if OPTIONS.pictures:
            self.browse(*self.picture_of(name, size), *arguments)

    def test_1_shows_each_step_with_its_figures(self):
        dom = self.dom()
        self.assertEqual(list(dom.cards), ['myinput', 'parser', 'filter', 'transform', 'serializer', 'mysink',
                                           'dead letters of myinput'])
        for step, text in dom.cards.items():
            if not step.startswith('dead letters'):
                self.assertRegex(text, r'\d/s', step)
        self.assertIn(f'{BAD} dead letters', dom.cards['parser'])
        self.assertIn(f'{BAD} records', dom.cards['dead letters of myinput'])
        self.assertIn('lag 0', dom.cards['myinput'])
        self.assertIn('transformed-events', dom.cards['mysink'])
        self.assertEqual(dom.texts['health'], 'healthy')
        self.assertEqual(dom.texts['ready'], 'ready')
        self.assertIn('3\u202f030', dom.texts['step-rows'])
        self.picture('wide', '1440,900')
        self.picture('dark', '1440,900', '--force-dark-mode', '--blink-settings=preferredColorScheme=0')
        self.picture('phone', '390,1500')

    def test_2_shows_why_records_were_refused_and_never_what_they_hold(self):
        text = self.browse('--dump-dom')
        dom = Dom(text)
        self.assertIn('expected an integer', dom.texts['error-list'])
        self.assertRegex(dom.texts['error-list'], r'ingest-metrics / 0 @ \d+')
        self.assertNotIn('secret payload', text)

    def test_3_texts_of_the_run_are_no_markup(self):
        dom = self.dom()
        self.assertEqual(dom.texts['pipeline'], LABEL)
        self.assertNotIn('mark', dom.tags_with_id)

    def test_4_shows_the_configuration(self):
        self.assertIn('dlq.topic = refused-metrics', self.dom().texts['config-text'])

    def test_5_asks_nobody_but_the_run(self):
        self.dom()
        self.assertIn(self.runner.url + '/status', self.proxy.asked)
        others = [url for url in self.proxy.asked if not url.startswith(self.runner.url + '/')]
        self.assertEqual([url for url in others if urllib.parse.urlsplit(url).hostname not in BROWSERS_OWN], [])

    def top(self):
        return subprocess.run([OPTIONS.runner, 'top', '--http', self.runner.url], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=DEADLINE, check=False)

    def test_5_top_shows_the_same_on_a_terminal(self):
        done = self.top()
        self.assertEqual(done.returncode, 0, done.stderr)
        table = done.stdout.decode()
        self.assertTrue(table.startswith(LABEL + '  segment 0  healthy  ready'), table)
        self.assertRegex(table, rf'\nparser +Parser .* {BAD} +{BAD} ')
        self.assertIn('expected an integer', table)

    def test_6_says_that_the_run_has_ended_and_keeps_its_figures(self):
        self.proxy.before_status = lambda count: self.runner.stop() if count == 3 else None
        dom = self.dom(*self.picture_of('ended', '1280,800'), budget=20000)
        self.assertNotIn('ended', dom.hidden)
        self.assertIn('the run has ended', dom.texts['ended'].lower())
        self.assertIn(f'{BAD} dead letters', dom.cards['parser'])
        done = self.top()
        self.assertEqual(done.returncode, 6)
        self.assertIn('Connection refused', done.stderr.decode())


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('runner')
    parser.add_argument('--cache')
    parser.add_argument('--pictures')
    OPTIONS = parser.parse_args()
    CHROMIUM = shutil.which('chromium')
    if CHROMIUM is None:
        print('skipped: there is no chromium (Debian\'s package chromium)')
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], '-v'])
