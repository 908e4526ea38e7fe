// A vote changes at once; and for how long a decision, or an announcement, can still be undone.
(() => {
  "use strict";
  const drawn = (button, on) => {
    const number = button.querySelector("span");
    const count = Number(number?.textContent);
    button.setAttribute("aria-pressed", String(on));
    if (Number.isInteger(count) && number.textContent === String(count)) number.textContent = String(Math.max(0, count + (on ? 1 : -1)));
  };
  document.addEventListener("htmx:beforeSend", ({ target }) => {
    if (!target.matches?.("button.vote")) return;
    target.dataset.was = target.innerHTML;
    drawn(target, target.value === "1");
  });
  // What was refused, or did not arrive, goes back; app.js says why.
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, ({ target }) => {
      if (!target.dataset?.was) return;
      target.innerHTML = target.dataset.was;
      target.setAttribute("aria-pressed", String(target.value === "0"));
      delete target.dataset.was;
    });
  }

  const tick = () => {
    for (const bar of document.querySelectorAll("[data-until]")) {
      const left = Math.round((Date.parse(bar.dataset.until) - Date.now()) / 1000);
      const clock = bar.querySelector("[data-left]");
      if (left <= 0) bar.remove();
      else if (clock) clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
  };
  setInterval(tick, 1000);
  document.addEventListener("htmx:load", tick);
})();
