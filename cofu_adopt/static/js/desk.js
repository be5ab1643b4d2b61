// The desk by keyboard: / goes to the search, j and k go through the rows, Enter opens. Without it, Tab does the same.
"use strict";

const rows = () => [...document.querySelectorAll("[data-rows] a[data-row]")];

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "Escape" && event.target === search) search.blur();
  if (isTyping(event.target)) return;
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "j" || event.key === "k") {
    const all = rows();
    const here = all.indexOf(document.activeElement);
    const step = event.key === "j" ? 1 : -1;
    const next = all[here === -1 ? 0 : Math.min(all.length - 1, Math.max(0, here + step))];
    if (next) {
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }
});

// A filter that is chosen is applied at once; typing waits for Enter.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-filters] select, [data-filters] input[type=date]")) event.target.form.requestSubmit();
});
