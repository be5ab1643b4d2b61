// Small improvements; every page works without them.
"use strict";

// A hold counts down with the server's own time. It is announced at 5, 1 and 0 minutes only.
function announce(hold, left) {
  const say = hold.querySelector("[data-say]");
  const minute = [0, 1, 5].find((mark) => left <= mark * 60);
  if (!say || hold.dataset.said === String(minute)) return;
  const isFirst = hold.dataset.said === undefined;
  hold.dataset.said = String(minute);
  // A page that opens late in a hold says nothing that its own text does not say.
  if (minute !== undefined && !isFirst) say.textContent = say.getAttribute(`data-say-${minute}`);
}

function tickHolds() {
  for (const hold of document.querySelectorAll("[data-held-until]")) {
    const left = Math.max(0, Math.round((Date.parse(hold.dataset.heldUntil) - Date.now() + skewMs) / 1000));
    const clock = hold.querySelector("[data-clock]");
    if (clock) clock.textContent = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
    const total = Number(hold.dataset.total) || 15;
    const buoys = hold.querySelectorAll("circle");
    const filled = Math.ceil((left / 60) * (buoys.length / total));
    buoys.forEach((buoy, place) => buoy.setAttribute("class", place < filled ? "hb" : "ho"));
    announce(hold, left);
    if (left === 0 && hold.dataset.over !== "1") {
      hold.dataset.over = "1";
      if (hold.dataset.reload === "1") setTimeout(() => location.reload(), 1500);
    }
  }
}
const sent = Number(document.documentElement.dataset.now) || 0;
const skewMs = sent ? sent - Date.now() : 0;
setInterval(tickHolds, 1000);
tickHolds();

// A form that pays or adopts is sent once, however often it is tapped.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent === "1") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true")), 0);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-once]").forEach((form) => delete form.dataset.sent);
});

// The button names the chosen rope, and the price beside it is that of the chosen offer.
function showChoice() {
  const rope = document.querySelector("#pick [name=rope]:checked");
  document.querySelectorAll("[data-rope-button]").forEach((button) => {
    button.textContent = rope ? button.dataset.ropeButton.replace("000", rope.value.padStart(3, "0")) : button.dataset.anyButton;
  });
  const offer = document.querySelector("#pick [name=offer_id]:checked");
  const price = document.querySelector("[data-chosen-price]");
  if (!offer || !price) return;
  price.textContent = offer.dataset.price;
  document.querySelector("[data-from]")?.remove();
}
document.addEventListener("change", showChoice);
document.addEventListener("htmx:afterSettle", showChoice);
window.addEventListener("pageshow", showChoice);

// A page that waits for news of a payment asks again by itself.
const waiting = document.querySelector("[data-ask-again]");
if (waiting) setTimeout(() => location.reload(), Number(waiting.dataset.askAgain) * 1000);

// What has to be copied by hand elsewhere is copied by a tap.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = words), 2000);
    });
  }
}

// Whoever signs out leaves no page of hers on this phone. What was not sent yet stays, and is hers alone.
document.addEventListener("submit", (event) => {
  const leaves = event.target.matches('[action="/sign-out"]') || event.target.querySelector("[name=here]:checked");
  if (leaves && "caches" in window) caches.delete("boat-pages");
});
