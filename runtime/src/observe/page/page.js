'use strict';

// Draws the plan once and the figures once a second. Whatever comes from the run is put in as text, never as
// markup. The page goes on showing the last figures when nobody answers any more, and says so.

const kPollMilliseconds = 1000;
const kPatienceMilliseconds = 4000;
const kHistory = 120;
const kLooks = 10;

const byId = (id) => document.getElementById(id);

/** An element with a class, and with texts and elements inside. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const kSvg = 'http://www.w3.org/2000/svg';
function makeSvg(tag, attributes) {
  const element = document.createElementNS(kSvg, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** `before` -> `now` of one histogram: the mean of what was added, else the mean of all. */
function recentMean(before, now) {
  if (!now) return null;
  const added = before ? now.samples - before.samples : 0;
  if (added <= 0) return now.mean;
  return Math.max(0, (now.mean * now.samples - before.mean * before.samples) / added);
}

// ---- the plan ---------------------------------------------------------------------------------------------

/** The part of the plan that this process runs: one segment, or all of them. */
function running(plan, segment) {
  if (segment !== 'all') return plan.segments.find((each) => String(each.id) === segment) || plan.segments[0];
  const joined = (key) => plan.segments.flatMap((each) => each[key]);
  return {steps: joined('steps'), sources: joined('sources'), sinks: joined('sinks')};
}

/** What is drawn: the steps of the segment, and the queues of refused records behind its sources. */
function nodesOf(segment) {
  const nodes = segment.steps.map((step) => ({
    name: step.name,
    kind: step.kind,
    inputs: step.inputs.filter((input) => segment.steps.some((other) => other.name === input)),
    topic: '',
    role: 'step',
  }));
  const find = (name) => nodes.find((node) => node.name === name);
  const withInput = new Set(nodes.flatMap((node) => node.inputs));
  for (const node of nodes) {
    if (node.inputs.length === 0) node.role = 'source';
    else if (!withInput.has(node.name)) node.role = 'sink';
  }
  for (const source of segment.sources) {
    const node = find(source.step);
    if (node && (!source.internal || node.role === 'source')) node.topic = source.topic;
  }
  for (const sink of segment.sinks) {
    if (!sink.dead_letters) {
      const node = find(sink.step);
      if (node && (!sink.internal || node.role === 'sink')) node.topic = sink.topic;
      continue;
    }
    nodes.push({name: 'dead letters of ' + sink.step, kind: 'dead letter queue', inputs: [sink.step],
                topic: sink.topic, role: 'refused', aside: true, sink: sink.step + '.dlq'});
  }
  return nodes;
}

class Graph {
  constructor(nodes) {
    this.nodes = nodes;
    this.cards = new Map();
    this.lines = [];
    const canvas = byId('canvas');
    for (const old of canvas.querySelectorAll('.card')) old.remove();
    byId('edges').replaceChildren();
    for (const node of nodes) {
      const card = this.makeCard(node);
      this.cards.set(node.name, card);
      canvas.append(card.root);
    }
    for (const node of nodes) {
      for (const input of node.inputs) {
        const path = makeSvg('path', {class: node.role === 'refused' ? 'line refused' : 'line'});
        byId('edges').append(path);
        this.lines.push({path, from: input, to: node.name});
      }
    }
    this.place();
  }

  makeCard(node) {
    const card = {
      flow: make('div', 'flow'),
      badges: make('div', 'badges'),
      load: make('i'),
    };
    const name = make('b', '', node.role === 'refused' ? 'dead letters' : node.name);
    name.title = node.name;
    const kind = make('span', 'kind', node.topic ? node.kind + ' · ' + node.topic : node.kind);
    kind.title = kind.textContent;
    card.root = make('article', 'card ' + node.role, name, kind, card.flow, card.badges,
                     make('div', 'load', card.load));
    card.root.dataset.step = node.name;
    return card;
  }

