'use strict';

// Where the steps of a plan stand: in layers by their distance from a source, and within a layer so that few
// lines cross. Knows nothing of the page: sizes go in, positions come out.

const GraphLayout = {
  kCard: {width: 196, height: 104},

  /** `nodes`: [{name, inputs: [name], aside}], each behind its inputs. Returns the names by layer. */
  layers(nodes) {
    const layerOf = new Map();
    for (const node of nodes) {
      const before = node.inputs.map((input) => layerOf.has(input) ? layerOf.get(input) : -1);
      layerOf.set(node.name, Math.max(-1, ...before) + 1);
    }
    const layers = [];
    for (const node of nodes) {
      const layer = layerOf.get(node.name);
      while (layers.length <= layer) layers.push([]);
      layers[layer].push(node.name);
    }
    GraphLayout.uncross(layers, nodes);
    return layers;
  },

  /** Orders each layer by the mean place of its neighbours, to and fro. */
  uncross(layers, nodes) {
    const before = new Map(nodes.map((node) => [node.name, node.inputs]));
    const behind = new Map(nodes.map((node) => [node.name, []]));
    for (const node of nodes) {
      for (const input of node.inputs) if (behind.has(input)) behind.get(input).push(node.name);
    }
    const place = new Map();
    const number = (layer) => layer.forEach(
        (name, index) => place.set(name, (index + 0.5) / layer.length));
    layers.forEach(number);
    const sort = (layer, neighbours) => {
      const wanted = new Map(layer.map((name) => {
        const known = neighbours.get(name).filter((other) => place.has(other));
        const sum = known.reduce((total, other) => total + place.get(other), 0);
        return [name, known.length ? sum / known.length : place.get(name)];
      }));
      layer.sort((a, b) => wanted.get(a) - wanted.get(b));
      number(layer);
    };
    for (let round = 0; round < 4; ++round) {
      for (let i = 1; i < layers.length; ++i) sort(layers[i], before);
      for (let i = layers.length - 2; i >= 0; --i) sort(layers[i], behind);
    }
  },

  /**
   * Where each step stands across its layer, in cards: behind what it reads from, before what reads from it, and
   * never two in one place. What is `aside` gives way to the others.
   */
  across(layers, nodes) {
    const node = new Map(nodes.map((each) => [each.name, each]));
    const behind = new Map(nodes.map((each) => [each.name, []]));
    for (const each of nodes) {
      if (!each.aside) for (const input of each.inputs) behind.get(input).push(each.name);
    }
    const at = new Map();
    const mean = (names) => names.reduce((sum, name) => sum + at.get(name), 0) / names.length;
    const settle = (layer, wanted) => {
      const sum = (places) => places.reduce((total, place) => total + place, 0);
      const places = [];
      layer.forEach((name, index) => {
        places.push(index === 0 ? wanted[0] : Math.max(wanted[index], places[index - 1] + 1));
      });
      const shift = (sum(wanted) - sum(places)) / layer.length;
      layer.forEach((name, index) => at.set(name, places[index] + shift));
    };
    layers.forEach((layer) => settle(layer, layer.map((name, index) => {
      const inputs = node.get(name).inputs;
      return inputs.length ? mean(inputs) + (node.get(name).aside ? 1 : 0) : index;
    })));
    for (let i = layers.length - 2; i >= 0; --i) {
      settle(layers[i], layers[i].map((name) => behind.get(name).length ? mean(behind.get(name)) : at.get(name)));
    }
    const least = Math.min(0, ...at.values());
    for (const [name, place] of at) at.set(name, place - least);
    return at;
  },

  /**
   * One card below the other, branch by branch; each branch has a lane at the side. Returns the order of the
   * names and the lane of each.
   */
  lanes(nodes) {
    const node = new Map(nodes.map((each) => [each.name, each]));
    const behind = new Map(nodes.map((each) => [each.name, []]));
    for (const each of nodes) for (const input of each.inputs) behind.get(input).push(each.name);
    const lane = new Map();
    const order = [];
    const used = new Set();
    const take = (name) => {
      let free = 0;
      while (used.has(free)) ++free;
      used.add(free);
      lane.set(name, free);
    };
    const visit = (name) => {
      if (order.includes(name) || node.get(name).inputs.some((input) => !order.includes(input))) return;
      if (!lane.has(name)) take(name);
      order.push(name);
      const next = behind.get(name).sort((a, b) => !!node.get(b).aside - !!node.get(a).aside);
      const heir = next.find((each) => !lane.has(each) && !node.get(each).aside);
      if (heir) lane.set(heir, lane.get(name));
      for (const each of next) if (!lane.has(each)) take(each);
      if (!heir) used.delete(lane.get(name));
      next.forEach(visit);
    };
    for (const each of nodes) visit(each.name);
    return {order, lane};
  },

  /** For a narrow screen: a list of cards with the lanes beside it. */
  placeList(nodes, room) {
    const {order, lane} = GraphLayout.lanes(nodes);
    const count = Math.max(...lane.values()) + 1;
    const step = Math.min(14, 84 / count);
    const margin = count * step + 6;
    const card = {width: room - margin, height: 76};
    const at = new Map();
    const dots = new Map();
    order.forEach((name, index) => {
      const y = index * (card.height + 10);
      at.set(name, {x: margin, y});
      dots.set(name, {x: (lane.get(name) + 0.5) * step, y: y + card.height / 2});
    });
    const height = order.length * (card.height + 10) - 10;
    const line = (from, to) => {
      const a = dots.get(from);
      const b = dots.get(to);
      const turn = Math.min(a.y + card.height / 2 + 10, b.y);
      return `M${a.x} ${a.y}C${a.x} ${turn} ${b.x} ${a.y} ${b.x} ${turn}L${b.x} ${b.y}`;
    };
    return {at, dots, card, line, width: room, height, scale: 1, isColumn: true, isList: true};
  },

  /** Positions of the cards: from left to right while that fits `room`, else from top to bottom. */
  place(nodes, room) {
    if (room < 560) return GraphLayout.placeList(nodes, room);
    const layers = GraphLayout.layers(nodes);
    const card = GraphLayout.kCard;
    const places = GraphLayout.across(layers, nodes);
    const most = Math.max(0, ...places.values()) + 1;
    const gapAlong = 52;
    const gapAcross = 20;
    const length = layers.length * (card.width + gapAlong) - gapAlong;
    const flat = length * 0.74 <= room;
    const along = flat ? card.width + gapAlong : card.height + 40;
    const across = flat ? card.height + gapAcross : card.width + gapAcross;
    const breadth = most * across - gapAcross;
    const at = new Map();
    layers.forEach((layer, depth) => {
      for (const name of layer) {
        const sideways = places.get(name) * across;
        at.set(name, flat ? {x: depth * along, y: sideways} : {x: sideways, y: depth * along});
      }
    });
    const width = flat ? length : breadth;
    const height = flat ? breadth : layers.length * along - 40;
    return {
      at,
      dots: new Map(),
      card,
      line: (from, to) => GraphLayout.bend(at.get(from), at.get(to), flat),
      width,
      height,
      scale: Math.max(0.62, Math.min(1, room / width)),
      isColumn: !flat,
    };
  },

  /** The line from one card to another, as the `d` of a path. */
  bend(from, to, flat) {
    const card = GraphLayout.kCard;
    const a = flat ? {x: from.x + card.width, y: from.y + card.height / 2}
        : {x: from.x + card.width / 2, y: from.y + card.height};
    const b = flat ? {x: to.x, y: to.y + card.height / 2} : {x: to.x + card.width / 2, y: to.y};
    const half = Math.max(20, (flat ? b.x - a.x : b.y - a.y) / 2);
    return flat ? `M${a.x} ${a.y}C${a.x + half} ${a.y} ${b.x - half} ${b.y} ${b.x} ${b.y}`
        : `M${a.x} ${a.y}C${a.x} ${a.y + half} ${b.x} ${b.y - half} ${b.x} ${b.y}`;
  },
};
