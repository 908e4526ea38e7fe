// Keys for those who like them; nothing needs one. They can be switched off, where they are explained: /keys.
(() => {
  "use strict";
  const OFF = "rondo-keys-off";
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return true; } };

  const places = () => [...document.querySelectorAll("main .row h2 a, main article.post")];
  const step = (by) => {
    const all = places();
    if (!all.length) return;
    const here = all.findIndex((place) => place.contains(document.activeElement));
    const seen = all.findIndex((place) => place.getBoundingClientRect().bottom > 80);
    const next = all[Math.max(0, Math.min(all.length - 1, here < 0 ? Math.max(seen, 0) : here + by))];
    if (next.tabIndex < 0) next.tabIndex = -1;
    next.focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    next.scrollIntoView({ block: "center", behavior: still ? "instant" : "smooth" });
  };
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    r: () => document.querySelector("#reply textarea")?.focus(),
    "/": () => { const field = [...document.querySelectorAll("main input[type=search], .top input[type=search]")].find((each) => each.checkVisibility()); if (field) field.select(); else location.href = "/search"; },
    "?": () => { location.href = "/keys"; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || off()) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const choice = document.querySelector("[data-keys]");
  if (!choice) return;
  choice.hidden = false;
  const box = choice.querySelector("input");
  box.checked = !off();
  box.addEventListener("change", () => { localStorage.setItem(OFF, box.checked ? "0" : "1"); });
})();
