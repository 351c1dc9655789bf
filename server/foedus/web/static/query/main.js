// The query page with script: an editor, answers without leaving the page, pictures of them.

import { edit } from "./editor.js";
import { element } from "./elements.js";
import { Names } from "./names.js";
import { ask } from "./result.js";
import { views } from "./views.js";

const RESULTS = { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" };
const TRUTH = { json: "JSON", xml: "XML" };
const GRAPHS = {
  ttl: "Turtle",
  nt: "N-Triples",
  rdf: "RDF/XML",
  jsonld: "JSON-LD",
  nq: "N-Quads",
  trig: "TriG",
};
const LANGUAGES = { curl: "curl", python: "Python", r: "R" };

const form = document.getElementById("ask");
const field = document.getElementById("query");
const day = document.getElementById("query-at");
const answer = document.getElementById("answer");
const code = document.getElementById("code");
const site = {
  ...form.dataset,
  page: form.getAttribute("action"),
  prefixes: new Map(
    [...document.getElementById("prefixes").textContent.matchAll(/PREFIX (\S+): <(.*)>/g)].map(
      ([, prefix, base]) => [prefix, base],
    ),
  ),
};
const names = new Names(site);
const status = element("p", { role: "status", class: "comment" });
let running = null;

async function run({ remember }) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const [query, at] = [field.value, day.value];
  const stop = element("button", { type: "button", onclick: () => running?.abort() }, "Stop");
  status.replaceChildren("Asking… ", stop);
  answer.replaceChildren(status);
  code.replaceChildren();
  if (remember) {
    history.pushState(null, "", `${site.page}?${new URLSearchParams({ query, ...(at && { at }) })}`);
  }
  try {
    const result = await ask(site.endpoint, query, at, signal);
    await names.learn(result);
    if (!signal.aborted) show(result, query, at);
  } catch (error) {
    if (signal.aborted) status.replaceChildren("Stopped.");
    else complain(error);
  }
}

function show(result, query, at) {
  const parts = [element("h2", {}, "Answer"), status];
  if (result.hint) parts.push(element("p", { class: "comment" }, result.hint.replaceAll('"', "")));
  if (result.form === "ASK") {
    parts.push(element("p", { class: "lead" }, result.boolean ? "Yes." : "No."));
    status.replaceChildren(`Answered in ${Math.round(result.milliseconds)} ms.`);
  } else {
    const rows = result.rows.length;
    const what = result.form === "SELECT" ? "row" : "triple";
    const took = Math.round(result.milliseconds);
    status.replaceChildren(`${rows} ${what}${rows === 1 ? "" : "s"} in ${took} ms.`);
    parts.push(...views(result, { names, site, pageRows: Number(site.rows) }));
  }
  answer.replaceChildren(...parts, taking(result.form, query, at), sharing(query, at));
  programs(query, at);
}

function complain(error) {
  const { title = error.message, detail, excerpt, remedy } = error.said ?? {};
  const parts = [element("h2", {}, title)];
  if (detail) parts.push(element("p", {}, detail));
  if (excerpt) parts.push(element("pre", {}, excerpt));
  if (remedy) parts.push(element("p", {}, remedy));
  answer.replaceChildren(element("div", { class: "problem", role: "alert" }, parts));
}

function taking(kind, query, at) {
  const formats = { ASK: TRUTH, SELECT: RESULTS }[kind] ?? GRAPHS;
  const links = Object.entries(formats).flatMap(([format, title], i) => {
    const parameters = new URLSearchParams({ query, ...(at && { at }), format });
    const link = element("a", { href: `${site.endpoint}?${parameters}` }, title);
    return i ? [" · ", link] : [link];
  });
  return element("p", { class: "taking" }, "Take it away: ", links);
}

function sharing(query, at) {
  const parameters = new URLSearchParams({ query, at: at || site.knowledgeEnd, release: site.release });
  const address = new URL(`${site.page}?${parameters}`, location.href).href;
  return element(
    "p",
    { class: "taking" },
    "Share it: ",
    element("a", { id: "share", href: address }, "this question, over this release"),
    " ",
    copying(() => address),
  );
}

function copying(text) {
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not let me";
    }
  });
  return button;
}

async function programs(query, at) {
  const parts = Object.entries(LANGUAGES).map(async ([language, title]) => {
    const parameters = new URLSearchParams({ language, query, ...(at && { at }) });
    const response = await fetch(`${site.page}/code?${parameters}`);
    if (!response.ok) return null;
    const text = await response.text();
    return element(
      "details",
      {},
      element("summary", {}, title),
      element("pre", { tabindex: "0" }, text),
      copying(() => text),
    );
  });
  const made = (await Promise.all(parts)).filter(Boolean);
  const heading = element("h2", {}, `The same in ${Object.values(LANGUAGES).join(", ")}`);
  if (made.length) code.replaceChildren(heading, ...made);
}

for (const hidden of document.querySelectorAll(".scripted")) hidden.hidden = false;
edit(field, site, () => run({ remember: true }));
form.addEventListener("submit", (event) => {
  if (event.submitter && !event.submitter.classList.contains("main")) return;
  event.preventDefault();
  run({ remember: true });
});
window.addEventListener("popstate", () => location.reload());
if (site.ran === "yes") run({ remember: false });
