// Keys for a review: each letter presses what carries it, wherever it stands. All of it works without.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("textarea, input, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.tagName === "SUMMARY") {
    target.parentElement.open = true;
    target.parentElement.querySelector("textarea").focus();
  } else {
    target.click();
  }
});
document.getElementById("here")?.scrollIntoView({ block: "center" });
