// The desk by keyboard: / goes to the search, j and k go through the rows, Enter opens. Without it, Tab does the same.
// In a row, a key that stands on one of its buttons (data-key) presses it; on a summary, it opens what is folded there.
"use strict";

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function press(event) {
  const item = event.target.closest("[data-item]");
  const found = item && [...item.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!found) return;
  event.preventDefault();
  if (found.tagName === "BUTTON") {
    found.click();
    return;
  }
  found.parentElement.open = true;
  found.parentElement.querySelector("input").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "Escape" && event.target === search) search.blur();
  if (event.key === "Escape" && isTyping(event.target)) event.target.closest("[data-item]")?.querySelector("[data-row]").focus();
  if (isTyping(event.target)) return;
  press(event);
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "j" || event.key === "k") {
    const all = rows();
    const item = document.activeElement.closest("[data-item]");
    const here = all.indexOf(item ? item.querySelector("[data-row]") : document.activeElement);
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

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// The room that is open is seen in the rail, also where the rail is longer than the screen.
const rail = document.querySelector(".rail");
const room = rail && rail.querySelector("[aria-current]");
if (room) rail.scrollTop = room.offsetTop - rail.clientHeight / 2;
