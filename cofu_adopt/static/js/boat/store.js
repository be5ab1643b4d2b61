// What waits on this phone: posts, and the bytes of their photos. It outlives the browser and the phone's restart.
const NAME = "boat";
const VERSION = 1;
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asking = indexedDB.open(NAME, VERSION);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("posts", { keyPath: "uuid" }).createIndex("person", "person");
      asking.result.createObjectStore("photos", { keyPath: "uuid" });
      asking.result.createObjectStore("leases", { keyPath: "name" });
    };
    asking.onsuccess = () => {
      // Another tab may bring a newer shape: it must not wait for this one.
      asking.result.onversionchange = () => asking.result.close();
      asking.result.onclose = () => (opened = undefined);
      resolve(asking.result);
    };
    asking.onerror = () => reject(asking.error);
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

// Run `work` in one transaction; what it returns (or the result of the request it returns) once all is on the disk.
async function within(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    const result = work(...stores.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(result instanceof IDBRequest ? result.result : result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
}

// A post with its photos, all or nothing. `photos`: [{uuid, blob}]; those of an earlier draft that are left out go.
export async function keep(post, photos) {
  await within(["posts", "photos"], "readwrite", (posts, blobs) => {
    const before = posts.get(post.uuid);
    before.onsuccess = () => {
      const kept = new Set(post.photos.map((photo) => photo.uuid));
      for (const photo of before.result?.photos ?? []) if (!kept.has(photo.uuid)) blobs.delete(photo.uuid);
    };
    for (const photo of photos) blobs.put(photo);
    posts.put(post);
  });
  tell(post.uuid);
}

// This person's posts, oldest first. Nobody else's leave the store.
export async function list(person) {
  const posts = await within(["posts"], "readonly", (store) => store.index("person").getAll(person));
  return posts.sort((one, other) => one.created_at - other.created_at);
}

export async function find(uuid, person) {
  const post = await within(["posts"], "readonly", (store) => store.get(uuid));
  return post?.person === person ? post : undefined;
}

export async function photo(uuid) {
  return (await within(["photos"], "readonly", (store) => store.get(uuid)))?.blob;
}

// Change a post that is still there, in one transaction: two tabs do not undo each other.
export async function change(uuid, changes) {
  await within(["posts"], "readwrite", (store) => {
    const asking = store.get(uuid);
    asking.onsuccess = () => {
      if (asking.result) store.put({ ...asking.result, ...(typeof changes === "function" ? changes(asking.result) : changes) });
    };
  });
  tell(uuid);
}

// It has arrived: the photos are no longer needed here, the line stays for a day.
export async function finish(post, id, now) {
  await within(["posts", "photos"], "readwrite", (posts, photos) => {
    for (const one of post.photos) photos.delete(one.uuid);
    posts.put({ ...post, state: "sent", id, sent_at: now, questions: undefined, reason: undefined });
  });
  tell(post.uuid);
}

export async function drop(post) {
  await within(["posts", "photos"], "readwrite", (posts, photos) => {
    for (const one of post.photos) photos.delete(one.uuid);
    posts.delete(post.uuid);
  });
  tell(post.uuid);
}

// A lease for browsers without Web Locks: true when `owner` has it now, for `ms`.
export async function lease(name, owner, ms) {
  let mine = false;
  await within(["leases"], "readwrite", (store) => {
    const asking = store.get(name);
    asking.onsuccess = () => {
      const held = asking.result;
      mine = !held || held.owner === owner || held.until < Date.now() || held.until > Date.now() + 10 * ms;
      if (mine) store.put({ name, owner, until: Date.now() + ms });
    };
  });
  return mine;
}

export const release = (name) => within(["leases"], "readwrite", (store) => void store.delete(name));

// Tell this and the other tabs that something has changed.
const channel = "BroadcastChannel" in self ? new BroadcastChannel("boat") : undefined;
const listeners = new Set();

export function tell(uuid, progress) {
  const news = { uuid, progress };
  channel?.postMessage(news);
  for (const listener of listeners) listener(news);
}

export function listen(listener) {
  listeners.add(listener);
  channel?.addEventListener("message", (event) => listener(event.data));
}