  place() {
    const room = byId('graph').clientWidth - 8;
    const layout = GraphLayout.place(this.nodes, room);
    const canvas = byId('canvas');
    byId('edges').setAttribute('width', layout.width);
    byId('edges').setAttribute('height', layout.height);
    canvas.classList.toggle('list', layout.isList === true);
    canvas.style.width = layout.width + 'px';
    canvas.style.height = layout.height + 'px';
    canvas.style.transform = layout.scale === 1 ? '' : `scale(${layout.scale})`;
    canvas.style.marginBottom = (layout.scale - 1) * layout.height + 'px';
    canvas.style.marginRight = (layout.scale - 1) * layout.width + 'px';
    canvas.style.marginLeft = Math.max(0, (room - layout.width * layout.scale) / 2) + 'px';
    for (const [name, card] of this.cards) {
      const at = layout.at.get(name);
      card.root.style.transform = `translate(${at.x}px, ${at.y}px)`;
      card.root.style.width = layout.card.width + 'px';
      card.root.style.height = layout.card.height + 'px';
    }
    for (const line of this.lines) line.path.setAttribute('d', layout.line(line.from, line.to));
    for (const dot of byId('edges').querySelectorAll('circle')) dot.remove();
    for (const [name, at] of layout.dots) {
      const role = this.nodes.find((node) => node.name === name).role;
      byId('edges').append(makeSvg('circle', {cx: at.x, cy: at.y, r: 4, class: 'dot ' + role}));
    }
    document.body.classList.toggle('tall', layout.isColumn && layout.height * layout.scale > 700);
  }

  /** `figures`: by name, {flow, badges: [[class, text, title]], load, state}. */
  show(figures) {
    for (const [name, card] of this.cards) {
      const figure = figures.get(name);
      if (!figure) continue;
      setText(card.flow, figure.flow);
      card.flow.title = figure.flowTitle;
      const badges = figure.badges.map(([kind, text, title]) => {
        const badge = make('span', 'badge ' + kind, text);
        badge.title = title;
        return badge;
      });
      card.badges.replaceChildren(...badges);
      card.load.style.width = Math.round(100 * figure.load) + '%';
      card.load.className = figure.load > 0.9 ? 'full' : figure.load > 0.6 ? 'much' : '';
      card.load.parentElement.title = figure.loadTitle;
      card.root.dataset.state = figure.state;
    }
    for (const line of this.lines) {
      const rate = (figures.get(line.to) || {}).rate || 0;
      line.path.style.strokeWidth = rate > 0 ? 1.5 + Math.min(4, Math.log10(1 + rate) * 0.7) + 'px' : '';
      line.path.classList.toggle('flows', rate > 0);
    }
  }
}

// ---- the figures ------------------------------------------------------------------------------------------

const kHeldTitle = 'how often workers took nothing new because there was no room here, of the last looks at them';

function badgesOf(step, node, run, load) {
  const badges = [];
  if (node.role === 'source') {
    const lag = run.lagByTopic.get(node.topic);
    if (lag !== undefined) {
      badges.push([lag > 0 ? 'lag' : 'quiet', 'lag ' + NumberText.short(lag),
                   NumberText.exact(lag) + ' records are not committed yet']);
    }
    if (run.heldShare > 0) {
      badges.push(['held', 'held back: ' + run.heldBy, run.heldText]);
    }
  }
  if (step.in_flight > 0) {
    badges.push([run.heldAt.has(node.name) ? 'held' : 'quiet',
                 NumberText.short(step.in_flight) + ' in flight',
                 NumberText.exact(step.in_flight) + ' records are on their way to the sink']);
  }
  if (run.heldAt.has(node.name)) {
    badges.push(['held', 'holds back ' + NumberText.percent(run.heldAt.get(node.name)), kHeldTitle]);
  }
  if (load > 0.6) {
    badges.push(['held', 'busy ' + NumberText.percent(load), 'the share of the workers\' time that the step takes']);
  }
  const kinds = Object.entries(step.errors_by_type).map(([kind, count]) => kind + ' ' + count).join(', ');
  if (step.errors > step.dead_letters + step.dropped_on_error) {
    badges.push(['error', NumberText.short(step.errors) + (step.errors === 1 ? ' error' : ' errors'),
                 kinds + '; ' + NumberText.rate(step.errors_per_second)]);
  }
  if (step.dead_letters > 0) {
    badges.push(['error', NumberText.short(step.dead_letters) + ' dead letter' + (step.dead_letters === 1 ? '' : 's'),
                 'refused: ' + kinds + '; ' + NumberText.rate(step.errors_per_second)]);
  }
  if (step.dropped_on_error > 0) {
    badges.push(['error', NumberText.short(step.dropped_on_error) + ' dropped',
                 NumberText.exact(step.dropped_on_error) + ' refused records were dropped, as on_error says']);
  }
  if (step.filtered > 0 && step.input > 0) {
    badges.push(['quiet', NumberText.percent(step.filtered / step.input) + ' filtered',
                 NumberText.exact(step.filtered) + ' records were dropped on purpose']);
  }
  return badges;
}

