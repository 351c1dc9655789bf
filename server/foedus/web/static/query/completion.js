// Completion of our terms, concepts and things, with label and definition.

const MOST = 40;
const TYPED = /^([A-Za-z][\w-]*)?(:)?([\w-]*)$/;
const KEYWORDS = /^(select|where|filter|optional|union|prefix|ask|construct|describe|order|group|by|limit|bind|as|values|graph|from|distinct|minus|a)$/i;

export class Completion {
  constructor(site) {
    this.site = site;
    this.told = new Map();
  }

  /** The name under which the editor knows this completer. */
  static register(Yasqe, completion) {
    Yasqe.registerAutocompleter(
      {
        name: "foedus",
        bulk: false,
        autoShow: false,
        isValidCompletionPosition: (editor) => isName(editor.getCompleteToken()),
        get: (_, token) => completion.find(token.string),
        postprocessHints: (_, hints) => hints.map((hint) => completion.shown(hint)),
      },
      false,
    );
    return "foedus";
  }

  async terms() {
    this.known ??= fetch(this.site.terms).then((response) => (response.ok ? response.json() : []));
    return this.known;
  }

  async find(typed) {
    const [, prefix, colon, local] = TYPED.exec(typed) ?? [];
    const words = (colon ? local : (prefix ?? "")).toLowerCase();
    const found = (await this.terms())
      .filter(([name]) => !colon || name.startsWith(`${prefix ?? ""}:`))
      .map((entry) => [rank(entry, words), entry])
      .filter(([place]) => place < 5)
      .sort(([a, x], [b, y]) => a - b || x[0].localeCompare(y[0]))
      .slice(0, MOST)
      .map(([, entry]) => entry);
    const things = colon && found.length < MOST ? await this.things(prefix, words) : [];
    return [...found, ...things].map((entry) => {
      this.told.set(entry[0], entry);
      return entry[0];
    });
  }

  async things(kind, words) {
    if (!kind) return [];
    const parameters = new URLSearchParams({ kind, q: words });
    const response = await fetch(`${this.site.things}?${parameters}`);
    return response.ok ? response.json() : [];
  }

  shown(hint) {
    const [, kind, label, definition] = this.told.get(hint.text) ?? [];
    hint.render = (line) => {
      const add = (tag, text) => {
        const part = document.createElement(tag);
        part.textContent = text;
        line.append(part, " ");
      };
      add("b", hint.text);
      add("i", [label, kind].filter(Boolean).join(", "));
      if (definition) add("span", definition);
    };
    return hint;
  }
}

function isName(token) {
  return TYPED.test(token.string) && token.string.length > 1 && !KEYWORDS.test(token.string);
}

/** How well an entry fits: by the begin of its name, of its label, of a word, inside, or not (5). */
function rank([name, , label, definition], words) {
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  const said = (label ?? "").toLowerCase();
  if (local.startsWith(words)) return 0;
  if (said.startsWith(words)) return 1;
  if (said.includes(` ${words}`)) return 2;
  if (local.includes(words) || said.includes(words)) return 3;
  return words.length > 2 && (definition ?? "").toLowerCase().includes(words) ? 4 : 5;
}
