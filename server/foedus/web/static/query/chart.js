// The answer as bars: one column says what is counted, one how many.

import { choice, cut, drawn, element } from "./elements.js";
import { columns, number } from "./result.js";

export const title = "Chart";
const MOST = 60;
const [WIDTH, LEFT, LINE] = [720, 230, 24];

export function fits(result) {
  return Boolean(result.rows?.length) && columns(result, isNumber).length > 0;
}

const isNumber = (term) => number(term) !== null;

export function draw(result, { names, redraw }, state) {
  const counted = columns(result, isNumber);
  const others = result.variables.filter((name) => !counted.includes(name));
  state.number ??= counted[0];
  state.label ??= others[0] ?? "row";
  const [n, l] = [state.number, state.label].map((name) => result.variables.indexOf(name));
  const bars = result.rows
    .map((row, i) => ({ label: l < 0 ? `${i + 1}` : names.of(row[l]), value: number(row[n]) }))
    .filter((bar) => bar.value !== null)
    .slice(0, MOST);
  const top = Math.max(0, ...bars.map((bar) => bar.value));
  const low = Math.min(0, ...bars.map((bar) => bar.value));
  const x = (value) => LEFT + ((value - low) / (top - low || 1)) * (WIDTH - LEFT - 70);
  const marks = bars.map((bar, i) => {
    const y = i * LINE;
    return drawn(
      "g",
      {},
      drawn("title", {}, `${bar.label}: ${bar.value}`),
      drawn("text", { x: LEFT - 8, y: y + 16, "text-anchor": "end" }, cut(bar.label, 32)),
      drawn("rect", {
        class: "bar",
        x: Math.min(x(0), x(bar.value)),
        y: y + 4,
        width: Math.max(1, Math.abs(x(bar.value) - x(0))),
        height: LINE - 8,
      }),
      drawn("text", { x: Math.max(x(0), x(bar.value)) + 6, y: y + 16 }, String(bar.value)),
    );
  });
  const height = Math.max(1, bars.length) * LINE + 4;
  const said = `${state.number} by ${state.label}, ${bars.length} bars`;
  const line = drawn("line", { class: "axis", x1: x(0), x2: x(0), y1: 0, y2: height });
  return element(
    "figure",
    { class: "drawn" },
    element(
      "div",
      { class: "options" },
      choice("Length", counted, state.number, (number) => redraw({ number })),
      others.length ? choice("Label", others, state.label, (label) => redraw({ label })) : null,
    ),
    drawn("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": said }, line, marks),
    element(
      "figcaption",
      {},
      `${said}.`,
      result.rows.length > MOST ? ` The first ${MOST} rows; the table has all.` : "",
    ),
  );
}
