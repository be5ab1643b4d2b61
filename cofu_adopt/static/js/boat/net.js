// How the page talks to the server: each answer is read into what it means for a post.

// Not signed in, or as somebody else: nothing is sent, nothing is lost.
export class SignedOut extends Error {}
export class OtherPerson extends Error {}
// No signal, or the server is busy: the same again later. `seconds`: how long it asks us to wait.
export class Later extends Error {
  constructor(seconds) {
    super("later");
    this.seconds = seconds;
  }
}
// The server has understood and says no.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? "");
    this.status = status;
    this.problem = problem ?? {};
  }
}

const WAIT_MS = 60_000;
const PASSING = new Set([408, 423, 425, 429]);

export class Line {
  constructor(person) {
    this.person = person;
  }

  // Who is signed in here now, and a fresh token: a page that was kept on the phone has an old one.
  async greet() {
    const answer = await this.#fetch("GET", "/household/hello");
    if (answer.status === 404) throw new OtherPerson();
    const hello = answer.ok ? await body(answer) : undefined;
    if (!hello?.csrf) throw new Later();
    if (hello.person !== this.person) throw new OtherPerson();
    this.csrf = hello.csrf;
  }

  async send(method, path, content) {
    if (!this.csrf) await this.greet();
    let answer = await this.#fetch(method, path, content);
    if (answer.status === 400 && method !== "GET") {
      // The token may have aged with a new sign-in; a second refusal is about what was sent.
      await this.greet();
      answer = await this.#fetch(method, path, content);
    }
    const told = await body(answer);
    if (answer.ok) {
      if (told === undefined) throw new Later();
      return told;
    }
    throw new Refused(answer.status, told);
  }

  async #fetch(method, path, content) {
    const headers = { Accept: "application/json" };
    if (this.csrf && method !== "GET") headers["X-CSRFToken"] = this.csrf;
    let sent = content;
    if (content instanceof Blob) headers["Content-Type"] = "application/octet-stream";
    else if (content !== undefined) {
      headers["Content-Type"] = "application/json";
      sent = JSON.stringify(content);
    }
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), WAIT_MS);
    let answer;
    try {
      answer = await fetch(path, {
        method, headers, body: sent, signal: patience.signal,
        credentials: "same-origin", cache: "no-store", redirect: "manual",
      });
    } catch {
      throw new Later();
    } finally {
      clearTimeout(timer);
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut();
    if (answer.status >= 500 || PASSING.has(answer.status)) throw new Later(Number(answer.headers.get("Retry-After")) || 0);
    return answer;
  }
}

async function body(answer) {
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}
