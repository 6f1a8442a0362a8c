/* The trainer's page: figures every two seconds, and the buttons. */
(function () {
  "use strict";

  const EVERY = 2000; // ms
  const POINTS = 60;
  const main = document.querySelector(".trainer");
  const base = main.dataset.base;
  const words = JSON.parse(document.getElementById("words").textContent);
  const history = { cpu: [], memory: [] };
  const byId = (id) => document.getElementById(id);

  function fill(text, values) {
    return text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
  }

  async function act(what) {
    await fetch(`${base}/do?lang=${main.dataset.language}`, { method: "POST", body: JSON.stringify(what) });
    await show();
  }

  function row(text, detail, warn, ...buttons) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const more = document.createElement("span");
    const group = document.createElement("span");
    name.textContent = text;
    more.textContent = detail;
    more.className = warn ? "quiet warn" : "quiet";
    group.className = "rows-buttons";
    group.append(...buttons);
    item.append(name, more, group);
    return item;
  }

  function button(text, what) {
    const press = document.createElement("button");
    press.textContent = text;
    press.className = "button button-quiet";
    press.onclick = () => act(what);
    return press;
  }

  function lessonRow(lesson) {
    const detail = [fill(words.here, lesson)];
    const { path } = lesson;
    if (!lesson.open) return row(lesson.title, detail[0], true, button(words.open, { do: "open", path }));
    if (lesson.wanted) detail.push(fill(words.ready, lesson));
    const preparing = lesson.prepared ? button(words.leave, { do: "leave", path }) : button(words.prepare, { do: "prepare", path });
    return row(lesson.title, detail.join(" · "), false, preparing, button(words.close, { do: "close", path }));
  }

  function draw(name, value) {
    history[name] = [...history[name], value].slice(-POINTS);
    const points = history[name].map((v, i) => `${(120 * i) / (POINTS - 1)},${30 - 0.28 * v - 1}`);
    byId(`${name}-line`).firstElementChild.setAttribute("points", points.join(" "));
    byId(name).textContent = Math.round(value);
  }

  async function show() {
    let state;
    try {
      const answer = await fetch(`${base}/state?lang=${main.dataset.language}`, { cache: "no-store" });
      if (!answer.ok) throw new Error([403, 404].includes(answer.status) ? "again" : "lost");
      state = await answer.json();
    } catch (problem) {
      byId("lost").textContent = words[problem.message] ?? words.lost;
      byId("lost").hidden = false;
      return;
    }
    byId("lost").hidden = true;
    byId("learners").textContent = state.learners.length;
    byId("limit").textContent = state.limit;
    byId("waiting").textContent = state.waiting;
    draw("cpu", state.cpu);
    draw("memory", state.memory);
    byId("lessons").replaceChildren(...state.lessons.map(lessonRow));
    byId("nobody").hidden = state.learners.length > 0;
    byId("people").replaceChildren(
      ...state.learners.map((learner) => {
        const detail = [learner.title, fill(words.minutes, learner)];
        if (learner.busy) detail.push(words.busy);
        if (!learner.connected) detail.push(words.away);
        return row(fill(words.learner, learner), detail.join(" · "), !learner.connected, button(words.restart, { do: "restart", number: learner.number }));
      }),
    );
  }

  byId("show-code")?.addEventListener("click", () => {
    byId("code").showModal();
    byId("code").requestFullscreen?.().catch(() => {});
  });
  byId("hide-code")?.addEventListener("click", () => byId("code").close());
  byId("code")?.addEventListener("close", () => document.fullscreenElement && document.exitFullscreen());
  byId("end").addEventListener("click", async () => {
    if (!confirm(words.sure)) return;
    clearInterval(timer);
    await act({ do: "end" });
    byId("lost").textContent = words.ended;
    byId("lost").hidden = false;
  });
  const timer = setInterval(() => document.hidden || show(), EVERY);
  show();
})();
