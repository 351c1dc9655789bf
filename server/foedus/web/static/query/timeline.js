// The answer along time: what began when, and how long it lasted.

import { choice, cut, drawn, element } from "./elements.js";
import { columns, years } from "./result.js";

export const title = "Timeline";
const MOST = 80;
const [WIDTH, LEFT, LINE, FOOT] = [760, 230, 22, 24];
const NONE = "—";
// The first and the last day of the calendar stand for what is not known.
const UNKNOWN = [2, 9999];

const isDate = (term) => years(term) !== null;

export function fits(result) {
  return Boolean(result.rows?.length) && columns(result, isDate).length > 0;
}

export function draw(result, { names, redraw }, state) {
  const dates = columns(result, isDate);
  const others = result.variables.filter((name) => !dates.includes(name));
  state.begin ??= dates.find((name) => /begin|start|since|from/i.test(name)) ?? dates[0];
  state.end ??= dates.find((n) => n !== state.begin && /end|until|to$/i.test(n)) ?? NONE;
  state.label ??= others[0] ?? "row";
  const at = (row, name) => years(row[result.variables.indexOf(name)]);
  const label = (row, i) =>
    others.includes(state.label) ? names.of(row[result.variables.indexOf(state.label)]) : `${i + 1}`;
  const spans = result.rows
    .map((row, i) => ({
      label: label(row, i),
      begin: at(row, state.begin),
      end: state.end === NONE ? null : at(row, state.end),
      said: [state.begin, state.end]
        .map((name) => row[result.variables.indexOf(name)]?.value)
        .filter(Boolean)
        .join(" – "),
    }))
    .filter((span) => span.begin || span.end)
    .slice(0, MOST);
  const known = spans
    .flatMap((span) => [...(span.begin ?? []), ...(span.end ?? [])])
    .filter((year) => year > UNKNOWN[0] && year < UNKNOWN[1]);
  const [first, last] = [Math.min(...known, 9998), Math.max(...known, 3)];
  const pad = (last - first || 1) * 0.03;
  const [from, to] = [first - pad, last + pad];
  const x = (year) =>
    LEFT + ((Math.min(Math.max(year, from), to) - from) / (to - from)) * (WIDTH - LEFT - 10);
  const lines = spans.map((span, i) => mark(span, i * LINE, x));
  const height = spans.length * LINE;
  const said = `${spans.length} entries by ${state.begin}${state.end === NONE ? "" : ` to ${state.end}`}`;
  return element(
    "figure",
    { class: "drawn" },
    element(
      "div",
      { class: "options" },
      choice("Begin", dates, state.begin, (begin) => redraw({ begin })),
      choice("End", [NONE, ...dates], state.end, (end) => redraw({ end })),
      others.length ? choice("Label", others, state.label, (label) => redraw({ label })) : null,
    ),
    drawn(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${height + FOOT}`, role: "img", "aria-label": said },
      axis(from, to, x, height),
      lines,
    ),
    element("figcaption", {}, `${said}. A pale bar has no known end where it reaches the edge.`),
  );
}

function mark(span, y, x) {
  const begin = (span.begin ?? span.end)[0];
  const end = (span.end ?? span.begin)[1];
  const open = begin <= UNKNOWN[0] || end >= UNKNOWN[1];
  const text = { x: LEFT - 8, y: y + 15, "text-anchor": "end" };
  return drawn(
    "g",
    {},
    drawn("title", {}, `${span.label}: ${span.said}`),
    drawn("text", text, cut(span.label, 32)),
    drawn("rect", {
      class: open ? "bar maybe" : "bar",
      x: x(begin),
      y: y + 5,
      rx: 2,
      width: Math.max(4, x(end) - x(begin)),
      height: LINE - 10,
    }),
  );
}

function axis(from, to, x, height) {
  const steps = [1 / 12, 1, 2, 5, 10, 20, 50, 100, 200, 500];
  const step = steps.find((size) => (to - from) / size <= 9) ?? 1000;
  const made = [];
  for (let year = Math.ceil(from / step) * step; year <= to; year += step) {
    const month = Math.round((year % 1) * 12);
    const said = step < 1 ? `${Math.floor(year + 1e-6)}-${String(month + 1).padStart(2, "0")}` : year;
    made.push(drawn("line", { class: "axis", x1: x(year), x2: x(year), y1: 0, y2: height }));
    made.push(
      drawn("text", { class: "soft", x: x(year), y: height + 16, "text-anchor": "middle" }, `${said}`),
    );
  }
  return made;
}
