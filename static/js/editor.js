// The editor: names after an @, and what is pasted.
(() => {
  "use strict";
  // Names: whoever the server says may read what is being written.
  let latest = 0;
  const offered = async (form, typed) => {
    const mine = ++latest, none = { matched: false };
    await new Promise((done) => { setTimeout(done, 120); });
    if (mine !== latest) return none;
    const { of, category, privacy } = form.elements;
    const asked = new URLSearchParams({ of: of.value, q: typed, category: category?.value ?? "", privacy: privacy?.value ?? "none" });
    const answer = await fetch(`/mentions?${asked}`).catch(() => none);
    const list = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[role=listbox]");
    if (!list || mine !== latest) return none;
    rondo.say(list.dataset.say, true);
    return { matched: true, fragment: list };
  };
  document.addEventListener("text-expander-change", ({ detail, target }) => {
    const form = target.closest("form");
    if (form?.elements.of && form.elements.csrf_token && /^[\p{L}\p{N}._-]{0,40}$/u.test(detail.text)) detail.provide(offered(form, detail.text));
  }, true);
  // A text of several lines is no combobox, whatever the element calls it; it has the rest all the same.
  document.addEventListener("text-expander-activate", ({ target }) => queueMicrotask(() => {
    for (const name of ["role", "aria-expanded"]) target.querySelector("textarea").removeAttribute(name);
  }), true);
  document.addEventListener("text-expander-value", ({ detail }) => { detail.value = detail.item.dataset.value; }, true);
  document.addEventListener("text-expander-committed", ({ detail }) => {
    detail.input.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);

  // The keys that one knows from elsewhere press the buttons.
  const PRESSED = { b: "bold", i: "italic", k: "link" }, ofTheSystem = /Mac|iP/.test(navigator.platform) ? "metaKey" : "ctrlKey";
  document.addEventListener("keydown", (event) => {
    if (!event[ofTheSystem] || event.shiftKey || event.altKey || !event.target.matches(".editor textarea")) return;
    const button = event.target.closest(".editor").querySelector(`[data-md-button="${PRESSED[event.key.toLowerCase()]}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // Paste: what is more than its words becomes Markdown. Ctrl+Shift+V pastes the words alone.
  const RICH = "a[href], b, strong, em, i, code, pre, ul, ol, h1, h2, h3, h4, h5, h6, table, blockquote, del, s";
  let plainly = false;
  document.addEventListener("keydown", (event) => { plainly = event.shiftKey && /^v$/i.test(event.key); }, true);
  document.addEventListener("keyup", () => { plainly = false; }, true);
  document.addEventListener("paste", (event) => {
    const text = event.target, from = event.clipboardData;
    if (plainly || !from || !text.matches?.(".editor textarea")) return;
    const page = rondo.parsed(from.getData("text/html"));
    if (!page.querySelector(RICH) || !page.textContent.trim()) return;
    const markdown = rondo.markdown(page);
    if (!markdown || markdown === from.getData("text/plain").trim()) return;
    event.preventDefault();
    if (!document.execCommand("insertText", false, markdown)) {
      text.setRangeText(markdown, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
