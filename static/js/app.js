// What the pages need beside htmx. Everything works without it.
(() => {
  "use strict";
  const said = () => document.getElementById("said");
  let quiet;

  // A sentence that everyone sees and hears; it goes by itself. With aloud, only screen readers get it.
  const say = (words, aloud = false) => {
    const place = said();
    if (!place || !words) return;
    clearTimeout(quiet);
    place.classList.toggle("aloud", aloud);
    place.textContent = words;
    quiet = setTimeout(() => { place.textContent = ""; }, aloud ? 4000 : 15000);
  };

  window.rondo = { say };

  // After a swap: the focus goes where the answer says, and what it has to say is read out.
  document.addEventListener("htmx:load", ({ detail: { elt } }) => {
    if (elt === document.body) return;
    const find = (name) => (elt.matches(`[${name}]`) ? elt : elt.querySelector(`[${name}]`));
    const target = find("data-focus");
    if (target) {
      if (target.tabIndex < 0 && !target.hasAttribute("tabindex")) target.tabIndex = -1;
      target.focus();
      if (target.matches("#reply textarea")) target.selectionStart = target.value.length;
    }
    say(find("data-say")?.dataset.say, true);
  });

  // An error page is never swapped in: what it has to say is said, and the page stays as it is.
  const trouble = ({ status, responseText }) =>
    status >= 400 && new DOMParser().parseFromString(responseText, "text/html").querySelector("[data-trouble]");
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (trouble(detail.xhr)) {
      detail.shouldSwap = false;
      detail.isError = true;
    }
  });
  // What looks for news by itself looks again later: who pressed nothing hears nothing of it.
  const isByItself = ({ requestConfig }) => [undefined, "revealed"].includes(requestConfig?.triggeringEvent?.type);
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (isByItself(detail)) return;
    const { xhr } = detail;
    const words = said()?.dataset ?? {};
    const known = xhr.status === 429 ? words.often : xhr.status >= 500 ? words.failed : words.refused;
    say(trouble(xhr)?.textContent.replace(/\s+/g, " ").trim() || known);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, ({ detail }) => isByItself(detail) || say(said()?.dataset.offline));
  }
  // The page may be older than a form in it: the thread that the answer belongs into was merged into another.
  document.addEventListener("htmx:targetError", ({ target }) => target.matches("form") && target.submit());

  // What is said of a server that cannot be reached holds until it can be.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const place = said();
    if (place && detail.successful && place.textContent === place.dataset.offline) place.textContent = "";
  });

  // Where tabs scroll, the one we are at is seen.
  for (const line of document.querySelectorAll(".tabs, .sidenav ul")) {
    const here = line.querySelector("[aria-current]");
    if (here) line.scrollLeft += here.getBoundingClientRect().left - line.getBoundingClientRect().left - 48;
  }

  // Menus are <details>: a choice, a click elsewhere or Escape closes them; a choice and Escape give the focus back.
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  const leave = (menu) => {
    menu.querySelector("summary").focus();
    menu.open = false;
  };
  document.addEventListener("click", ({ target }) => {
    for (const menu of openMenus()) {
      if (menu.contains(target) && !target.closest(".panel :is(a, button)")) continue;
      // Later: htmx takes the button that was pressed from the one that has the focus.
      if (menu.contains(target)) setTimeout(() => menu.querySelector("summary").focus());
      menu.open = false;
    }
  });
  // A form that came in is sent away again; the focus goes back to what asked for it.
  let asked;
  document.addEventListener("htmx:beforeRequest", ({ target }) => { asked = target.closest?.(".menu")?.querySelector("summary") ?? target; });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-dismiss]")?.closest("form");
    if (!form) return;
    event.preventDefault();
    form.remove();
    asked?.focus?.();
  });

  // An entry that acts in place has been chosen: the menu is not in the way of what it brings.
  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    const menu = target.closest?.("details.menu[open]");
    if (menu) leave(menu);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") openMenus().forEach(leave);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      event.preventDefault();
      event.target.form?.requestSubmit();
    }
  });
})();
