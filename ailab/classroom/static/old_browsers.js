/* What the widgets expect of a browser and those before 2024 lack; anywidget itself needs Chrome 116 or Safari 17.4, and phones are older.
   To be understood by any browser: whoever is too old for the rest is told so by the page. */
(function () {
  "use strict";
  var PATIENCE = 60000; // ms

  if (window.AbortSignal && !AbortSignal.prototype.throwIfAborted) {
    AbortSignal.prototype.throwIfAborted = function () {
      if (this.aborted) throw this.reason || new DOMException("aborted", "AbortError");
    };
  }
  if (window.AbortSignal) {
    // In the place of the browser's own, too: anywidget gives a widget two seconds to load, and never listens to it again after that.
    AbortSignal.timeout = function (ms) {
      var late = new AbortController();
      setTimeout(function () {
        late.abort();
      }, Math.max(ms, PATIENCE));
      return late.signal;
    };
  }
  if (window.AbortSignal && !AbortSignal.any) {
    AbortSignal.any = function (signals) {
      var one = new AbortController();
      signals.forEach(function (signal) {
        function abort() {
          one.abort(signal.reason);
        }
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort);
      });
      return one.signal;
    };
  }
  if (!window.structuredClone) {
    window.structuredClone = function copy(value) {
      if (!value || typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
      if (Array.isArray(value)) return value.map(copy);
      return Object.keys(value).reduce(function (copied, key) {
        copied[key] = copy(value[key]);
        return copied;
      }, {});
    };
  }
  if (!Element.prototype.replaceChildren) {
    Element.prototype.replaceChildren = function () {
      this.textContent = "";
      this.append.apply(this, arguments);
    };
  }
})();
