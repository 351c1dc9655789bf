// The field for the query as an editor: YASQE, the editor of YASGUI, over the plain field.

import { Completion } from "./completion.js";

/** Puts the editor in the place of *field*; `null` where its files are not here. */
export function edit(field, site, ask) {
  const { Yasqe } = window;
  if (typeof Yasqe !== "function") return null;
  const place = document.createElement("div");
  field.after(place);
  // The completers that come with the editor ask services elsewhere; of those only ours is used.
  Yasqe.defaults.autocompleters = [];
  const completer = Completion.register(Yasqe, new Completion(site));
  const editor = new Yasqe(place, {
    value: field.value,
    screenReaderLabel: "Query",
    autocompleters: ["variables", completer],
    hintConfig: { completeSingle: false },
    // Nothing is kept in the browser, nothing is read from the address, nobody else is asked.
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    prefixCcApi: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    // Tab moves on, as everywhere else on the page.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": ask, "Cmd-Enter": ask },
  });
  field.hidden = true;
  field.labels[0]?.addEventListener("click", () => editor.focus());
  editor.on("change", () => {
    field.value = editor.getValue();
  });
  editor.on("inputRead", (_, change) => {
    const typed = change?.text?.join("") ?? "";
    if (/^[\w:-]$/.test(typed) && editor.getCompleteToken().string.includes(":")) {
      editor.autocomplete(false);
    }
    declare(editor, site);
  });
  return editor;
}

/** Declares a prefix of ours as soon as a name uses it, so that nobody has to look it up. */
function declare(editor, site) {
  const [, prefix] = /^([A-Za-z][\w-]*):/.exec(editor.getCompleteToken().string) ?? [];
  const line = editor.getDoc().getLine(editor.getDoc().getCursor().line);
  if (!prefix || /^\s*(prefix|base)\b/i.test(line) || !site.prefixes.has(prefix)) return;
  if (!(prefix in editor.getPrefixesFromQuery())) {
    editor.addPrefixes({ [prefix]: site.prefixes.get(prefix) });
  }
}
