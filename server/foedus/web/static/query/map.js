// The answer on the map: the states that a column names, shaded by a number where there is one.

import { choice, drawn, element } from "./elements.js";
import { columns, columnsWithSome, number } from "./result.js";

export const title = "Map";
const [WIDTH, HEIGHT] = [760, 380];
const NONE = "—";
const ANTARCTICA = "010";
let outlines;

const isState = (term) => term.type === "uri" && term.value.includes("/id/state/");

export function fits(result, { site }) {
  return Boolean(site.outlines && result.rows?.length) && columnsWithSome(result, isState).length > 0;
}

export async function draw(result, { names, site, redraw }, state) {
  const columnsOfStates = columnsWithSome(result, isState);
  const numbers = columns(result, (term) => number(term) !== null);
  state.state ??= columnsOfStates[0];
  state.shade ??= numbers[0] ?? NONE;
  outlines ??= await countries(site.outlines);
  const s = result.variables.indexOf(state.state);
  const n = result.variables.indexOf(state.shade);
  const found = new Map();
  for (const row of result.rows) {
    if (!row[s] || !isState(row[s])) continue;
    const before = found.get(row[s].value);
    const value = n < 0 ? null : number(row[n]);
    found.set(row[s].value, before === undefined ? value : Math.max(before ?? value, value));
  }
  const codes = await codesOf([...found.keys()], site);
  const byCode = new Map([...codes].map(([iri, code]) => [Number(code), iri]));
  const top = Math.max(...[...found.values()].map((value) => value ?? 0), 1);
  const drawnStates = new Set();
  const shapes = outlines.map(({ id, path }) => {
    const iri = byCode.get(id);
    if (!iri) return drawn("path", { class: "land", d: path });
    drawnStates.add(iri);
    const value = found.get(iri);
    const level = value === null ? "" : ` level${Math.min(3, Math.floor((value / top) * 3.999))}`;
    const said = names.of({ type: "uri", value: iri }) + (value === null ? "" : `: ${value}`);
    const shape = drawn("path", { class: `land named${level}`, d: path }, drawn("title", {}, said));
    return drawn("a", { href: names.address(iri), "aria-label": said }, shape);
  });
  const missing = [...found.keys()].filter((iri) => !drawnStates.has(iri));
  const said = `${drawnStates.size} of ${found.size} states of ${state.state} on today's outlines`;
  return element(
    "figure",
    { class: "drawn" },
    element(
      "div",
      { class: "options" },
      choice("States", columnsOfStates, state.state, (name) => redraw({ state: name })),
      choice("Shade", [NONE, ...numbers], state.shade, (shade) => redraw({ shade })),
    ),
    drawn(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": said },
      shapes.filter((shape) => shape.tagName === "path"),
      shapes.filter((shape) => shape.tagName === "a"),
    ),
    element(
      "figcaption",
      {},
      `${said}. Outlines: Natural Earth.`,
      missing.length
        ? ` No outline: ${missing.map((iri) => names.of({ type: "uri", value: iri })).join(", ")}.`
        : "",
    ),
  );
}

/** ISO 3166 numeric codes of states, as the release knows them. */
async function codesOf(iris, site) {
  const query = `SELECT ?x ?n { VALUES ?x { ${iris.map((iri) => `<${iri}>`).join(" ")} }
    ?x <${site.base}ontology#isoNumeric> ?n }`;
  const response = await fetch(site.endpoint, {
    method: "POST",
    body: new URLSearchParams({ query }),
    headers: { Accept: "application/sparql-results+json" },
  });
  const rows = response.ok ? (await response.json()).results.bindings : [];
  return new Map(rows.map((row) => [row.x.value, row.n.value]));
}

/** The outlines of a TopoJSON file as paths of SVG in an equirectangular projection. */
async function countries(address) {
  const topology = await (await fetch(address)).json();
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const line = (i) => (i < 0 ? [...arcs[~i]].reverse() : arcs[i]);
  const ring = (indexes) => {
    const points = indexes.flatMap((i, n) => line(i).slice(n ? 1 : 0));
    // A shape that crosses the date line is cut there, or its sides would run across the map.
    return points.map((point, n) => {
      const far = n && Math.abs(point[0] - points[n - 1][0]) > 180;
      return `${n && !far ? "L" : "M"}${place(point)}`;
    }).join("");
  };
  const inhabited = topology.objects.countries.geometries.filter(({ id }) => id !== ANTARCTICA);
  return inhabited.map(({ id, type, arcs: shape }) => ({
    id: Number(id),
    path: (type === "Polygon" ? [shape] : (shape ?? [])).flat().map(ring).join(""),
  }));
}

function place([longitude, latitude]) {
  const x = ((longitude + 180) / 360) * WIDTH;
  const y = ((84 - latitude) / 144) * HEIGHT;
  return `${x.toFixed(1)} ${Math.min(y, HEIGHT).toFixed(1)}`;
}
