const PATIENCE = 30_000; // ms without a word from the kernel
const AT_ONCE = 24; // photos in one message
const KEPT_SIDE = 320; // pixels
const ANY = "image/*,.heic,.heif";

const fill = (text, values) => text.replace(/%\((\w+)\)[ds]/g, (_all, name) => values[name]);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function action(text, pressed, kind = "") {
  const made = element("button", `ailab-collect-button ${kind}`, text);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

/** Tells the kernel what there is, and does what the kernel asks for. The browser holds the truth. */
function connect(model, collection) {
  let timer;
  const send = (ids = []) => {
    const photos = collection.photos.map(({ id, cls, test, group }) => ({ id, cls, test, group }));
    const chosen = collection.photos.filter(({ id }) => ids.includes(id));
    const buffers = chosen.map(({ bytes }) => bytes.slice(0)); // a copy: sending must not take the original away
    const classes = collection.classes.map(({ id, name }) => ({ id, name }));
    clearTimeout(timer);
    try {
      model.send({ kind: "collection", classes, groups: collection.groups, photos, sent: chosen.map(({ id }) => id) }, undefined, buffers);
    } catch {
      return; // the page is being left, or its lesson has stopped and the page says so
    }
    timer = setTimeout(() => {
      collection.silent = true;
      collection.say("no_answer");
    }, PATIENCE);
  };
  const entries = (photos, buffers) =>
    photos.map((photo, at) => {
      const { buffer, byteOffset, byteLength } = buffers[at];
      return { ...photo, bytes: buffer.slice(byteOffset, byteOffset + byteLength) };
    });
  const answer = {
    got({ missing }) {
      clearTimeout(timer);
      if (collection.silent) collection.sayText("");
      collection.silent = false;
      collection.waiting = missing.length;
      collection.show();
      if (missing.length) send(missing.slice(0, AT_ONCE));
    },
    async add({ photos }, buffers) {
      const left = await collection.addByName(entries(photos, buffers));
      if (left) collection.say("too_many", { left });
    },
    replace: ({ classes, photos }, buffers) => collection.replace(classes, entries(photos, buffers)),
    async move({ ids, label }) {
      const target = collection.classes.find(({ name }) => name === label);
      if (target && (await collection.change(ids, { cls: target.id }))) collection.say("full_class", { name: label });
    },
    remove: ({ ids }) => collection.remove(ids),
    say: ({ text }) => collection.sayText(text),
  };
  model.on("msg:custom", (message, buffers) => answer[message.kind]?.(message, buffers ?? []));
  let soon;
  collection.addEventListener("change", () => {
    clearTimeout(soon);
    soon = setTimeout(send, 30); // several changes in a row are one
  });
}

/** Buttons, pictures and name of one class; `id` null: the test photos of all classes. */
function card(ui, id) {
  const { collection, words } = ui;
  const root = element("section", "ailab-collect-card");
  const head = element("div", "ailab-collect-head");
  const name = element("input", "ailab-collect-name");
  name.setAttribute("aria-label", words().class_name);
  name.maxLength = 60;
  name.enterKeyHint = "done";
  name.addEventListener("change", () => collection.rename(id, name.value));
  name.addEventListener("keydown", (event) => event.key === "Enter" && name.blur());
  const count = element("span", "ailab-collect-count");
  const drop = action("×", () => (collection.photos.some(({ cls }) => cls === id) ? ui.ask(root, words().ask_remove_class, () => collection.removeClass(id)) : collection.removeClass(id)), "ailab-collect-x");
  const mark = action("", () => collection.change(collection.photos.filter((p) => p.cls === id && !p.test).map((p) => p.id), { group: ui.marking }), "ailab-collect-small");
  const strip = element("div", "ailab-collect-strip");
  const panel = element("div", "ailab-collect-panel");
  const buttons = element("div", "ailab-photo-buttons");
  if (id === null) {
    head.append(element("h4", "", words().test_photos), count);
  } else {
    head.append(name, count, drop, mark);
    for (const [kind, picture] of [["camera", CAMERA], ["choose", PICTURE]]) {
      const made = button(kind, picture);
      made.input.dataset.testid = `collect-${kind}`;
      made.input.multiple = kind === "choose";
      if (kind === "choose") made.input.accept = ANY;
      made.text.textContent = words()[kind];
      made.input.addEventListener("change", () => {
        ui.give(id, [...made.input.files]);
        made.input.value = ""; // so that the same photo can be chosen again
      });
      buttons.append(made.label);
    }
  }
  root.append(head, buttons, strip, panel);
  root.addEventListener("pointerdown", () => {
    ui.last = id ?? ui.last;
  });

  function thumbnail(photo) {
    const made = element("button", "ailab-collect-thumb");
    made.type = "button";
    made.dataset.photo = photo.id;
    const image = element("img");
    image.src = ui.address(photo);
    image.alt = words().photo;
    made.append(image);
    if (photo.group) made.append(element("span", `ailab-collect-mark ailab-collect-mark-${photo.group}`, ui.groupName(photo.group)));
    made.setAttribute("aria-pressed", String(ui.chosen === photo.id));
    made.addEventListener("click", () => {
      if (ui.marking !== null) return collection.change([photo.id], { group: photo.group === ui.marking ? "" : ui.marking });
      ui.chosen = ui.chosen === photo.id ? null : photo.id;
      return ui.draw();
    });
    return made;
  }

  function open(photo) {
    const image = element("img");
    image.src = ui.address(photo);
    image.alt = words().photo;
    const side = element("div", "ailab-collect-choices");
    side.append(element("p", "", words().move_to));
    for (const other of collection.classes.filter((c) => c.id !== photo.cls)) {
      side.append(action(other.name, async () => (await collection.change([photo.id], { cls: other.id })) && collection.say("full_class", { name: other.name })));
    }
    const away = action(words().remove, () => collection.remove([photo.id]), "ailab-collect-danger");
    const close = action(words().close, () => {
      ui.chosen = null;
      ui.draw();
    });
    side.append(element("hr"), away, close);
    panel.replaceChildren(image, side);
  }

  function update() {
    const photos = (id === null ? collection.photos.filter((p) => p.test) : collection.of(id)).reverse(); // the newest first
    const own = collection.classes.find((c) => c.id === id);
    if (own && document.activeElement !== name) name.value = own.name;
    count.textContent = fill(words().count, { n: photos.length });
    drop.hidden = collection.classes.length <= 2;
    drop.setAttribute("aria-label", own ? fill(words().remove_class, { name: own.name }) : "");
    mark.hidden = !ui.marking || !photos.length;
    mark.textContent = ui.marking ? fill(words().mark_all, { name: ui.groupName(ui.marking) }) : "";
    strip.replaceChildren(...photos.map(thumbnail));
    strip.hidden = !photos.length;
    const chosen = photos.find((p) => p.id === ui.chosen);
    panel.hidden = !chosen;
    if (chosen) open(chosen);
    root.hidden = id === null && !photos.length;
  }
  return { root, update };
}

/** Two names, and a mode in which a tap on a photo marks it. */
function marker(ui) {
  const { collection, words } = ui;
  const root = element("details", "ailab-collect-groups");
  root.append(element("summary", "", words().groups), element("p", "", words().groups_why));
  const names = ["a", "b"].map((group, at) => {
    const input = element("input", "ailab-collect-name");
    input.placeholder = [words().group_a, words().group_b][at];
    input.setAttribute("aria-label", fill(words().group_name, { n: group.toUpperCase() }));
    input.maxLength = 60;
    input.addEventListener("change", () => collection.nameGroups(names.map((n) => n.value)));
    return input;
  });
  const row = element("div", "ailab-collect-row");
  const choices = [["a", null], ["b", null], [null, "mark_off"]].map(([group, word]) => {
    const made = action(word ? words()[word] : "", () => {
      ui.marking = group;
      ui.chosen = null;
      ui.draw();
    });
    row.append(made);
    return [group, made];
  });
  const inputs = element("div", "ailab-collect-row");
  inputs.append(...names);
  const note = element("p");
  note.setAttribute("role", "status");
  root.append(inputs, row, note);
  root.addEventListener("toggle", () => {
    if (!root.open && ui.marking !== null) {
      ui.marking = null;
      ui.draw();
    }
  });
  function update() {
    names.forEach((input, at) => {
      if (document.activeElement !== input) input.value = collection.groups[at];
    });
    for (const [group, made] of choices) {
      if (group) made.textContent = fill(words().mark_as, { name: ui.groupName(group) });
      made.setAttribute("aria-pressed", String(ui.marking === group));
    }
    note.textContent = ui.marking ? fill(words().marking, { name: ui.groupName(ui.marking) }) : "";
  }
  return { root, update };
}

function drawPage({ model, el }, collection) {
  const words = () => model.get("labels");
  const root = element("div", "ailab-photo ailab-collect");
  const addresses = new Map();
  const cards = new Map();
  const ui = { collection, words, chosen: null, marking: null, last: null };
  ui.address = (photo) => {
    if (!addresses.has(photo.id)) addresses.set(photo.id, URL.createObjectURL(new Blob([photo.bytes], { type: "image/jpeg" })));
    return addresses.get(photo.id);
  };
  ui.groupName = (group) => collection.groups[group === "a" ? 0 : 1] || group.toUpperCase();

  const status = element("p", "ailab-photo-status");
  status.setAttribute("role", "status");
  const alarm = element("p", "ailab-photo-error");
  alarm.setAttribute("role", "alert");
  const list = element("div", "ailab-collect-cards");
  const tests = card(ui, null);
  const groups = marker(ui);
  const more = element("div", "ailab-collect-row");
  const addClass = action("", () => {
    collection.addClass();
    collection.keep();
  });
  const drawings = action("", () => {
    busy = words().drawing;
    draw();
    model.send({ kind: "drawings" });
  });
  drawings.dataset.testid = "collect-drawings";
  more.append(addClass, drawings);
  const where = element("p", "ailab-collect-where");
  const clear = action("", () => ui.ask(foot, fill(words().ask_clear, { n: collection.photos.length }), () => collection.clear()), "ailab-collect-danger");
  clear.dataset.testid = "collect-clear";
  const foot = element("div", "ailab-collect-foot");
  foot.append(where, clear);
  root.append(list, status, alarm, more, tests.root, groups.root, foot);
  el.append(root);

  let busy = "";
  let asking = null;

  /** A question with two answers in place of a pop-up, which some phones do not show. */
  ui.ask = (beside, text, yes) => {
    asking?.remove();
    asking = element("div", "ailab-collect-ask");
    const close = () => {
      asking?.remove();
      asking = null;
    };
    const sure = action(words().yes, () => {
      close();
      yes();
    }, "ailab-collect-danger");
    asking.append(element("p", "", text), sure, action(words().no, close));
    beside.append(asking);
    sure.focus();
  };

  ui.give = async (id, files) => {
    const room = collection.room(id);
    const taken = files.slice(0, room);
    const name = collection.classes.find((c) => c.id === id)?.name ?? "";
    let left = files.length - taken.length;
    collection.sayText(left ? fill(words().too_many, { left }) : "");
    for (const [at, file] of taken.entries()) {
      busy = fill(words().reading, { n: at + 1, total: taken.length });
      draw();
      try {
        const picture = await decode(file);
        if (!picture) throw new Error("not_a_photo");
        const bytes = await shrink(picture, KEPT_SIDE);
        if (!collection.classes.some((c) => c.id === id)) break; // deleted meanwhile
        if (!(await collection.add([{ cls: id, bytes }]))) continue;
        left += 1; // others have come meanwhile
        collection.sayText(fill(words().too_many, { left }));
      } catch (error) {
        collection.sayText(fill(error.message === "not_a_photo" ? words().not_a_photo : words().failed, { name: file.name || name }));
      }
    }
    busy = "";
    draw();
  };

  function draw() {
    const known = new Set(collection.classes.map((c) => c.id));
    for (const [id, made] of cards) {
      if (known.has(id)) continue;
      made.root.remove();
      cards.delete(id);
    }
    const photos = new Set(collection.photos.map((photo) => photo.id));
    for (const [id, address] of addresses) {
      if (photos.has(id)) continue;
      URL.revokeObjectURL(address);
      addresses.delete(id);
    }
    for (const [at, { id }] of collection.classes.entries()) {
      if (!cards.has(id)) cards.set(id, card(ui, id));
      const { root: own, update } = cards.get(id);
      if (list.children[at] !== own) list.insertBefore(own, list.children[at] ?? null); // moved for nothing, a name that is being typed would be lost
      update();
    }
    tests.update();
    groups.update();
    groups.root.hidden = !collection.photos.length;
    addClass.textContent = words().add_class;
    addClass.hidden = collection.classes.length >= collection.limits.classes;
    drawings.textContent = words().drawings;
    drawings.disabled = busy === words().drawing;
    const text = busy || (collection.waiting ? fill(words().sending, { n: collection.waiting }) : "") || (collection.kept ? "" : words().opening);
    status.textContent = text;
    status.classList.toggle("ailab-photo-working", Boolean(text));
    alarm.textContent = collection.trouble;
    where.textContent = collection.full ? words().full : collection.kept ? words()[`kept_${collection.kept}`] : "";
    where.classList.toggle("ailab-collect-doubt", collection.full || collection.kept === "memory");
    clear.textContent = words().clear;
    clear.hidden = !collection.photos.length;
    document.body.dataset.kept = collection.kept === "browser" && collection.photos.length ? words().kept_stopped : "";
  }

  ui.draw = draw;
  const target = (event) => [...cards].find(([, made]) => made.root.contains(event.target))?.[0] ?? ui.last ?? collection.classes[0]?.id;
  function drag(event) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    const over = event.type === "dragover" ? target(event) : null;
    for (const [id, made] of cards) made.root.classList.toggle("ailab-collect-over", id === over);
    if (event.type === "drop") ui.give(target(event), [...event.dataTransfer.files]);
  }
  for (const kind of ["dragover", "dragleave", "drop"]) root.addEventListener(kind, drag);
  function paste(event) {
    const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
    const near = root.contains(document.activeElement) || root.matches(":hover");
    if (!files.length || !near || event.defaultPrevented || event.target.closest?.("input:not([type=file])")) return;
    event.preventDefault();
    ui.give(target(event), files);
  }
  document.addEventListener("paste", paste);
  const changed = () => {
    if (busy === words().drawing) busy = "";
    draw();
  };
  collection.addEventListener("change", changed);
  collection.addEventListener("show", changed);
  model.on("change:labels", draw);
  draw();
  return () => {
    document.removeEventListener("paste", paste);
    collection.removeEventListener("change", changed);
    collection.removeEventListener("show", changed);
    model.off("change:labels", draw);
    for (const address of addresses.values()) URL.revokeObjectURL(address);
  };
}

export default () => {
  let collection;
  return {
    initialize({ model }) {
      const words = () => model.get("labels");
      collection = new Collection(model.get("limits"), (n) => fill(words().class_n, { n }));
      Object.assign(collection, { waiting: 0, silent: false, trouble: "" });
      collection.show = () => collection.dispatchEvent(new Event("show"));
      collection.sayText = (text) => {
        collection.trouble = text;
        collection.show();
      };
      collection.say = (word, values = {}) => collection.sayText(fill(words()[word], values));
      connect(model, collection);
      collection.open(); // not awaited: a page must not wait for the database
    },
    render: (page) => drawPage(page, collection),
  };
};
