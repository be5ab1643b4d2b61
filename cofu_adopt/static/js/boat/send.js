// Send what waits on this phone: in order, each once, photos from where they stopped.
import { Later, Line, OtherPerson, Refused, SignedOut } from "./net.js";
import * as store from "./store.js";

const SMALLEST_PIECE = 32 * 1024;
const LARGEST_PIECE = 1024 * 1024;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const LEASE_MS = 6_000;
const KEEP_SENT_MS = 24 * 3600_000;
const FIELDS = ["plot_codes", "note", "weather", "work", "water_temperature_c", "readings", "confirmed"];

// Another tab sends: look again soon, it may have been closed.
class Elsewhere extends Error {}

export class Sender {
  // `tell(state)`: {kind: "idle" | "sending" | "later" | "signed-out" | "other", at?}
  constructor(person, tell) {
    this.person = person;
    this.tell = tell;
    this.tries = 0;
    this.owner = crypto.randomUUID();
    const soon = () => this.run();
    addEventListener("online", soon);
    addEventListener("pageshow", soon);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
  }

  // Send now; asked again while it sends, it looks once more at the end.
  async run() {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    clearTimeout(this.timer);
    do {
      this.again = false;
      try {
        await alone(this.owner, () => this.#sendAll());
      } catch (trouble) {
        if (!this.again) this.#stop(trouble);
      }
    } while (this.again);
    this.running = false;
  }

  async #sendAll() {
    await forgetOld(this.person);
    const line = new Line(this.person);
    let count = 0;
    for (let post = await this.#next(); post; post = await this.#next()) {
      this.tell({ kind: "sending" });
      await sendOne(line, post, () => (this.tries = 0));
      this.tries = 0;
      count += 1;
    }
    this.tell({ kind: "idle", count });
  }

  async #next() {
    return (await store.list(this.person)).find((post) => post.state === "waiting");
  }

  #stop(trouble) {
    store.tell(undefined);
    if (trouble instanceof SignedOut) return this.tell({ kind: "signed-out" });
    if (trouble instanceof OtherPerson) return this.tell({ kind: "other" });
    if (trouble instanceof Elsewhere) return void (this.timer = setTimeout(() => this.run(), LEASE_MS / 3));
    // Anything that we did not think of is tried again later, too: a post is never given up by itself.
    if (!(trouble instanceof Later)) console.error(trouble);
    const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.tries++);
    const pause = Math.max((trouble.seconds || 0) * 1000, grown * (0.75 + Math.random() / 2));
    this.timer = setTimeout(() => this.run(), pause);
    this.tell({ kind: "later", at: Date.now() + pause });
  }
}

async function sendOne(line, post, moved) {
  try {
    for (const [place, photo] of post.photos.entries()) await sendPhoto(line, post, photo, place, moved);
    store.tell(post.uuid, { percent: 100, place: post.photos.length });
    const answer = await line.send("POST", "/household/updates", contentOf(post));
    await store.finish(post, answer.id, Date.now());
  } catch (trouble) {
    if (!(trouble instanceof Refused)) throw trouble;
    await keepRefusal(post, trouble);
  }
}

// As large as the signal allows: halved when one does not get through, doubled when it does.
let piece = 256 * 1024;

// Under the photo's own UUID the server says how much of it it has; the rest follows in pieces.
async function sendPhoto(line, post, photo, place, moved) {
  const blob = await store.photo(photo.uuid);
  if (!blob) throw new Refused(0, { code: "photo_lost", place });
  const address = `/household/uploads/${photo.uuid}`;
  let upload = await line.send("POST", "/household/uploads", { client_uuid: photo.uuid, size_bytes: blob.size });
  let elsewhere = 0;
  while (!upload.photo) {
    if (upload.refused) throw new Refused(422, { ...upload.refused, place });
    store.tell(post.uuid, { place, percent: Math.floor((upload.offset / blob.size) * 100) });
    const before = upload.offset;
    try {
      upload = await line.send("PATCH", `${address}?offset=${before}`, blob.slice(before, before + piece));
      piece = Math.min(LARGEST_PIECE, piece * 2);
      moved();
    } catch (trouble) {
      piece = Math.max(SMALLEST_PIECE, piece / 2);
      if (!(trouble instanceof Refused)) throw trouble;
      // The server has forgotten what was never finished: begin again, later.
      if (trouble.status === 404 || elsewhere > 3) throw new Later();
      if (trouble.status !== 409) throw new Refused(trouble.status, { ...trouble.problem, place });
      // A piece whose answer was lost has arrived: ask where the next one begins.
      elsewhere += 1;
      upload = await line.send("GET", address);
      continue;
    }
    // All is there and it is no photo yet: the machine is busy with others.
    if (!upload.photo && !upload.refused && upload.offset === before) throw new Later();
  }
}

function contentOf(post) {
  const content = {
    client_uuid: post.uuid,
    household_id: post.household_id,
    photo_uuids: post.photos.map((photo) => photo.uuid),
    happened_at: new Date(post.created_at).toISOString(),
  };
  for (const name of FIELDS) content[name] = post[name];
  const people = post.photos.filter((photo) => photo.people).map((photo) => photo.uuid);
  return people.length ? { ...content, people_photo_uuids: people, people_consent: post.people_consent } : content;
}

async function keepRefusal(post, refusal) {
  const { code, questions, detail, errors, place } = refusal.problem;
  if (code === "reading_questioned" && questions?.length) {
    return store.change(post.uuid, { state: "questioned", questions: questions.map(wordsOf) });
  }
  const reason = [...Object.values(errors ?? {})].join(" ") || detail || "";
  return store.change(post.uuid, { state: "refused", reason, code, place, status: refusal.status });
}

const wordsOf = (question) => (typeof question === "string" ? question : (question.words ?? question.detail ?? ""));

async function forgetOld(person) {
  for (const post of await store.list(person)) {
    if (post.state === "sent" && post.sent_at < Date.now() - KEEP_SENT_MS) await store.drop(post);
  }
}

// Only one tab sends, the others wait for it. Web Locks end with their tab; where there are none, a lease ends by itself.
async function alone(owner, work) {
  if (navigator.locks) return navigator.locks.request("boat-send", work);
  if (!(await store.lease("send", owner, LEASE_MS))) throw new Elsewhere();
  // Should it be lost all the same, two tabs send the same UUIDs, which arrive once.
  const beat = setInterval(() => store.lease("send", owner, LEASE_MS), LEASE_MS / 3);
  const leave = () => store.release("send");
  addEventListener("pagehide", leave, { once: true });
  try {
    return await work();
  } finally {
    clearInterval(beat);
    removeEventListener("pagehide", leave);
    await leave();
  }
}
