const KEPT = 60_000; // ms that a slow phone has to fetch the file from the page

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ailab-download";
  root.hidden = Boolean(document.body.dataset.kiosk); // a file would stay on a device for everyone
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.testid = "download";
  root.append(button);
  el.append(root);

  function draw() {
    button.textContent = model.get("label");
    const content = model.get("content");
    button.disabled = !content || content.byteLength === 0;
  }

  button.addEventListener("click", () => {
    const link = document.createElement("a");
    // Not text/plain: phones would add .txt to the name.
    link.href = URL.createObjectURL(new Blob([model.get("content")], { type: "application/octet-stream" }));
    link.download = model.get("filename");
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
    model.set("count", model.get("count") + 1);
    model.save_changes();
  });

  for (const name of ["content", "label"]) model.on(`change:${name}`, draw);
  draw();
  return () => {
    for (const name of ["content", "label"]) model.off(`change:${name}`, draw);
  };
}

export default { render };
