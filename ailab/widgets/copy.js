const SHOWN = 2500; // ms that the button says it is done

function copyOld(text) {
  // navigator.clipboard is missing on pages without encryption, which those of the classroom are.
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.focus();
  field.setSelectionRange(0, text.length);
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
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
  let done = false;

  function draw() {
    button.textContent = done ? model.get("done") : model.get("label");
    button.disabled = !model.get("content");
  }

  button.addEventListener("click", async () => {
    const text = model.get("content");
    try {
      if (navigator.clipboard && window.isSecureContext) await navigator.clipboard.writeText(text);
      else if (!copyOld(text)) return;
    } catch {
      if (!copyOld(text)) return;
    }
    done = true;
    draw();
    setTimeout(() => {
      done = false;
      draw();
    }, SHOWN);
  });

  const names = ["content", "label", "done"];
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  return () => {
    for (const name of names) model.off(`change:${name}`, draw);
  };
}

export default { render };
