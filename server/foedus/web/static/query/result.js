// What the endpoint answered, as rows of terms: SPARQL 1.1 Query Results JSON, or N-Triples.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long"].map((n) => XSD + n),
);
const TERM = /<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/g;

/** Ask; gives `{form, variables, rows, milliseconds, hint}`, or throws what the server says. */
export async function ask(endpoint, query, at, signal) {
  const body = new URLSearchParams({ query });
  if (at) body.set("at", at);
  const began = performance.now();
  const response = await fetch(endpoint, {
    method: "POST",
    body,
    signal,
    headers: { Accept: "application/sparql-results+json, application/n-triples;q=0.9" },
  });
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok) throw await problem(response, type);
  const result = type.startsWith("application/n-triples")
    ? triples(await response.text())
    : solutions(await response.json());
  result.milliseconds = performance.now() - began;
  result.hint = response.headers.get("Foedus-Hint");
  return result;
}

async function problem(response, type) {
  const said = type.includes("json") ? await response.json() : { title: await response.text() };
  return Object.assign(new Error(said.title), { said });
}

function solutions(answer) {
  if ("boolean" in answer) return { form: "ASK", boolean: answer.boolean };
  const variables = answer.head.vars;
  const rows = answer.results.bindings.map((row) => variables.map((name) => row[name] ?? null));
  return { form: "SELECT", variables, rows };
}

function triples(text) {
  const rows = text
    .split("\n")
    .filter(Boolean)
    .map((line) => [...line.matchAll(TERM)].slice(0, 3).map(term));
  return { form: "CONSTRUCT", variables: ["subject", "predicate", "object"], rows };
}

function term([, iri, blank, literal, language, datatype]) {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  return { type: "literal", value: unescaped(literal), "xml:lang": language, datatype };
}

function unescaped(text) {
  const marks = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, mark) =>
    four || eight ? String.fromCodePoint(parseInt(four ?? eight, 16)) : (marks[mark] ?? mark),
  );
}

/** The number that a term is, or `null`. */
export function number(term) {
  if (!term || term.type !== "literal" || !NUMBERS.has(term.datatype)) return null;
  const value = Number(term.value);
  return Number.isFinite(value) ? value : null;
}

/** The first and the last moment that a date, a month or a year can mean, in years; or `null`. */
export function years(term) {
  const found = /^(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*|Z)?$/.exec(
    term?.type === "literal" ? term.value : "",
  );
  if (!found || (term.datatype ?? "").endsWith("integer")) return null;
  const [year, month, day] = found.slice(1).map((part) => (part ? Number(part) : 0));
  const start = year + (month ? (month - 1) / 12 : 0) + (day ? (day - 1) / 365 : 0);
  return [start, start + (day ? 1 / 365 : month ? 1 / 12 : 1)];
}

/** The variables of which some term satisfies *test*. */
export function columnsWithSome(result, test) {
  return (result.variables ?? []).filter((_, i) => result.rows.some((row) => row[i] && test(row[i])));
}

/** The variables whose terms satisfy *test* wherever they are bound, and are bound somewhere. */
export function columns(result, test) {
  return (result.variables ?? []).filter((_, i) => {
    const bound = result.rows.map((row) => row[i]).filter(Boolean);
    return bound.length > 0 && bound.every(test);
  });
}
