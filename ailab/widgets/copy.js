const SHOWN = 2500; // ms that the button says it is done
const READABLE = 6000; // ms that it says what to do instead

function copyOld(text) {
  // navigator.clipboard is missing on pages without encryption, which those of the classroom are.
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true; // or a phone shows its keyboard
  field.style.cssText = "position: fixed; top: 0; opacity: 0; font-size: 16px";
  document.body.append(field);
  field.focus({ preventScroll: true });
  field.setSelectionRange(0, text.length);
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text) {
  try {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // not allowed: the old way may be
  }
  return copyOld(text);
}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ailab-download";
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.testid = "copy";
  button.setAttribute("aria-live", "polite");
  root.append(button);
  el.append(root);
  let said = "label";
  let timer = 0;

  function draw() {
    button.textContent = model.get(said) || model.get("label");
    button.disabled = !model.get("content");
  }

  button.addEventListener("click", async () => {
    said = (await copy(model.get("content"))) ? "done" : "failed";
    button.focus({ preventScroll: true });
    draw();
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        said = "label";
        draw();
      },
      said === "done" ? SHOWN : READABLE,
    );
  });

  const names = ["content", "label", "done", "failed"];
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  return () => {
    clearTimeout(timer);
    for (const name of names) model.off(`change:${name}`, draw);
  };
}

export default { render };
