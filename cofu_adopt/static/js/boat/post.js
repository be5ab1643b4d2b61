// The page to post from: it reads the form, keeps the post with its photos on the phone, and goes home, where it is sent.
import { element, icon, person, prepare, words } from "./page.js";
import { numbers, reading } from "./read.js";
import * as store from "./store.js";
import { draw as drawThumb } from "./thumb.js";

const form = document.querySelector("#post");
const shots = form.querySelector(".shots");
const measured = form.querySelector("#measured-plot");
const MOST_PHOTOS = Number(form.dataset.mostPhotos);
const MOST_BYTES = 15 * 1024 * 1024;
const photos = [];
let reads;
let isKept = false;
let mended;

// ---- plots
const boxes = [...form.querySelectorAll("[name=plot_codes]")];
const chosen = () => boxes.filter((box) => box.checked);

function plotsChanged() {
  const plots = chosen();
  // A post speaks for one household; a plot of another one begins a new choice.
  const select = measured.querySelector("select");
  const before = select.value;
  select.replaceChildren(...plots.map((box) => new Option(box.value, box.value, false, box.value === before)));
  measured.hidden = plots.length < 2;
  if (plots.length) say("plots", "");
}

form.addEventListener("change", (event) => {
  if (event.target.name === "plot_codes") {
    if (event.target.checked) {
      for (const box of chosen()) if (box.dataset.household !== event.target.dataset.household) box.checked = false;
    }
    plotsChanged();
  }
  if (event.target.type === "file") takeInTurn(event.target);
});

// ---- photos
// One choice after the other, so that no two take the last place. While `reads` is there, some are still being read.
function takeInTurn(input) {
  const files = [...input.files];
  const mine = (reads ?? Promise.resolve(true)).then(async (allWell) => (await take(input, files)) && allWell);
  reads = mine;
  mine.finally(() => {
    if (reads === mine) reads = undefined;
  });
}

async function take(input, files) {
  const faults = [];
  for (const file of files) {
    if (photos.length >= MOST_PHOTOS) {
      faults.push(words("too_many_photos", { n: MOST_PHOTOS }));
      break;
    }
    if (file.size > MOST_BYTES) {
      faults.push(words("photo_too_big", { name: file.name }));
      continue;
    }
    try {
      // Read at once: what the camera lends us may be gone when the page is.
      const blob = new Blob([await file.arrayBuffer()], { type: file.type });
      photos.push({ uuid: crypto.randomUUID(), blob, people: false });
    } catch {
      faults.push(words("photo_unreadable", { name: file.name }));
    }
  }
  input.value = "";
  say("photos", faults.join(" "));
  drawPhotos();
  return !faults.length;
}

function drawPhotos() {
  shots.replaceChildren(...photos.map(figure));
  form.querySelector("#adders").hidden = photos.length >= MOST_PHOTOS;
  form.querySelector("#people").hidden = !photos.some((photo) => photo.people);
}

function figure(photo, place) {
  photo.canvas ??= drawThumb(photo.blob);
  photo.canvas.setAttribute("role", "img");
  photo.canvas.setAttribute("aria-label", words("picture", { n: place + 1 }));
  const away = element("button", "shot__x", icon("x"));
  away.type = "button";
  away.setAttribute("aria-label", words("remove_photo", { n: place + 1 }));
  away.addEventListener("click", () => {
    photos.splice(photos.indexOf(photo), 1);
    drawPhotos();
  });
  const box = element("input");
  box.type = "checkbox";
  box.checked = photo.people;
  box.setAttribute("aria-label", words("people_on_photo", { n: place + 1 }));
  box.addEventListener("change", () => {
    photo.people = box.checked;
    form.querySelector("#people").hidden = !photos.some((one) => one.people);
  });
  const label = element("label", "shot__people", box, element("span", "", shots.dataset.people));
  return element("figure", "shot", photo.canvas, away, label);
}

// ---- send
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  try {
    // What could not be read is said first: she may want to choose another.
    if (reads && !(await reads)) return;
    const post = readForm();
    if (post) isKept = await keep(post);
  } finally {
    // The page takes a while to leave, and another tap would keep a second post.
    if (!isKept) delete form.dataset.busy;
  }
});
addEventListener("pageshow", (event) => {
  if (event.persisted && isKept) location.reload();
});

