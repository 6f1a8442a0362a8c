// A row of small pictures to choose from. Texts come from Python.
export default {
  render({ model, el }) {
    const strip = document.createElement("div");
    strip.className = "ailab-strip";
    strip.setAttribute("role", "group");
    model.get("items").forEach((item, index) => {
      const button = document.createElement("button");
      button.type = "button";
      const image = document.createElement("img");
      image.src = item.src;
      image.alt = "";
      const name = document.createElement("span");
      name.textContent = item.name;
      button.append(image, name);
      button.addEventListener("click", () => {
        model.set({ index, count: model.get("count") + 1 });
        model.save_changes();
      });
      strip.append(button);
    });
    const mark = () => strip.querySelectorAll("button").forEach((button, index) => button.setAttribute("aria-pressed", String(index === model.get("index"))));
    model.on("change:index", mark);
    mark();
    el.append(strip);
    return () => model.off("change:index", mark);
  },
};
