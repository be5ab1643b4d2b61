// Lets this browser ring. Permission is asked only when the button is tapped.
"use strict";

const card = document.querySelector("[data-push]");
const on = card?.querySelector("[data-push-on]");
const off = card?.querySelector("[data-push-off]");
const say = card?.querySelector("[data-push-say]");
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function show(state) {
  say.textContent = say.getAttribute(`data-${state}`);
  on.hidden = state === "on" || state === "denied" || state === "none";
  off.hidden = state !== "on";
}

function bytesOf(key) {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

async function tell(url, subscription) {
  const body = new URLSearchParams({ csrf_token: card.dataset.pushToken, endpoint: subscription.endpoint });
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
}

async function registration() {
  const language = document.documentElement.lang === "en" ? "en" : "zh";
  await navigator.serviceWorker.register(`/sw.js?lang=${language}`, { scope: "/" });
  return navigator.serviceWorker.ready;
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return show("denied");
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(card.dataset.push) };
  await tell(card.dataset.pushUrl, await (await registration()).pushManager.subscribe(options));
  return show("on");
}

async function turnOff() {
  const subscription = await (await registration()).pushManager.getSubscription();
  if (subscription) {
    await tell(card.dataset.pushOffUrl, subscription);
    await subscription.unsubscribe();
  }
  show("off");
}

async function look() {
  if (!canPush) return show("none");
  if (Notification.permission === "denied") return show("denied");
  const known = await navigator.serviceWorker.getRegistration("/");
  return show((await known?.pushManager.getSubscription()) ? "on" : "off");
}

if (card) {
  on.addEventListener("click", () => turnOn().catch(() => show("failed")));
  off.addEventListener("click", () => turnOff().catch(() => show("failed")));
  look().catch(() => show("off"));
}
