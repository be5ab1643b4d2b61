// Opens the household's pages without a signal. VERSION, SHELL and OFFLINE stand above, written by the server.
"use strict";
const FILES = `boat-files-${VERSION}`;
const KEPT = "boat-pages";
const PAGES = new Set(["/household", "/household/post"]);
const PATIENCE_MS = 6_000;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

async function fill() {
  const files = await caches.open(FILES);
  // Addresses carry the version of their file; the page for the open sea does not.
  await files.addAll(SHELL.map((path) => new Request(path, { cache: path === OFFLINE ? "no-cache" : "default" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith("boat-files-") && name !== FILES);
  if (!old.length) return;
  // A kept page names the files of its own day: it is fetched anew before they go, or they stay.
  const cache = await caches.open(KEPT);
  const pages = await Promise.all((await cache.keys()).map((key) => renew(key.url).catch(() => undefined)));
  const isNew = (answer) => answer?.ok || answer?.type === "opaqueredirect";
  if (pages.every(isNew)) await Promise.all(old.map((name) => caches.delete(name)));
}

// A redirect leads to the sign-in page, whose token would take the place of the one in a form that lies open.
const renew = (url) => ask(new Request(url, { redirect: "manual" }), new URL(url));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (PAGES.has(url.pathname) && takesPage(request)) event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/static/") || url.pathname.startsWith("/style/") || url.pathname.startsWith("/household/app/")) {
    event.respondWith(file(request));
  }
});

const takesPage = (request) => request.mode === "navigate" || request.headers.get("Accept") === "text/html";

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// The newest page while there is a signal; else the kept one, of whoever was signed in last on this phone.
async function page(event, url) {
  const asking = ask(event.request, url);
  event.waitUntil(asking.catch(() => undefined));
  try {
    return await Promise.race([asking, impatience(url)]);
  } catch {
    return (await kept(url)) ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function ask(request, url) {
  // Signing out deletes the kept pages: what was asked for before, and comes after that, is not kept again.
  await caches.open(KEPT);
  const answer = await fetch(request);
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 401 || answer.status === 404) {
    // Nobody, or somebody else, is signed in here now: what was kept is not for them.
    await caches.delete(KEPT);
  } else if (answer.ok && answer.headers.get("Boat-Person")) {
    await keep(url, answer.clone());
  } else if (answer.status >= 500 && (await kept(url))) {
    throw new Error(`${answer.status}`);
  }
  return answer;
}

async function keep(url, answer) {
  if (!(await caches.has(KEPT))) return;
  const cache = await caches.open(KEPT);
  const person = answer.headers.get("Boat-Person");
  for (const key of await cache.keys()) {
    const other = await cache.match(key);
    if (other?.headers.get("Boat-Person") !== person) await cache.delete(key);
  }
  await cache.put(url.pathname, answer);
}

const kept = async (url) => (await caches.open(KEPT)).match(url.pathname);

// One bar of signal is worse than none: whoever has a kept page does not wait for long.
function impatience(url) {
  return new Promise((_resolve, reject) => {
    setTimeout(async () => (await kept(url)) && reject(new Error("slow")), PATIENCE_MS);
  });
}