/** What is shown of each step; `earlier` is the status before. */
function figuresOf(nodes, status, earlier, run) {
  const now = new Map(status.steps.map((step) => [step.step, step]));
  const was = new Map(earlier ? earlier.steps.map((step) => [step.step, step]) : []);
  const figures = new Map();
  const threads = Math.max(1, status.workers.filter((worker) => worker.partitions.length > 0).length);
  for (const node of nodes) {
    if (node.role === 'refused') {
      const sum = run.deadLetters;
      const held = run.heldAt.get(node.sink);
      figures.set(node.name, {flow: NumberText.exact(sum) + (sum === 1 ? ' record' : ' records'), flowTitle: '',
                              badges: held ? [['held', 'holds back ' + NumberText.percent(held), kHeldTitle]] : [], load: 0, loadTitle: '', rate: 0, state: sum > 0 ? 'error' : ''});
      continue;
    }
    const step = now.get(node.name);
    if (!step) continue;
    const mean = recentMean((was.get(node.name) || {}).seconds, step.seconds);
    const load = mean === null ? 0 : Math.min(1, mean * (step.input_per_second || 0) / threads);
    const seen = node.role === 'source' ? NumberText.rate(step.output_per_second)
        : node.role === 'sink' ? NumberText.rate(deliveredBy(step).rate)
        : NumberText.rate(step.input_per_second) + ' → ' + NumberText.rate(step.output_per_second);
    const held = run.heldAt.has(node.name) || (run.heldShare > 0 && node.role === 'source');
    figures.set(node.name, {
      flow: seen,
      flowTitle: NumberText.exact(step.input) + ' records in, ' + NumberText.exact(step.output) + ' out',
      badges: badgesOf(step, node, run, load),
      load,
      loadTitle: mean === null ? '' :
          NumberText.seconds(mean) + ' for a record; busy ' + NumberText.percent(load) + ' of the time',
      rate: step.input_per_second,
      state: step.errors_per_second > 0 ? 'failing' : step.errors > 0 ? 'error' : held ? 'held' : '',
    });
  }
  return figures;
}

/** What a sink has done: acknowledged records, or what it took where nothing is acknowledged. */
function deliveredBy(step) {
  return step.in_flight === null ? {count: step.input, rate: step.input_per_second}
      : {count: step.output, rate: step.output_per_second};
}

/** What holds a worker back: `sink eu_orders`, `memory`. */
function heldText(worker) {
  return worker.held_by ? worker.held_back + ' ' + worker.held_by : worker.held_back;
}

/** How often each sink or step held workers back, of all looks at workers. */
function heldShares(looks) {
  const seen = looks.flat();
  const shares = new Map();
  for (const worker of seen) {
    if (worker.held_by) shares.set(worker.held_by, (shares.get(worker.held_by) || 0) + 1 / seen.length);
  }
  return shares;
}

