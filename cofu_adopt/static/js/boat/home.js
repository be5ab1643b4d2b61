// The household's home: what has not been sent yet, as it stands, and what can be done about it.
import { element, icon, person, prepare, words } from "./page.js";
import { Sender } from "./send.js";
import * as store from "./store.js";

const box = document.querySelector("#queue");
const rows = box.querySelector("ul");
const title = box.querySelector("h2");
const signal = document.querySelector("#signal");
const alarm = document.querySelector("#alarm");
const LOOKS = {
  waiting: ["", "clock"], sending: ["info", "wave"], sent: ["ok", "check"], questioned: ["warn", "alert"], refused: ["bad", "x"],
};
const progress = new Map();
let state = { kind: "idle" };

// The island's clock, as everywhere on the page.
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
const time = (at) => clock.format(at);

async function draw() {
  const posts = await store.list(person);
  const held = posts.filter((post) => post.state !== "sent");
  box.hidden = posts.length === 0;
  const heading = held.length === 0 ? "all_sent" : navigator.onLine ? "held" : "held_offline";
  title.textContent = words(heading, { n: held.length });
  const focused = document.activeElement?.dataset?.key;
  rows.replaceChildren(...posts.map(row));
  if (focused) rows.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  box.querySelector("[data-held]").hidden = !posts.some((post) => post.state === "waiting");
  signal.hidden = navigator.onLine;
  warn(held.length);
  document.documentElement.dataset.held = String(held.length);
}

function row(post) {
  const about = element("span", "grow", element("b", "", post.plot_codes.join(words("between"))), element("small", "", ...summary(post)));
  const line = element("li", "", icon(LOOKS[shown(post)][1]), about, chip(post));
  line.dataset.state = shown(post);
  const asked = post.state === "questioned" || post.state === "refused" ? answers(post) : [];
  return asked.length ? element("li", "queue__asked", element("div", "queue__line", ...line.childNodes), ...asked) : line;
}

function summary(post) {
  const facts = [post.photos.length ? words("photos", { n: post.photos.length }) : words("no_photos")];
  const reading = post.readings[0];
  if (reading) {
    const lengths = reading.lengths_mm ?? [reading.mean_shell_length_mm];
    facts.push(words("length", { mm: (lengths.reduce((sum, one) => sum + one, 0) / lengths.length).toFixed(1) }));
  }
  facts.push(time(post.state === "sent" ? post.sent_at : post.created_at));
  // A dot between two facts, and no fact broken over two lines.
  return facts.flatMap((fact, place) => [...(place ? ["\u00a0", element("i", "sep"), " "] : []), element("span", "nb", fact)]);
}

const shown = (post) => (post.state === "waiting" && progress.has(post.uuid) ? "sending" : post.state);

function chip(post) {
  const [kind, picture] = LOOKS[shown(post)];
  const made = element("span", `chip${kind ? ` chip--${kind}` : ""}`, icon(picture), words(shown(post)));
  const part = progress.get(post.uuid);
  if (shown(post) === "sending" && part && part.place < post.photos.length) {
    made.lastChild.textContent = words("photo_part", { n: part.place + 1, percent: part.percent });
  }
  return made;
}

// What the server asks, or why it said no, with what to do.
function answers(post) {
  if (post.state === "questioned") {
    return [
      element("p", "queue__why", ...post.questions.flatMap((words, place) => (place ? [document.createElement("br"), words] : [words]))),
      element("div", "grid2",
        link("measure_again", post, "#measure"),
        button("it_is_right", post, () => store.change(post.uuid, { state: "waiting", confirmed: true }), "btn--line")),
    ];
  }
  const reason = post.code === "photo_lost" ? words("photo_lost") : post.reason || words("refused_plain", { status: post.status });
  const why = post.place === undefined ? reason : words("photo_refused", { n: post.place + 1, reason });
  const first = post.place === undefined ? link("mend", post, "") : button("without_photos", post, () => withoutPhoto(post), "btn--line");
  return [element("p", "queue__why", why), element("div", "grid2", first, dropButton(post))];
}

function button(name, post, work, kind) {
  const made = element("button", `btn ${kind}`, words(name));
  made.type = "button";
  made.dataset.key = `${name}:${post.uuid}`;
  made.addEventListener("click", async () => {
    await work();
    await draw();
    sender.run();
  });
  return made;
}

function link(name, post, where) {
  const made = element("a", "btn btn--line", words(name));
  made.href = `/household/post?mend=${post.uuid}${where}`;
  made.dataset.key = `${name}:${post.uuid}`;
  return made;
}

// What cannot be brought back asks for a second tap.
function dropButton(post) {
  const made = button("drop", post, async () => {}, "btn--bad");
  const first = made.cloneNode(true);
  first.addEventListener("click", () => {
    first.replaceWith(sure);
    sure.focus();
  });
  const sure = button("drop_sure", post, () => store.drop(post), "btn--bad");
  return first;
}

async function withoutPhoto(post) {
  const photos = post.photos.filter((_photo, place) => place !== post.place);
  await store.keep({ ...post, photos, state: "waiting", reason: undefined, code: undefined, place: undefined }, []);
}

function warn(count) {
  const again = `/sign-in?next=${encodeURIComponent("/household")}`;
  const told = {
    "signed-out": count ? [words("sign_in", { n: count }), words("sign_in_action"), again] : undefined,
    other: [words("other_person"), words("open_again"), "/household"],
  }[state.kind];
  alarm.hidden = !told;
  if (!told || alarm.dataset.kind === state.kind) return;
  alarm.dataset.kind = state.kind;
  const action = element("a", "btn btn--line", told[1]);
  action.href = told[2];
  alarm.replaceChildren(icon("alert"), element("p", "", told[0]), action);
}

const note = box.querySelector("[data-rest]");
function tell(news) {
  state = news;
  const waits = news.kind === "later" && navigator.onLine;
  note.textContent = waits ? words("again", { time: time(news.at) }) : words("rest");
  if (news.kind !== "sending") progress.clear();
  draw();
  if (news.kind === "idle" && news.count) refresh();
}

// What was just sent is in the diary: the cards say so without a new page.
async function refresh() {
  try {
    const answer = await fetch("/household", { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["plots", "posts"]) {
      const part = fresh.querySelector(`#${id}`);
      if (part) document.querySelector(`#${id}`).replaceWith(document.importNode(part, true));
    }
  } catch {
    // The cards are as old as the page; the queue above says what was sent.
  }
}

const sender = new Sender(person, tell);
store.listen(({ uuid, progress: part }) => {
  if (!uuid) return;
  if (part) progress.set(uuid, part);
  else progress.delete(uuid);
  draw();
});
addEventListener("online", draw);
addEventListener("offline", draw);
box.querySelector("[data-now]").addEventListener("click", () => sender.run());
await draw();
sender.run();
prepare();
