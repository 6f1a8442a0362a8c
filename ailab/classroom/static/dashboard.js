/* The page around a notebook: how far it is, and an honest word when its kernel or the connection is gone. */
(function () {
  "use strict";

  const CHECK_EVERY = 10000; // ms
  const RETRY_EVERY = 2500;
  const FAILURES_BEFORE_WORDS = 5; // a phone that wakes up needs some seconds to join the Wi-Fi again
  const LONG_WAIT = 20000;
  const SILENCE = 5000; // no answer for so long counts as no connection
  const CHECKS_UNCONNECTED = 3; // the laptop answers, but the connection of the widgets does not come about
  const HURRY = 3000; // not all phones of a class come back in the same moment

  let failures = 0;
  let notConnected = 0;
  let unconnected = 0;
  let revived = 0;
  const written = new Set(); // fields into which the learner has typed
  let stopped = false;
  let leaving = false;
  let timer = 0;
  let lastCheck = 0;

  const byId = (id) => document.getElementById(id);

  // JupyterLab's scripts, which come after this one, remember these two. What a portal or a proxy says in place of the laptop is no
  // answer: JupyterLab would take it for the death of the kernel. And after a first try that failed, it would ask for a protocol of old.
  const plainFetch = window.fetch;
  window.fetch = async (...request) => {
    const answer = await plainFetch(...request);
    if (answer.url.startsWith(location.origin) && !answer.headers.has("X-Ailab-Run")) throw new TypeError("foreign");
    return answer;
  };
  window.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols?.length ? protocols : ["v1.kernel.websocket.jupyter.org"]);
    }
  };

  // Voila calls these three while the notebook runs, and once more when the widgets are ready.
  window.voila_process = function (step, steps) {
    const text = byId("waiting-text");
    if (!text) return;
    text.textContent = step < steps ? text.dataset.step.replace("{step}", step).replace("{steps}", steps) : text.dataset.last;
    byId("waiting-done").style.width = `${Math.round((100 * step) / (steps + 1))}%`;
  };
  window.voila_finish = function () {
    if (!window.themeLoaded) {
      window.cellLoaded = true;
      return;
    }
    byId("waiting")?.remove();
    byId("rendered_cells").style.display = "";
    document.body.classList.add("ready");
  };
  window.voila_heartbeat = function () {};
  setTimeout(() => byId("waiting-long")?.removeAttribute("hidden"), LONG_WAIT);

  function kernelId() {
    const config = byId("jupyter-config-data");
    return config ? JSON.parse(config.textContent).kernelId : null;
  }

  function kernel() {
    return window.jupyterapp?.widgetManager?.kernel ?? null;
  }

  function say(what) {
    const overlay = byId("overlay");
    if (!overlay) return;
    byId("reconnecting").hidden = what !== "reconnecting";
    overlay.hidden = !what || what === "reconnecting";
    if (overlay.hidden || overlay.dataset.what === what) {
      overlay.dataset.what = what;
      return;
    }
    overlay.dataset.what = what;
    const [title, text, button] = JSON.parse(byId("classroom-words").textContent)[what];
    byId("overlay-title").textContent = title;
    // A widget that keeps its work in the browser says so here.
    byId("overlay-text").textContent = (what === "stopped" && document.body.dataset.kept) || text;
    byId("overlay-button").textContent = button;
    byId("overlay-button").onclick = stopped ? () => location.reload() : check;
    byId("overlay-look").hidden = !(stopped && hasWriting());
    // Not out of a field in which somebody is writing: that would end the word, and send what is half written.
    if (stopped || !written.has(document.activeElement)) byId("overlay-button").focus();
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    say("stopped");
  }

  function hasWriting() {
    return [...written].some((field) => field.isConnected && field.value.trim());
  }

  // What was typed here is nowhere else: it is left to be copied. A page without any opens anew by itself.
  function restarted() {
    stopped = true;
    clearTimeout(timer);
    say(hasWriting() && !document.body.dataset.kept ? "restarted" : "reconnecting");
    if (byId("overlay").hidden) setTimeout(() => location.reload(), HURRY * Math.random());
  }

  async function ask(id) {
    const given = new AbortController();
    const silence = setTimeout(() => given.abort(), SILENCE);
    try {
      const answer = await fetch(document.body.dataset.kernels + id, { cache: "no-store", signal: given.signal });
      if (answer.headers.get("X-Ailab-Run") !== document.body.dataset.run) return "restarted"; // perhaps with another PIN
      if (answer.status === 403) return false;
      if (!answer.ok) throw new Error(answer.status);
      return (await answer.json()).alive;
    } finally {
      clearTimeout(silence);
    }
  }

  // Pages may get through where websockets do not.
  function connection() {
    const connected = kernel()?.connectionStatus === "connected";
    const drawn = document.querySelector("#rendered_cells .jupyter-widgets");
    if (connected && !drawn && unconnected >= CHECKS_UNCONNECTED) return location.reload();
    unconnected = connected || !document.body.classList.contains("ready") ? 0 : unconnected + 1;
    say(unconnected < CHECKS_UNCONNECTED ? "" : "blocked");
    revive();
  }

  // JupyterLab gives up joining again after some minutes; a phone may have slept longer.
  function revive() {
    const connection = kernel();
    if (connection?.isDisposed) {
      stop(); // JupyterLab has given it up for good
    } else if (!connection || connection.connectionStatus === "connected") {
      notConnected = 0;
    } else if ((connection.connectionStatus === "disconnected" || ++notConnected > 1) && Date.now() - revived > SILENCE) {
      notConnected = 0;
      revived = Date.now();
      connection.reconnect().catch(() => {});
    }
  }

  async function check() {
    clearTimeout(timer);
    if (stopped || leaving || document.hidden) return;
    lastCheck = Date.now();
    let wait = CHECK_EVERY;
    const id = kernelId();
    if (id) {
      try {
        const alive = await ask(id);
        if (leaving) return;
        if (alive === "restarted") return restarted();
        if (!alive) return stop();
        failures = 0;
        connection();
      } catch {
        if (leaving || document.hidden) return;
        failures += 1;
        wait = RETRY_EVERY;
        say(failures < FAILURES_BEFORE_WORDS ? "reconnecting" : "lost");
      }
    }
    clearTimeout(timer);
    timer = setTimeout(check, wait);
  }

  window.ailab = { check, stopped: stop };

  document.addEventListener("visibilitychange", () => {
    failures = 0;
    check();
  });
  document.addEventListener("input", ({ isTrusted, target }) => isTrusted && target.matches("textarea, input[type=text]") && written.add(target), true);
  document.addEventListener("DOMContentLoaded", () => {
    byId("again").onclick = () => location.reload();
    byId("overlay-look").onclick = () => {
      byId("overlay").hidden = true;
      byId("again").hidden = false;
    };
  });
  window.addEventListener("online", check);
  window.addEventListener("offline", check);
  // Whoever presses a button that does nothing should not wait for the next check.
  document.addEventListener("click", () => Date.now() - lastCheck > 3000 && check());
  window.addEventListener("beforeunload", () => {
    leaving = true;
    // A download does not leave the page, but Voila has stopped the kernel already.
    setTimeout(() => {
      leaving = false;
      check();
    }, 3000);
  });
  // iPhones send no beforeunload, which Voila waits for: stop the kernel here. A second request for it does no harm.
  window.addEventListener("pagehide", () => {
    const id = kernelId();
    if (id) navigator.sendBeacon(`${document.body.dataset.baseUrl}api/shutdown/${id}`);
  });
  // A phone with little memory throws the page away while its camera is open, and says nothing: the next page of this tab does.
  document.addEventListener("DOMContentLoaded", () => {
    const id = kernelId();
    try {
      const before = sessionStorage.getItem("ailab-kernel");
      if (before && id && before !== id) navigator.sendBeacon(`${document.body.dataset.baseUrl}api/shutdown/${before}?left`);
      if (id) sessionStorage.setItem("ailab-kernel", id);
    } catch {} // a browser that keeps nothing
  });
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  // A script that did not arrive: without it the page would wait for ever.
  window.addEventListener("error", (event) => event.target.tagName === "SCRIPT" && event.target.src && byId("waiting") && check(), true);
  // A kiosk: full screen from the first touch on; untouched for a while, it starts anew for the next visitor.
  document.addEventListener("DOMContentLoaded", () => {
    const seconds = Number(document.body.dataset.kiosk ?? 0);
    if (!seconds) return;
    let forget = 0;
    const touched = () => {
      clearTimeout(forget);
      forget = setTimeout(() => location.reload(), 1000 * seconds);
      if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch(() => {});
    };
    for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) document.addEventListener(kind, touched, { passive: true });
  });
  timer = setTimeout(check, CHECK_EVERY);
})();