/** What several parts of the page need to know of a status. */
function summary(status, nodes, looks) {
  const run = {lagByTopic: new Map(), lag: null, heldAt: heldShares(looks)};
  for (const worker of status.workers) {
    for (const partition of worker.partitions) {
      if (partition.lag === null) continue;
      run.lagByTopic.set(partition.topic, (run.lagByTopic.get(partition.topic) || 0) + partition.lag);
      run.lag = (run.lag || 0) + partition.lag;
    }
  }
  const seen = looks.flat();
  const held = seen.filter((worker) => worker.held_back !== 'no');
  run.heldShare = seen.length === 0 ? 0 : held.length / seen.length;
  run.heldBy = [...new Set(held.map(heldText))].join(', ');
  run.heldText = held.length === 0 ? 'nothing holds the workers back' : 'of the last looks: ' + run.heldBy;
  const roles = new Map(nodes.map((node) => [node.name, node.role]));
  const sum = (role, figure) => status.steps.filter((step) => roles.get(step.step) === role)
      .reduce((total, step) => total + (figure(step) || 0), 0);
  const known = status.rates_over_seconds !== null;
  run.inRate = known ? sum('source', (step) => step.input_per_second) : null;
  run.outRate = known ? sum('sink', (step) => deliveredBy(step).rate) : null;
  run.input = sum('source', (step) => step.input);
  run.output = sum('sink', (step) => deliveredBy(step).count);
  const all = (figure) => status.steps.reduce((total, step) => total + (step[figure] || 0), 0);
  run.errors = all('errors');
  run.errorRate = known ? all('errors_per_second') : null;
  run.deadLetters = all('dead_letters');
  return run;
}

/** A bound of a histogram; there is none above its largest. */
function atMost(bound) {
  return bound === null ? 'longer' : '≤ ' + NumberText.seconds(bound);
}

class Tiles {
  constructor() {
    this.tiles = new Map();
    this.history = new Map();
  }

  show(status, run) {
    const memory = status.memory;
    const share = memory.budget_bytes > 0 ? memory.used_bytes / memory.budget_bytes : 0;
    this.tile('in', 'read', NumberText.rate(run.inRate), NumberText.exact(run.input) + ' records', run.inRate);
    this.tile('out', 'delivered', NumberText.rate(run.outRate), NumberText.exact(run.output) + ' records',
              run.outRate);
    this.tile('lag', 'lag', NumberText.short(run.lag), run.lag === null ? 'not known' : 'records not committed',
              run.lag);
    this.tile('errors', 'errors', NumberText.short(run.errors),
              run.errors === 0 ? 'none refused' : NumberText.rate(run.errorRate) + ' · '
                  + NumberText.short(run.deadLetters) + ' dead letters', null,
              run.errorRate > 0 ? 'bad' : run.errors > 0 ? 'warn' : '');
    const latency = status.end_to_end_seconds;
    this.tile('latency', 'end to end', latency ? atMost(latency.p50_at_most) : '–',
              latency ? '99 %: ' + atMost(latency.p99_at_most) : 'nothing measured', null);
    this.tile('memory', 'memory', NumberText.percent(share),
              NumberText.bytes(memory.used_bytes) + ' of ' + NumberText.bytes(memory.budget_bytes)
                  + ', resident ' + NumberText.bytes(memory.resident_bytes), null, share > 0.9 ? 'warn' : '');
    this.tile('pressure', 'back-pressure',
              run.heldShare > 0 ? NumberText.percent(run.heldShare) : 'none', run.heldText, null,
              run.heldShare > 0 ? 'warn' : '');
    this.tile('cpu', 'processor', status.cpu_share === null ? '–' : NumberText.percent(status.cpu_share),
              'of one core', null);
  }

  tile(key, name, value, note, plotted, state = '') {
    if (!this.tiles.has(key)) {
      const tile = {value: make('strong', ''), note: make('small', '')};
      tile.plot = makeSvg('path', {});
      const svg = makeSvg('svg', {viewBox: `0 0 ${kHistory - 1} 30`, preserveAspectRatio: 'none',
                                  class: 'spark', 'aria-hidden': 'true'});
      svg.append(tile.plot);
      tile.root = make('div', 'tile', make('span', 'label', name), tile.value, tile.note);
      if (plotted !== null || ['in', 'out', 'lag'].includes(key)) tile.root.append(svg);
      tile.root.id = 'tile-' + key;
      byId('tiles').append(tile.root);
      this.tiles.set(key, tile);
      this.history.set(key, []);
    }
    const tile = this.tiles.get(key);
    setText(tile.value, value);
    setText(tile.note, note);
    tile.note.title = note;
    tile.root.dataset.state = state;
    if (plotted === null) return;
    const history = this.history.get(key);
    history.push(plotted);
    if (history.length > kHistory) history.shift();
    const top = Math.max(1, ...history);
    const from = kHistory - history.length;
    const points = history.map((each, index) => `${from + index} ${(29 - 27 * each / top).toFixed(1)}`);
    tile.plot.setAttribute('d', `M${from} 30L${points.join('L')}L${kHistory - 1} 30Z`);
  }
}

