// What a visitor has collected, kept in the browser's own database, which is there on plain http too. Put before photo_collection.js.
const DATABASE = "ailab-photos";

const finished = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"));
  });

function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("photos", { keyPath: "id" });
    request.result.createObjectStore("about");
  };
  return finished(request);
}

/** Where photos are kept. `kept` says how: "browser", "memory" (it is not allowed here) or "kiosk" (a device for everyone, which must forget). */
async function openStore() {
  if (document.body.dataset.kiosk) return { kept: "kiosk", load: async () => null, save: async () => {}, clear: async () => {} };
  let database;
  try {
    database = await openDatabase();
  } catch {
    return { kept: "memory", load: async () => null, save: async () => {}, clear: async () => {} };
  }
  // An iPhone that slept has lost its connection to the database, which only the next use shows.
  async function again(use) {
    try {
      return await use();
    } catch (error) {
      if (error?.name === "QuotaExceededError") throw error;
      database = await openDatabase();
      return use();
    }
  }
  navigator.storage?.persist?.().catch(() => {}); // on https only: asks the browser not to tidy up
  const written = (change) =>
    new Promise((resolve, reject) => {
      const write = database.transaction(["photos", "about"], "readwrite");
      write.oncomplete = resolve;
      write.onerror = write.onabort = () => reject(write.error);
      change((name) => write.objectStore(name));
    });
  const store = {
    kept: "browser",
    load: () =>
      again(async () => {
        const read = database.transaction(["photos", "about"]);
        const [photos, about] = await Promise.all([finished(read.objectStore("photos").getAll()), finished(read.objectStore("about").get("collection"))]);
        return about ? { ...about, photos: photos.sort((a, b) => a.at - b.at) } : null;
      }),
    /** All or nothing: new and changed photos, the ids of those that are gone, and the names. */
    save: (about, changed, gone) =>
      again(() =>
        written((put) => {
          put("about").put(about, "collection");
          for (const photo of changed) put("photos").put(photo);
          for (const id of gone) put("photos").delete(id);
        }),
      ),
    clear: () =>
      again(() =>
        written((put) => {
          put("photos").clear();
          put("about").clear();
        }),
      ),
  };
  return store;
}

/** Names that differ by a capital only are one. */
const alike = (name) => name.toLowerCase();
const cleanName = (name) => name.normalize("NFC").replace(/\s+/g, " ").replace(/_{2,}/g, "_").trim().slice(0, 60).trim();
const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

/** The collection of one page: the truth, which the store keeps and the kernel is told. */
class Collection extends EventTarget {
  classes = []; // { id, name, named: by the visitor or by a file }
  groups = ["", ""]; // names of the two groups
  photos = []; // { id, cls, test, group: "" | "a" | "b", at, bytes }
  kept = "";
  full = false; // the browser has no more room

  constructor(limits, defaultName) {
    super();
    this.limits = limits; // { classes, photos }
    this.defaultName = defaultName;
    this.others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(DATABASE); // the same lesson in another tab
    if (this.others) this.others.onmessage = () => this.kept === "browser" && this.read();
  }

  async open() {
    this.store = await openStore();
    this.kept = this.store.kept;
    await this.read();
  }

  async read() {
    const found = await this.store.load().catch(() => null);
    this.photos = found?.photos ?? [];
    this.groups = found?.groups ?? ["", ""];
    this.classes = found?.classes ?? [];
    this.fill();
    this.tell();
  }

  /** A machine that sorts needs two classes at least. */
  fill() {
    while (this.classes.length < 2) this.addClass();
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }

  async keep(changed = [], gone = []) {
    this.tell();
    const about = { classes: this.classes.map((c) => ({ ...c })), groups: [...this.groups] };
    try {
      await this.store.save(about, changed, gone);
      this.others?.postMessage("changed");
    } catch {
      this.full = true;
      this.tell();
    }
  }

  of(cls, test = false) {
    return this.photos.filter((photo) => photo.cls === cls && photo.test === test);
  }

  /** A name that no other class has; a class called "" gets a number. */
  freeName(wanted, self = null) {
    const taken = new Set(this.classes.filter((c) => c.id !== self).map((c) => alike(c.name)));
    const clean = cleanName(wanted);
    for (let n = 1; ; n += 1) {
      const name = clean ? (n === 1 ? clean : `${clean} ${n}`) : this.defaultName(n);
      if (!taken.has(alike(name))) return name;
    }
  }

