// Elements of HTML and SVG, built without a line of markup as text.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with attributes (`onclick` and the like are listeners) and children. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A labelled choice between values, told to *chosen* when it changes. */
export function choice(label, values, value, chosen) {
  const select = element(
    "select",
    { onchange: () => chosen(select.value) },
    values.map((v) => element("option", { value: v, selected: v === value }, v)),
  );
  return element("label", {}, `${label} `, select);
}

/** A text cut to a length that fits a picture. */
export function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