function row(cells) {
  const element = make('tr', '');
  for (const [text, className] of cells) element.append(make('td', className || '', text));
  return element;
}

function showTables(status) {
  const partitions = status.workers.flatMap(
      (worker) => worker.partitions.map((partition) => ({...partition, worker: worker.worker})));
  partitions.sort((a, b) => (b.lag || 0) - (a.lag || 0) || a.topic.localeCompare(b.topic) || a.partition - b.partition);
  setText(byId('partitions-note'), partitions.length > 50 ? `the 50 with most lag, of ${partitions.length}` : '');
  byId('partition-rows').replaceChildren(...partitions.slice(0, 50).map((each) => row([
    [each.topic], [each.partition + (each.parked ? ' · waits for a retry' : ''), each.parked ? 'warn' : ''],
    [NumberText.exact(each.lag), each.lag > 0 ? 'n strong' : 'n'], [NumberText.exact(each.committed), 'n'],
    [NumberText.exact(each.end), 'n'], [String(each.worker), 'n'],
  ])));
  byId('partitions').hidden = partitions.length === 0;
  byId('worker-rows').replaceChildren(...status.workers.map((each) => row([
    [String(each.worker), 'n'],
    [each.revoking ? each.state + ', gives partitions back' : each.state],
    [each.held_back === 'no' ? '–' : heldText(each), each.held_back === 'no' ? '' : 'warn'],
    [NumberText.exact(each.waiting + each.awaiting), 'n'], [NumberText.bytes(each.in_flight_bytes), 'n'],
    [NumberText.exact(each.commits) + (each.failed_commits ? ` (${each.failed_commits} failed)` : ''),
     each.failed_commits ? 'n warn' : 'n'],
    [NumberText.exact(each.assigned + each.revoked + each.lost), 'n'],
  ])));
  byId('workers').hidden = status.workers.length === 0;
  byId('step-rows').replaceChildren(...status.steps.map((each) => row([
    [each.step], [NumberText.exact(each.input), 'n'], [NumberText.exact(each.output), 'n'],
    [NumberText.exact(each.filtered), 'n'], [NumberText.exact(each.errors), each.errors ? 'n bad' : 'n'],
    [NumberText.exact(each.dead_letters), each.dead_letters ? 'n bad' : 'n'],
    [NumberText.exact(each.retries), 'n'],
    [each.seconds ? NumberText.seconds(each.seconds.mean) : '–', 'n'],
  ])));
}

function showErrors(status) {
  const list = [...status.refusals].reverse();
  setText(byId('errors-note'), list.length ? 'where and why, never what the records hold' : 'none');
  byId('errors').classList.toggle('none', list.length === 0);
  byId('error-list').replaceChildren(...list.map((each) => {
    const time = make('time', '', each.time.slice(11, 19));
    time.title = each.time;
    return make('li', '', time, make('b', '', each.step), make('span', 'badge error', each.error),
                make('span', 'message', each.message),
                make('span', 'where', `${each.topic} / ${each.partition} @ ${each.offset}`));
  }));
}

function pill(element, text, state) {
  setText(element, text);
  element.className = 'pill ' + state;
  element.hidden = false;
}