function readForm() {
  const fields = new FormData(form);
  const plots = chosen();
  const faults = {};
  const sample = reading(fields.get("lengths"), fields.get("sample_count"), fields.get("survival"));
  const [warmth, badWarmth] = numbers(fields.get("water_temperature_c"));
  if (!plots.length) faults.plots = words("choose_plot");
  if (sample.fault) faults[sample.fault[0]] = words(sample.fault[1]);
  if (badWarmth || warmth.length > 1) faults.water_temperature_c = words("not_a_number");
  const note = fields.get("note").trim();
  const work = fields.getAll("work");
  if (!photos.length && !note && !work.length && !sample.value) faults.photos = words("nothing_said");
  for (const name of ["plots", "photos", "lengths", "sample_count", "survival", "water_temperature_c"]) say(name, faults[name] ?? "");
  const [first] = Object.keys(faults);
  if (first) {
    const place = form.querySelector(`[data-fault="${first}"]`);
    place.closest("details")?.setAttribute("open", "");
    place.scrollIntoView({ block: "center" });
    form.querySelector(`[aria-describedby~="${place.id}"]`)?.focus({ preventScroll: true });
    return undefined;
  }
  const measuredPlot = plots.length > 1 ? fields.get("measured_plot") : plots[0].value;
  return {
    uuid: mended?.uuid ?? crypto.randomUUID(),
    person,
    state: "waiting",
    created_at: mended?.created_at ?? Date.now(),
    household_id: Number(plots[0].dataset.household),
    plot_codes: plots.map((box) => box.value),
    photos: photos.map(({ uuid, people }) => ({ uuid, people })),
    people_consent: fields.get("people_consent") === "1",
    note,
    weather: fields.get("weather") || null,
    work,
    water_temperature_c: warmth[0] ?? null,
    readings: sample.value ? [{ plot_code: measuredPlot, ...sample.value }] : [],
    confirmed: false,
    typed: Object.fromEntries(["lengths", "sample_count", "survival", "water_temperature_c"].map((name) => [name, fields.get(name)])),
  };
}

async function keep(post) {
  const trouble = form.querySelector("#trouble");
  trouble.hidden = true;
  try {
    // Asked on a tap, a phone is readier to promise that it will not clear this away.
    navigator.storage?.persist?.().catch(() => undefined);
    await store.keep(post, photos.map(({ uuid, blob }) => ({ uuid, blob })));
  } catch (error) {
    const isFull = error?.name === "QuotaExceededError" || (await isNearlyFull());
    trouble.lastElementChild.textContent = words(isFull ? "full" : "not_kept");
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "center" });
    return false;
  }
  location.assign("/household");
  return true;
}

async function isNearlyFull() {
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota - usage < photos.reduce((sum, photo) => sum + photo.blob.size, 0);
}

function say(name, fault) {
  const place = form.querySelector(`[data-fault="${name}"]`);
  place.hidden = !fault;
  place.lastElementChild.textContent = fault;
  const field = form.querySelector(`[aria-describedby~="${place.id}"]`);
  field?.setAttribute("aria-invalid", String(Boolean(fault)));
  place.closest(".field")?.classList.toggle("field--bad", Boolean(fault));
}

// ---- a post that came back: everything as it was typed
async function mend(uuid) {
  mended = await store.find(uuid, person);
  if (!mended || mended.state === "sent") return (mended = undefined);
  for (const box of boxes) box.checked = mended.plot_codes.includes(box.value);
  for (const photo of mended.photos) {
    const blob = await store.photo(photo.uuid);
    if (blob) photos.push({ ...photo, blob });
  }
  form.elements.note.value = mended.note;
  for (const box of form.querySelectorAll("[name=work]")) box.checked = mended.work.includes(box.value);
  for (const box of form.querySelectorAll("[name=weather]")) box.checked = mended.weather === box.value;
  for (const [name, value] of Object.entries(mended.typed ?? {})) form.elements[name].value = value;
  form.elements.people_consent.checked = mended.people_consent;
  plotsChanged();
  if (mended.readings.length) measured.querySelector("select").value = mended.readings[0].plot_code;
  drawPhotos();
  if (location.hash === "#measure") {
    form.querySelector("#measure").setAttribute("open", "");
    form.elements.lengths.focus();
  }
  return mended;
}

const asked = new URLSearchParams(location.search);
const plot = boxes.find((box) => box.value === asked.get("plot")) ?? (boxes.length === 1 ? boxes[0] : undefined);
if (plot) plot.checked = true;
plotsChanged();
if (asked.get("mend")) await mend(asked.get("mend"));
document.querySelector("#signal").hidden = navigator.onLine;
for (const name of ["online", "offline"]) addEventListener(name, () => (document.querySelector("#signal").hidden = navigator.onLine));
// Without this script nothing would be sent, so until here the button was off.
document.querySelector("button[form=post]").disabled = false;
form.dataset.ready = "1";
prepare();
