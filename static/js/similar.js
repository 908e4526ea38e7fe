// What becomes of the similar threads beside a form: whether they were seen, opened, and whether that was enough.
(() => {
  "use strict";
  const form = [...document.forms].find((each) => each.elements.suggested);
  if (!form) return;
  const field = form.elements.suggested;
  let sent = false;
  // What they had looked for, and opened, before they came to ask.
  const { words, at } = JSON.parse(sessionStorage.getItem("searched")) ?? {};
  if (at > Date.now() - 1_800_000) form.elements.searched.value ||= words;
  // There is a script, so they are asked for while one types, and not again before posting.
  field.value ||= "asked";
  document.addEventListener("htmx:afterSwap", () => {
    if (field.value === "asked" && form.querySelector("#similar li")) field.value = "shown";
  });
  for (const name of ["click", "auxclick"]) {
    form.addEventListener(name, ({ target }) => { if (target.closest("#similar li a")) field.value = "opened"; });
  }
  form.addEventListener("submit", ({ submitter }) => {
    sent = true;
    if (!submitter?.hasAttribute("formaction")) sessionStorage.removeItem("searched");
  });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("pagehide", () => {
    if (sent || field.value !== "opened") return;
    const body = new FormData();
    body.append("of", form.elements.of.value);
    body.append("csrf_token", form.elements.csrf_token?.value ?? "");
    navigator.sendBeacon("/similar/left", body);
    field.value = "asked"; // once is enough, should they come back
  });
})();