function showHealth(status) {
  const health = status.health;
  pill(byId('health'), health.healthy ? 'healthy' : 'unhealthy', health.healthy ? 'good' : 'bad');
  pill(byId('ready'), health.ready ? 'ready' : 'not ready', health.ready ? 'good' : 'warn');
  // What makes it unhealthy also makes it not ready: said once.
  const reasons = [...health.ills, ...health.not_ready];
  const texts = new Map(reasons.map((reason) => [reason.worker + reason.text, reason]));
  byId('reasons').replaceChildren(...[...texts.values()].map(
      (reason) => make('li', '', make('b', '', reason.what), ` worker ${reason.worker}: ${reason.text}`)));
  byId('reasons').hidden = texts.size === 0;
  byId('reasons').className = health.healthy ? 'banner warn' : 'banner bad';
}

// ---- the run ----------------------------------------------------------------------------------------------

class Run {
  constructor() {
    this.tiles = new Tiles();
    this.graph = null;
    this.nodes = [];
    this.status = null;
    this.earlier = [];
    this.looks = [];
    this.failures = 0;
    this.answered = null;
    this.started = null;
  }

  async get(path) {
    const answer = await fetch(path, {signal: AbortSignal.timeout(kPatienceMilliseconds), cache: 'no-store'});
    if (!answer.ok) throw new Error(path + ': ' + answer.status);
    return answer;
  }

  /** The plan and the configuration; again when another process answers. */
  async begin(status) {
    const plan = await (await this.get('plan?format=json')).json();
    document.body.classList.remove('blank');
    this.nodes = nodesOf(running(plan, status.segment));
    this.graph = new Graph(this.nodes);
    this.earlier = [];
    this.looks = [];
    this.started = status.started;
    setText(byId('pipeline'), status.label);
    const many = plan.segments.length > 1;
    const which = status.segment === 'all' ? 'all segments' : `segment ${status.segment} of 0–${plan.segments.length - 1}`;
    if (many) pill(byId('segment'), which, 'quiet');
    setText(byId('config-text'), await (await this.get('config')).text());
  }

  async poll() {
    try {
      const status = await (await this.get('status')).json();
      if (status.started !== this.started) await this.begin(status);
      this.show(status);
      this.failures = 0;
      this.answered = new Date();
    } catch (error) {
      if (++this.failures >= 2) this.showEnd();
    }
    setTimeout(() => this.poll(), kPollMilliseconds);
  }

  show(status) {
    document.body.classList.remove('over');
    byId('ended').hidden = true;
    // A worker is held back for moments at a time: one look would say all or nothing. One without partitions has
    // nothing that could be held back.
    this.looks = [...this.looks, status.workers.filter((worker) => worker.partitions.length > 0)].slice(-kLooks);
    const run = summary(status, this.nodes, this.looks);
    this.graph.show(figuresOf(this.nodes, status, this.earlier[0], run));
    this.tiles.show(status, run);
    showHealth(status);
    showErrors(status);
    showTables(status);
    const now = Date.parse(status.time) / 1000;
    setText(byId('uptime'), 'up ' + NumberText.duration(now - status.started));
    document.title = (status.health.healthy ? '' : '⚠ ') + status.label + ' · Streams';
    this.earlier.push(status);
    if (this.earlier.length > 6) this.earlier.shift();
    this.status = status;
  }

  showEnd() {
    document.body.classList.add('over');
    const workers = this.status ? this.status.workers : [];
    const ending = workers.length > 0
        && workers.every((worker) => ['draining', 'leaving', 'ended'].includes(worker.state));
    const since = this.answered ? ' since ' + this.answered.toLocaleTimeString() : '';
    setText(byId('ended'), ending ? `The run has ended${since}. The figures are its last ones.`
        : `No answer${since}: the run has ended, or cannot be reached from here.`
            + (this.status ? ' The figures are the last ones that came.' : ''));
    byId('ended').hidden = false;
    pill(byId('health'), ending ? 'ended' : 'no answer', ending ? 'quiet' : 'bad');
    byId('ready').hidden = true;
    byId('reasons').hidden = true;
    document.title = (ending ? '■ ' : '⚠ ') + (this.status ? this.status.label + ' · Streams' : 'Streams');
  }
}

const run = new Run();
new ResizeObserver(() => {
  if (run.graph) run.graph.place();
}).observe(byId('graph'));
run.poll();
