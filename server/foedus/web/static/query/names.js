// What to call a term on the page, and where a link to it leads.

const MOST = 400;
const LABELS = [
  "http://www.w3.org/2000/01/rdf-schema#label",
  "http://www.w3.org/2004/02/skos/core#prefLabel",
  "http://purl.org/dc/terms/title",
];

export class Names {
  /** *site* says where things are: `{endpoint, root, base, prefixes}`. */
  constructor(site) {
    this.site = site;
    this.known = new Map();
    this.plain = false;
  }

  /** Ask for the labels of the IRIs of ours in a result, once. */
  async learn(result) {
    const wanted = new Set();
    for (const row of result.rows ?? []) {
      for (const term of row) {
        if (term?.type === "uri" && term.value.startsWith(this.site.base)) wanted.add(term.value);
      }
    }
    const missing = [...wanted].filter((iri) => !this.known.has(iri)).slice(0, MOST);
    if (!missing.length) return;
    const query = `SELECT ?x (MIN(STR(?l)) AS ?label) {
      VALUES ?x { ${missing.map((iri) => `<${iri}>`).join(" ")} }
      VALUES ?p { ${LABELS.map((iri) => `<${iri}>`).join(" ")} }
      ?x ?p ?l FILTER(LANG(?l) = "" || LANGMATCHES(LANG(?l), "en")) } GROUP BY ?x`;
    const response = await fetch(this.site.endpoint, {
      method: "POST",
      body: new URLSearchParams({ query }),
      headers: { Accept: "application/sparql-results+json" },
    });
    if (!response.ok) return; // the short names do
    for (const row of (await response.json()).results.bindings) {
      if (row.x && row.label) this.known.set(row.x.value, row.label.value);
    }
  }

  /** The short form of an IRI, by the longest prefix that fits. */
  short(iri) {
    let best = "";
    for (const [prefix, base] of this.site.prefixes) {
      if (iri.startsWith(base) && base.length > (this.site.prefixes.get(best)?.length ?? 0)) {
        best = prefix;
      }
    }
    return best ? `${best}:${iri.slice(this.site.prefixes.get(best).length)}` : iri;
  }

  /** A term as a reader reads it. */
  of(term) {
    if (!term) return "";
    if (term.type !== "uri") return term.value;
    return (!this.plain && this.known.get(term.value)) || this.short(term.value);
  }

  /** Where a link to an IRI leads: a page of this site for ours, nowhere for what is no address. */
  address(iri) {
    if (iri.startsWith(this.site.base)) return this.site.root + iri.slice(this.site.base.length);
    return /^https?:/.test(iri) ? iri : null;
  }
}
