// The answer in tabs: a table always, and every picture that fits it (WAI-ARIA: tabs).

import { element } from "./elements.js";
import * as chart from "./chart.js";
import * as map from "./map.js";
import * as network from "./network.js";
import * as table from "./table.js";
import * as timeline from "./timeline.js";

const VIEWS = [table, chart, timeline, map, network];

/** The tabs over one result; *context* is `{names, site, pageRows}`. */
export function views(result, context) {
  const fitting = VIEWS.filter((view) => view.fits(result, context));
  const panel = element("div", { role: "tabpanel", id: "view", tabindex: "-1" });
  const tabs = fitting.map((view) =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${view.title.toLowerCase()}`,
        "aria-controls": "view",
        onclick: () => show(view),
      },
      view.title,
    ),
  );
  const states = new Map(fitting.map((view) => [view, {}]));
  let turn = 0;

  async function show(view, changes = {}) {
    const mine = ++turn;
    const state = Object.assign(states.get(view), changes);
    fitting.forEach((other, i) => {
      tabs[i].setAttribute("aria-selected", String(other === view));
      tabs[i].tabIndex = other === view ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", `tab-${view.title.toLowerCase()}`);
    const redraw = (further) => show(view, further);
    const made = await view.draw(result, { ...context, redraw }, state);
    if (mine === turn) panel.replaceChildren(made);
  }

  const list = element("div", { role: "tablist", "aria-label": "Views of the answer" }, tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = tabs.indexOf(document.activeElement);
    if (!step || here < 0) return;
    const next = (here + step + tabs.length) % tabs.length;
    tabs[next].focus();
    show(fitting[next]);
  });
  show(fitting[0]);
  return [list, panel];
}
