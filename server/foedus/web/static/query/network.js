// The answer as ties between what two columns name. The same answer always has the same picture.

import { choice, cut, drawn, element } from "./elements.js";
import { columns } from "./result.js";

export const title = "Network";
const [MOST, WIDTH, HEIGHT] = [120, 760, 560];

const isNode = (term) => term.type !== "literal";

export function fits(result) {
  return Boolean(result.rows?.length) && (ends(result)?.length ?? 0) > 1;
}

function ends(result) {
  const found = columns(result, isNode);
  return result.form === "CONSTRUCT" ? found.filter((name) => name !== "predicate").concat(
    found.includes("object") ? [] : ["object"],
  ) : found;
}

export function draw(result, { names, redraw }, state) {
  const possible = ends(result);
  state.from ??= possible[0];
  state.to ??= possible.find((name) => name !== state.from);
  const [a, b] = [state.from, state.to].map((name) => result.variables.indexOf(name));
  const { nodes, ties, dropped } = graph(result.rows, a, b);
  settle(nodes, ties);
  const said = `${nodes.length} nodes, ${ties.length} ties from ${state.from} to ${state.to}`;
  const arrow = drawn(
    "marker",
    { id: "head", viewBox: "0 0 8 8", refX: 14, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    drawn("path", { class: "arrow", d: "M0 0L8 4L0 8z" }),
  );
  const lines = ties.map(([s, t]) =>
    drawn("line", { class: "tie", x1: s.x, y1: s.y, x2: t.x, y2: t.y, "marker-end": "url(#head)" }),
  );
  const marks = nodes.map((node) => {
    const text = names.of(node.term);
    const address = names.address(node.term.value);
    const parts = [
      drawn("title", {}, text),
      drawn("circle", { class: "node", cx: node.x, cy: node.y, r: 4 + Math.sqrt(node.ties) }),
      drawn("text", { x: node.x, y: node.y - 9, "text-anchor": "middle" }, cut(text, 26)),
    ];
    return address ? drawn("a", { href: address }, parts) : drawn("g", {}, parts);
  });
  return element(
    "figure",
    { class: "drawn" },
    element(
      "div",
      { class: "options" },
      choice("From", possible, state.from, (from) => redraw({ from })),
      choice("To", possible, state.to, (to) => redraw({ to })),
    ),
    drawn(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": said },
      drawn("defs", {}, arrow),
      lines,
      marks,
    ),
    element("figcaption", {}, `${said}.`, dropped ? ` ${dropped} more are in the table.` : ""),
  );
}

function graph(rows, a, b) {
  const nodes = new Map();
  const ties = new Map();
  let dropped = 0;
  const node = (term) => {
    if (!nodes.has(term.value) && nodes.size < MOST) {
      nodes.set(term.value, { term, ties: 0, turn: nodes.size });
    }
    return nodes.get(term.value);
  };
  for (const row of rows) {
    if (!row[a] || !row[b] || row[b].type === "literal") continue;
    const [from, to] = [node(row[a]), node(row[b])];
    if (!from || !to) {
      dropped += 1;
      continue;
    }
    const key = `${row[a].value} ${row[b].value}`;
    if (!ties.has(key)) {
      ties.set(key, [from, to]);
      from.ties += 1;
      to.ties += 1;
    }
  }
  return { nodes: [...nodes.values()], ties: [...ties.values()], dropped };
}

/** Places by springs and repulsion, from a sunflower of places and for a fixed number of steps. */
function settle(nodes, ties) {
  const ideal = Math.sqrt((WIDTH * HEIGHT) / Math.max(1, nodes.length)) * 0.75;
  for (const node of nodes) {
    const radius = 20 + ideal * 0.55 * Math.sqrt(node.turn);
    node.x = WIDTH / 2 + radius * Math.cos(node.turn * 2.399963);
    node.y = HEIGHT / 2 + radius * Math.sin(node.turn * 2.399963);
  }
  for (let step = 0; step < 180; step += 1) {
    const heat = 12 * (1 - step / 180);
    const moves = new Map(nodes.map((node) => [node, [0, 0]]));
    const push = (s, t, force) => {
      const [dx, dy] = [s.x - t.x || 0.01, s.y - t.y || 0.01];
      const far = Math.hypot(dx, dy);
      const [mx, my] = [(dx / far) * force(far), (dy / far) * force(far)];
      moves.get(s)[0] += mx;
      moves.get(s)[1] += my;
      moves.get(t)[0] -= mx;
      moves.get(t)[1] -= my;
    };
    nodes.forEach((s, i) => nodes.slice(i + 1).forEach((t) => push(s, t, (far) => ideal ** 2 / far)));
    ties.forEach(([s, t]) => s !== t && push(s, t, (far) => -(far ** 2) / ideal));
    for (const [node, [px, py]] of moves) {
      // A pull to the middle keeps parts that nothing ties to the rest from drifting away.
      const pull = 0.15 * nodes.length;
      const [mx, my] = [px + (WIDTH / 2 - node.x) * pull, py + (HEIGHT / 2 - node.y) * pull];
      const far = Math.hypot(mx, my) || 1;
      node.x += (mx / far) * Math.min(far, heat);
      node.y += (my / far) * Math.min(far, heat);
    }
  }
  fit(nodes);
}

function fit(nodes) {
  const range = (values) => [Math.min(...values), Math.max(...values)];
  const [left, right] = range(nodes.map((node) => node.x));
  const [top, bottom] = range(nodes.map((node) => node.y));
  for (const node of nodes) {
    node.x = right > left ? 70 + ((node.x - left) / (right - left)) * (WIDTH - 140) : WIDTH / 2;
    node.y = bottom > top ? 30 + ((node.y - top) / (bottom - top)) * (HEIGHT - 50) : HEIGHT / 2;
  }
}
