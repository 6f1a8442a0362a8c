const LARGEST_ORIGINAL = 8 * 1024 * 1024; // what the websocket takes with room to spare
const PATIENCE = 60_000; // ms; a dead kernel would otherwise never be noticed

/** HEIC, AVIF or WebP: photos that Python reads where an older browser cannot. */
async function isNewerPhoto(file) {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  return head.slice(4, 8) === "ftyp" || (head.startsWith("RIFF") && head.endsWith("WEBP"));
}

/** Bytes to send. Throws an Error whose message is the key of a label. */
async function prepare(file, maxSide) {
  if (file.size === 0) throw new Error("empty");
  const picture = await decode(file);
  if (picture) return shrink(picture, maxSide);
  if (!(await isNewerPhoto(file))) throw new Error("not_a_photo");
  if (file.size > LARGEST_ORIGINAL) throw new Error("too_big");
  return file.arrayBuffer();
}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ailab-photo";
  const camera = button("camera", CAMERA);
  const choose = button("choose", PICTURE);
  const buttons = document.createElement("div");
  buttons.className = "ailab-photo-buttons";
  buttons.append(camera.label, choose.label);
  const hint = paragraph("ailab-photo-hint");
  const status = paragraph("ailab-photo-status", "status");
  const error = paragraph("ailab-photo-error", "alert");
  root.append(buttons, hint, status, error);
  el.append(root);

  let preparing = false;
  let sent = 0; // count that is on its way; 0: nothing is
  let dragging = false;
  let timer;

  const closed = () => preparing || sent > 0 || model.get("busy") || model.get("disabled");

  function draw() {
    const labels = model.get("labels");
    camera.text.textContent = labels.camera;
    choose.text.textContent = labels.choose;
    hint.textContent = dragging ? labels.drop : labels.hint;
    const working = preparing || sent > 0 ? labels.sending : model.get("busy") ? labels.busy : "";
    status.textContent = working || model.get("filename");
    status.classList.toggle("ailab-photo-working", Boolean(working));
    error.textContent = model.get("error");
    camera.input.disabled = choose.input.disabled = closed();
    root.classList.toggle("ailab-photo-closed", closed());
    root.classList.toggle("ailab-photo-dragging", dragging);
    root.setAttribute("aria-busy", String(Boolean(working)));
  }

  function complain(key) {
    model.set("error", model.get("labels")[key]);
    model.save_changes();
  }

  function arrived() {
    clearTimeout(timer);
    sent = 0;
    if (model.get("error") === model.get("labels").no_answer) {
      model.set("error", ""); // it has come after all
      model.save_changes();
    }
    draw();
  }

  async function give(file) {
    if (!file || closed()) return;
    preparing = true;
    model.set("error", "");
    draw();
    try {
      const bytes = await prepare(file, model.get("max_side"));
      sent = model.get("count") + 1;
      timer = setTimeout(() => {
        arrived();
        complain("no_answer");
      }, PATIENCE);
      model.set("photo", new DataView(bytes));
      model.set("filename", (file.name || "").slice(-120));
      model.set("count", sent);
      model.save_changes();
    } catch (problem) {
      complain(problem.message in model.get("labels") ? problem.message : "failed");
    } finally {
      preparing = false;
      draw();
    }
  }

  for (const { input } of [camera, choose]) {
    input.addEventListener("change", () => {
      const file = input.files[0];
      give(file);
      input.value = ""; // so that the same file can be chosen again
    });
  }

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  function drag(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    dragging = !closed() && (event.type === "dragover" || (event.type === "dragleave" && root.contains(event.relatedTarget)));
    draw();
    if (event.type === "drop") give(event.dataTransfer.files[0]);
  }
  for (const name of ["dragover", "dragleave", "drop"]) root.addEventListener(name, drag);

  function paste(event) {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    const writing = event.target.closest?.("input:not([type=file]), textarea, [contenteditable=true]");
    if (!file || writing || event.defaultPrevented || root.offsetParent === null) return;
    event.preventDefault(); // the first of several buttons on a page takes it
    give(file);
  }
  document.addEventListener("paste", paste);

  function received() {
    if (model.get("received") >= sent) arrived();
  }
  function busy() {
    if (model.get("busy")) draw();
    else arrived();
  }
  model.on("change:received", received);
  model.on("change:busy", busy);
  const names = ["labels", "error", "filename", "disabled"];
  for (const name of names) model.on(`change:${name}`, draw);
  draw();

  return () => {
    clearTimeout(timer);
    document.removeEventListener("paste", paste);
    model.off("change:received", received);
    model.off("change:busy", busy);
    for (const name of names) model.off(`change:${name}`, draw);
  };
}

export default { render };