  addClass(name = "") {
    if (this.classes.length >= this.limits.classes) return null;
    const made = { id: newId(), name: this.freeName(name), named: Boolean(name) };
    this.classes.push(made);
    return made;
  }

  rename(id, name) {
    Object.assign(this.classes.find((c) => c.id === id), { name: this.freeName(name, id), named: Boolean(name.trim()) });
    return this.keep();
  }

  removeClass(id) {
    const gone = this.photos.filter((photo) => photo.cls === id).map((photo) => photo.id);
    this.photos = this.photos.filter((photo) => photo.cls !== id);
    this.classes = this.classes.filter((c) => c.id !== id);
    return this.keep([], gone);
  }

  room(cls, test = false) {
    return Math.max(0, this.limits.photos - this.of(cls, test).length);
  }

  /** Adds what there is room for; returns how many were left out. */
  async add(entries) {
    const added = [];
    for (const { cls, bytes, test = false, group = "" } of entries) {
      if (!this.classes.some((c) => c.id === cls) || this.room(cls, test) === 0) continue; // a class may go while its photos are being read
      const at = Math.max(0, ...this.photos.slice(-1).map((photo) => photo.at)) + 1;
      const photo = { id: newId(), cls, bytes, test, group, at };
      this.photos.push(photo);
      added.push(photo);
    }
    await this.keep(added);
    return entries.length - added.length;
  }

  change(ids, changes) {
    const chosen = this.photos.filter((photo) => ids.includes(photo.id));
    const moved = chosen.filter((photo) => !("cls" in changes) || photo.cls === changes.cls || this.room(changes.cls, photo.test) > 0);
    for (const photo of moved) Object.assign(photo, changes);
    return this.keep(moved).then(() => chosen.length - moved.length);
  }

  remove(ids) {
    this.photos = this.photos.filter((photo) => !ids.includes(photo.id));
    return this.keep([], ids);
  }

  nameGroups(groups) {
    this.groups = groups.map(cleanName);
    return this.keep();
  }

  /** Nothing in it any more; nobody is told yet. */
  empty() {
    this.photos = [];
    this.groups = ["", ""];
    this.classes = [];
    this.full = false;
  }

  async clear() {
    this.empty();
    this.fill();
    this.tell();
    await this.store.clear();
    this.others?.postMessage("changed");
  }

  /** Photos by the name of their class, which is made where it is missing; classes that are still empty and unnamed make room. */
  async addByName(given) {
    const entries = given.map(({ name, ...entry }) => ({ ...entry, name: cleanName(name) }));
    for (const { name } of entries) {
      if (this.classes.some((c) => alike(c.name) === alike(name))) continue;
      this.dropEmpty(entries);
      this.addClass(name);
    }
    const known = new Map(this.classes.map((c) => [alike(c.name), c.id]));
    const fitting = entries.filter(({ name }) => known.has(alike(name))).map(({ name, ...entry }) => ({ ...entry, cls: known.get(alike(name)) }));
    return entries.length - fitting.length + (await this.add(fitting));
  }

  dropEmpty(entries) {
    const used = new Set(this.photos.map((photo) => photo.cls));
    const wanted = new Set(entries.map(({ name }) => alike(name)));
    this.classes = this.classes.filter((c) => used.has(c.id) || wanted.has(alike(c.name)) || c.named);
  }

  /** Another collection in place of what was learned; test photos of classes that stay are kept. */
  async replace(names, entries) {
    const tests = this.photos.filter((photo) => photo.test).map((photo) => ({ ...photo, name: this.classes.find((c) => c.id === photo.cls).name }));
    this.empty();
    this.classes = [...new Set(names.map(cleanName))].slice(0, this.limits.classes).map((name) => ({ id: newId(), name, named: true }));
    this.fill();
    const known = new Set(this.classes.map((c) => c.name));
    const kept = tests.filter(({ name }) => known.has(name)).map(({ name, bytes, group }) => ({ name, bytes, group, test: true }));
    // Told with the new photos in, and before anything is awaited: a kernel that hears of an empty collection forgets its machine.
    await Promise.all([this.store.clear(), this.addByName([...entries, ...kept])]);
  }
}
