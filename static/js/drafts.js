// What is being written is kept: on the server for people who are signed in, for visitors in this tab alone.
// The tab also holds what was typed last when a page is left: the next one may be asked for before the server has it.
(() => {
  "use strict";
  const WAIT = 1500;
  const going = new Map(); // form -> what is to be done for it
  const kept = (form) => `draft ${form.elements.of.value}`;
  const isMine = (form) => Boolean(form.elements.csrf_token);
  const typedIn = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const show = (form, name) => {
    for (const each of form.querySelectorAll(".editor > .bar > [data-state]")) each.hidden = each.dataset.state !== name;
  };

  // Whose it is, once someone was signed in: it is for nobody else who signs in after them.
  const me = document.body.dataset.me ?? "";
  const hold = (form, by) => sessionStorage.setItem(kept(form), JSON.stringify({ by, whose: me || form.draftOf, fields: typedIn(form) }));

  const save = (form, leaving = false) => {
    const state = going.get(form);
    if (!state) return;
    clearTimeout(state.timer);
    going.delete(form);
    if (!isMine(form)) { hold(form, "visitor"); return; }
    const body = new FormData();
    for (const [name, value] of typedIn(form)) body.append(name, value);
    const { signal } = form.draftOnItsWay = new AbortController();
    fetch("/drafts", { method: "POST", body, keepalive: leaving, headers: { "HX-Request": "true" }, signal })
      .then((answer) => {
        const isOut = answer.headers.has("HX-Redirect");
        if (isOut) hold(form, "visitor"); // who they are now, until they sign in again
        show(form, answer.status === 422 ? "long" : isOut ? "out" : answer.ok && form.elements.body.value.trim() ? "kept" : "");
      })
      // The next letter tries again, or leaving the page.
      .catch(() => { if (!signal.aborted && !going.has(form)) going.set(form, {}); });
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form?.elements.of || !form.elements.body) return;
    clearTimeout(going.get(form)?.timer);
    going.set(form, { timer: setTimeout(save, WAIT, form) });
    show(form, "");
  });
  const saveAll = () => { for (const form of [...going.keys()]) save(form, true); };
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(); });
  addEventListener("pagehide", () => {
    for (const form of going.keys()) if (isMine(form)) hold(form, "me");
    saveAll();
  });

  // What is posted is no draft any more. A visitor's text stays until they are signed in: they may come back from there.
  document.addEventListener("submit", ({ target: form, submitter }) => {
    if (!form.elements.of || submitter?.getAttribute("formaction")?.startsWith("/preview")) return;
    clearTimeout(going.get(form)?.timer);
    going.delete(form);
    form.draftOnItsWay?.abort();
    if (isMine(form)) sessionStorage.removeItem(kept(form));
    else hold(form, "sender");
  }, true);

  const findAgain = (form) => {
    if (!form.elements.of || !form.elements.body) return;
    const { by, whose, fields } = JSON.parse(sessionStorage.getItem(kept(form))) ?? {};
    const takes = isMine(form) ? by === "me" || (by === "visitor" && !form.elements.body.value) : by !== "me" && !form.elements.body.value;
    if (!by || !takes || (me && whose && whose !== me)) return;
    form.draftOf = whose;
    for (const [name, value] of fields) {
      if (!["of", "key", "csrf_token", "revision"].includes(name) && form.elements[name]) form.elements[name].value = value;
    }
    form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const form of document.forms) findAgain(form);
  // Nothing of a person stays in the tab, and nothing of a visitor once they are signed in and saw its form.
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith("draft ")) continue;
    const form = [...document.forms].find((each) => each.elements.of && kept(each) === name);
    if (JSON.parse(sessionStorage.getItem(name)).by === "me" || (form && isMine(form))) sessionStorage.removeItem(name);
  }
})();
