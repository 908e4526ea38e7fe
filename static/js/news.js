// What is written in a thread while it is open: asked for now and then, as long as someone looks.
(() => {
  "use strict";
  const OFTEN = 30_000, SELDOM = 300_000, AT_ONCE = 5_000;
  let wait = OFTEN, asked = Date.now(), timer;
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, wait); };

  const ask = async () => {
    clearTimeout(timer);
    const place = document.querySelector("[data-news]");
    if (!place || document.hidden) return;
    asked = Date.now();
    wait = Math.min(wait * 1.5, SELDOM);
    try {
      const answer = await fetch(place.dataset.news, { cache: "no-store", headers: { "HX-Request": "true" } });
      if (answer.status === 404) return;
      const text = answer.status === 200 ? await answer.text() : "";
      if (text && !answer.redirected && place.isConnected && text !== place.dataset.said) {
        place.dataset.said = text;
        place.innerHTML = text;
        htmx.process(place);
        wait = OFTEN;
      }
    } catch { /* offline: asked again later */ }
    later();
  };

  const back = () => {
    if (document.hidden || Date.now() - asked < AT_ONCE) return;
    wait = OFTEN;
    ask();
  };
  document.addEventListener("visibilitychange", back);
  addEventListener("focus", back);
  if (document.querySelector("[data-news]")) later();
  else document.addEventListener("DOMContentLoaded", later);

  // What came in is shown, and read on from there.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const then = detail.requestConfig?.elt?.dataset?.then;
    const post = then && document.getElementById(then);
    if (!post) return;
    post.tabIndex = -1;
    post.focus({ preventScroll: true });
    post.scrollIntoView({ block: "start" });
  });
})();
