// What both pages need: their words, whose page it is, and the worker that lets them open without a signal.
const here = document.querySelector("[data-boat]");
export const person = here.dataset.person;
const said = JSON.parse(here.dataset.words);

// The sentence `name` with its {placeholders} filled in.
export const words = (name, values = {}) => said[name].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");

export const icon = (name) => document.querySelector(`template[data-icon="${name}"]`).content.cloneNode(true);

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// Keep both pages for the next trip, whichever of them was opened.
const PAGES = ["/household", "/household/post"];

// Not on to the sign-in page: it would get a token of its own, and the form that a person is filling in an old one.
const visit = (path) => fetch(path, { headers: { Accept: "text/html" }, redirect: "manual" });

export async function prepare() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/household/sw.js", { scope: "/household", updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
    }
    if (navigator.onLine) await Promise.all(PAGES.map(visit));
  } catch {
    // Without a worker the pages need a signal; the queue does not.
  }
  document.documentElement.dataset.kept = "1";
}
