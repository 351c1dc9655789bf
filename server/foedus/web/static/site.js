// A slider beside the field for the day: the page is read again for the day under it, in place.
// Without script the field and its button do the same.

const DAY = 86400000;
const iso = (time) => new Date(time).toISOString().slice(0, 10);

function address(form, day) {
  const url = new URL(location.href);
  url.searchParams.set("at", day);
  url.searchParams.delete("page");
  url.hash = "";
  return url;
}

let asked = 0;
async function show(form, day) {
  const mine = ++asked;
  const url = address(form, day);
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok || mine !== asked) return;
  const read = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return;
  const fresh = read.querySelector("main");
  const own = fresh?.querySelector("form.day");
  if (!own) return location.assign(url);
  // The form stays, so that the slider keeps the focus; everything around it is new.
  const open = new Set(
    [...document.querySelectorAll("main details[open] > summary")].map((s) => s.textContent),
  );
  own.replaceWith(form);
  document.querySelector("main").replaceWith(fresh);
  for (const summary of fresh.querySelectorAll("details > summary"))
    if (open.has(summary.textContent) && !summary.closest(".words, .basis")) summary.parentElement.open = true;
  history.replaceState(null, "", url);
  form.querySelector("input[type=range]").focus({ preventScroll: true });
}

function enhance(form) {
  const field = form.querySelector("input[type=date]");
  const first = Date.parse(form.dataset.first) - 200 * DAY;
  const last = Math.max(Date.parse(form.dataset.last), Date.parse(field.value)) + DAY;
  if (!(last > first)) return;
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = Math.floor(first / DAY);
  slider.max = Math.ceil(last / DAY);
  slider.value = Math.floor(Date.parse(field.value) / DAY);
  slider.setAttribute("aria-label", "Day");
  slider.setAttribute("aria-valuetext", field.value);
  let waiting;
  slider.addEventListener("input", () => {
    field.value = iso(slider.value * DAY);
    slider.setAttribute("aria-valuetext", field.value);
    clearTimeout(waiting);
    waiting = setTimeout(() => show(form, field.value), 120);
  });
  form.append(slider);
}

for (const form of document.querySelectorAll("form.day")) enhance(form);
