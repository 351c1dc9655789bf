// The answer as a table, with links; a page of rows at a time.

import { element } from "./elements.js";

export const title = "Table";

export function fits(result) {
  return Boolean(result.rows);
}

export function draw(result, { names, pageRows, redraw }, state) {
  state.from ??= 0;
  const rows = result.rows.slice(state.from, state.from + pageRows);
  const head = result.variables.map((name) => element("th", { scope: "col" }, name));
  const table = element(
    "table",
    {},
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map((term) => cell(term, names))))),
  );
  const turn = (label, by, possible) =>
    element(
      "button",
      { type: "button", disabled: !possible, onclick: () => redraw({ from: state.from + by }) },
      label,
    );
  const last = Math.min(state.from + pageRows, result.rows.length);
  const pager =
    result.rows.length > pageRows
      ? element(
          "p",
          { class: "options" },
          turn("Previous rows", -pageRows, state.from > 0),
          `${state.from + 1} to ${last} of ${result.rows.length}`,
          turn("Next rows", pageRows, last < result.rows.length),
        )
      : null;
  const plain = element("input", {
    type: "checkbox",
    checked: names.plain,
    onchange: () => {
      names.plain = plain.checked;
      redraw({});
    },
  });
  const box = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows" };
  return element(
    "div",
    {},
    element("p", { class: "options" }, element("label", {}, plain, " identifiers instead of names")),
    element("div", box, table),
    pager,
  );
}

function cell(term, names) {
  if (!term) return element("td");
  const address = term.type === "uri" ? names.address(term.value) : null;
  const text = names.of(term);
  const attributes = term["xml:lang"] ? { lang: term["xml:lang"], dir: "auto" } : {};
  return element(
    "td",
    attributes,
    address ? element("a", { href: address, title: names.short(term.value) }, text) : text,
  );
}
