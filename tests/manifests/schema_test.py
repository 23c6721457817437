"""The output of `streams-runner manifests` against the schemas of Kubernetes, strict: no key that it does not know.

schema_test.py RUNNER

Checks the golden files and what the runner prints now for every file of deployment_config/, and what a schema does not say:
that the parts of the objects name each other rightly. Exits with 77 where the schemas are not there (`./dev deps test`).
"""

import collections
import copy
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache')
DEPS = pathlib.Path(os.environ.get('STREAMS_DEPS') or CACHE / 'streams')
PYTHON = DEPS / 'kubernetes-schema' / 'bin' / 'python'

# The oldest that still gets repairs somewhere, and the newest that the package knows.
VERSIONS = ['1.29', '1.37']
KINDS = ['ConfigMap', 'Deployment', 'Service', 'PodDisruptionBudget']
LABEL = re.compile(r'[a-z]([-a-z0-9]{0,61}[a-z0-9])?')
VALUE = re.compile(r'([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?')

try:
    import kubernetes_validate
    import yaml
except ImportError:
    if PYTHON.exists() and pathlib.Path(sys.prefix).resolve() != PYTHON.parents[1].resolve():
        os.execv(PYTHON, [str(PYTHON), '-B'] + sys.argv)
    print(f'skipped: no {PYTHON}; `./dev deps test` makes it')
    sys.exit(77)

RUNNER = None


def render(config, *flags):
    done = subprocess.run([RUNNER, 'manifests', '--config', config, '--image', 'registry/pipeline:1', *flags],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f'manifests of {config} ended with {done.returncode}: {done.stderr}')
    return list(yaml.safe_load_all(done.stdout))


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


class SchemaTest(unittest.TestCase):
    def fits(self, documents):
        for version in VERSIONS:
            for document in documents:
                kubernetes_validate.validate(document, version, strict=True)

    def fits_together(self, documents):
        of_kind = collections.defaultdict(list)
        for document in documents:
            self.assertIn(document['kind'], KINDS)
            self.assertRegex(document['metadata']['name'], f'^{LABEL.pattern}$')
            of_kind[document['kind']].append(document)
            for value in document['metadata']['labels'].values():
                self.assertRegex(value, f'^{VALUE.pattern}$')
        names = [(d['kind'], d['metadata']['name']) for d in documents]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len({d['metadata'].get('namespace') for d in documents}), 1)
        maps = {d['metadata']['name']: d for d in of_kind['ConfigMap']}
        for deployment in of_kind['Deployment']:
            self.one_deployment(deployment, maps)
            pods = deployment['spec']['template']['metadata']['labels']
            for kind in ['Service', 'PodDisruptionBudget']:
                selectors = [d['spec']['selector'] for d in of_kind[kind]]
                matching = [s for s in selectors if selects(s.get('matchLabels', s), pods)]
                self.assertEqual(len(matching), 1, f'{kind} of {deployment["metadata"]["name"]}')
            others = [d for d in of_kind['Deployment'] if d is not deployment]
            for other in others:
                self.assertFalse(selects(other['spec']['selector']['matchLabels'], pods))

    def one_deployment(self, deployment, maps):
        spec = deployment['spec']['template']['spec']
        volumes = {volume['name']: volume for volume in spec['volumes']}
        self.assertEqual(len(volumes), len(spec['volumes']))
        self.assertTrue(selects(deployment['spec']['selector']['matchLabels'],
                                deployment['spec']['template']['metadata']['labels']))
        self.assertIn(volumes['pipeline-config']['configMap']['name'], maps)
        for container in spec['containers']:
            mounts = [mount['mountPath'] for mount in container.get('volumeMounts', [])]
            self.assertEqual(len(mounts), len(set(mounts)))
            for mount in container.get('volumeMounts', []):
                self.assertIn(mount['name'], volumes)
            ports = {port['name'] for port in container.get('ports', [])}
            for probe in ['startupProbe', 'livenessProbe', 'readinessProbe']:
                ways = [way for way in ['exec', 'grpc', 'httpGet', 'tcpSocket'] if way in container.get(probe, {})]
                self.assertEqual(len(ways), 1 if probe in container else 0, probe)
                for way in ways:
                    if way in ('httpGet', 'tcpSocket'):
                        self.assertIn(container[probe][way]['port'], ports)

    def test_the_golden_files(self):
        files = sorted((ROOT / 'tests/golden/manifests').glob('*.yaml'))
        self.assertGreaterEqual(len(files), 3)
        for file in files:
            with self.subTest(file.name):
                documents = list(yaml.safe_load_all(file.read_text()))
                self.fits(documents)
                self.fits_together(documents)

    def test_what_the_runner_prints_for_every_deployment_of_the_repository(self):
        for file in sorted((ROOT / 'deployment_config').glob('*.yaml')):
            for flags in [[], ['--replicas', '3', '--with-canary', '--cpu', '2', '--memory', '1Gi'], ['--no-http'],
                          ['--namespace', 'prod', '--http', '[::]:9000', '--log-format', 'json']]:
                with self.subTest(file.name, flags=flags):
                    documents = render(file, *flags)
                    self.fits(documents)
                    self.fits_together(documents)
                    data = next(d for d in documents if d['kind'] == 'ConfigMap')['data']
                    self.assertEqual(data, {'pipeline_config.yaml': file.read_text()})

    def test_the_schema_refuses_what_is_wrong(self):
        documents = render(ROOT / 'deployment_config/simple_map_filter.yaml')
        deployment = next(d for d in documents if d['kind'] == 'Deployment')
        for path, value in [(['spec', 'replicas'], 'two'), (['spec', 'template', 'spec', 'containers'], {}),
                            (['spec', 'unknown'], 1), (['metadata', 'labels', 'segment'], 0)]:
            wrong = copy.deepcopy(deployment)
            inside = wrong
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
            with self.subTest('.'.join(path)), self.assertRaises(kubernetes_validate.ValidationError):
                self.fits([wrong])


if __name__ == '__main__':
    RUNNER = sys.argv.pop(1)
    unittest.main(verbosity=2)
