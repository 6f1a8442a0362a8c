/* The page around a notebook: how far it is, and an honest word when its kernel or the connection is gone. */
(function () {
  "use strict";

  const CHECK_EVERY = 10000; // ms
  const RETRY_EVERY = 2500;
  const FAILURES_BEFORE_WORDS = 5; // a phone that wakes up needs some seconds to join the Wi-Fi again
  const LONG_WAIT = 20000;
  const SILENCE = 5000; // no answer for so long counts as no connection

  let failures = 0;
  let notConnected = 0;
  let stopped = false;
  let leaving = false;
  let timer = 0;
  let lastCheck = 0;

  const byId = (id) => document.getElementById(id);

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
    overlay.hidden = !(what === "stopped" || what === "lost");
    if (overlay.hidden || overlay.dataset.what === what) {
      overlay.dataset.what = what;
      return;
    }
    overlay.dataset.what = what;
    const [title, text, button] = JSON.parse(byId("classroom-words").textContent)[what];
    byId("overlay-title").textContent = title;
    byId("overlay-text").textContent = text;
    byId("overlay-button").textContent = button;
    byId("overlay-button").onclick = what === "stopped" ? () => location.reload() : check;
    byId("overlay-button").focus();
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    say("stopped");
  }

  async function ask(id) {
    const given = new AbortController();
    const silence = setTimeout(() => given.abort(), SILENCE);
    try {
      const answer = await fetch(document.body.dataset.kernels + id, { cache: "no-store", signal: given.signal });
      if (answer.status === 403) return false; // another run of the classroom, which asks for its PIN
      if (!answer.ok) throw new Error(answer.status);
      return (await answer.json()).alive;
    } finally {
      clearTimeout(silence);
    }
  }

  // JupyterLab gives up joining again after some minutes; a phone may have slept longer.
  function revive() {
    const connection = kernel();
    if (!connection || connection.connectionStatus === "connected") {
      notConnected = 0;
    } else if (connection.connectionStatus === "disconnected" || ++notConnected > 1) {
      notConnected = 0;
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
        if (!alive) return stop();
        failures = 0;
        say("");
        revive();
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
