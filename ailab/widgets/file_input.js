const PATIENCE = 180_000; // ms; a long PDF takes up to two minutes

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ailab-file";
  const label = document.createElement("label");
  const input = document.createElement("input");
  const face = document.createElement("span");
  const status = document.createElement("p");
  input.type = "file";
  input.multiple = true;
  input.dataset.testid = "file-input";
  face.className = "ailab-file-face";
  status.setAttribute("role", "status");
  label.append(input, face);
  root.append(label, status);
  el.append(root);

  let number = 0;
  let name = ""; // of the file that is on its way
  let complaint = "";
  let arrived = () => {};

  function draw() {
    const labels = model.get("labels");
    face.textContent = labels.choose;
    input.accept = model.get("accept");
    input.disabled = Boolean(name);
    status.textContent = name ? labels.busy.replace("%(name)s", () => name) : complaint;
    root.classList.toggle("ailab-file-busy", Boolean(name));
    root.setAttribute("aria-busy", String(Boolean(name)));
  }

  async function send(file, first) {
    let problem = "";
    let buffers = [];
    try {
      if (file.size > model.get("limit")) problem = "too_big";
      else buffers = [await file.arrayBuffer()];
    } catch {
      problem = "failed";
    }
    number += 1;
    const answer = new Promise((resolve, reject) => {
      arrived = resolve;
      setTimeout(reject, PATIENCE);
    });
    model.send({ name: file.name.slice(-120), number, first, problem }, undefined, buffers);
    await answer;
  }

  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    complaint = "";
    try {
      for (const [at, file] of files.entries()) {
        name = file.name;
        draw();
        await send(file, at === 0);
      }
    } catch {
      complaint = model.get("labels").no_answer;
    } finally {
      name = "";
      draw();
    }
  });

  const told = (message) => message.received === number && arrived();
  model.on("msg:custom", told);
  model.on("change:labels", draw);
  draw();
  return () => {
    model.off("msg:custom", told);
    model.off("change:labels", draw);
  };
}

export default { render };
