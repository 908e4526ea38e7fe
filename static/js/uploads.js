// Pictures and files in an editor: chosen, dropped or pasted, they go up at once, and what shows them comes to the cursor.
(() => {
  "use strict";
  const under = new Map(); // how many are under way, by form

  const partsOf = (element) => {
    const editor = element.closest?.(".editor");
    const files = editor?.querySelector(".files");
    return files && { editor, files, text: editor.querySelector("textarea"), said: editor.querySelector(".files-said") };
  };
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  const hasFiles = (transfer) => transfer?.types.includes("Files");

  const insert = (text, words) => {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const before = start && value[start - 1] !== "\n" ? "\n" : "";
    const put = `${before}${words}\n`;
    // Typed, as it were, where one writes, so that it can be undone; elsewhere the focus stays where it is.
    if (document.activeElement !== text || !document.execCommand("insertText", false, put)) {
      text.setRangeText(put, start, end, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const trouble = (xhr) => xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText
    : new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-trouble]")
      ?.textContent.replace(/\s+/g, " ").trim();

  // One file: resolves to what went wrong, in words, or to nothing.
  const send = (file, { files, text, said }) => new Promise((done) => {
    const words = files.dataset, { name } = file;
    if (file.size > Number(words.most)) return done(fill(words.large, { name }));
    const body = new FormData(), xhr = new XMLHttpRequest();
    body.append("csrf_token", text.form.elements.csrf_token?.value ?? "");
    body.append("file", file, name);
    xhr.open("POST", "/uploads");
    xhr.setRequestHeader("HX-Request", "true"); // what goes wrong comes as a sentence, not as a page
    xhr.upload.onprogress = ({ loaded, total }) => {
      const percent = Math.round((100 * loaded) / (total || 1));
      said.textContent = fill(percent < 100 ? words.going : words.looking, { name, percent });
    };
    xhr.onload = () => {
      if (xhr.status === 200) insert(text, xhr.responseText);
      done(xhr.status === 200 ? "" : xhr.status === 204 ? words.signIn : trouble(xhr) || fill(words.failed, { name }));
    };
    xhr.onerror = xhr.onabort = () => done(fill(words.failed, { name }));
    said.textContent = fill(words.going, { name, percent: 0 });
    xhr.send(body);
  });

  const take = async (parts, list) => {
    const { form } = parts.text, wrong = [];
    const chosen = [...list];
    under.set(form, (under.get(form) ?? 0) + 1);
    parts.said.ariaBusy = "true"; // what counts up is not read out, only how it ends
    parts.said.classList.remove("error");
    for (const file of chosen) {
      const trouble = await send(file, parts);
      if (trouble) wrong.push(trouble);
    }
    under.set(form, under.get(form) - 1);
    parts.said.ariaBusy = null;
    parts.said.classList.toggle("error", wrong.length > 0);
    parts.said.textContent = wrong.join(" ") || fill(parts.files.dataset.done, { name: chosen.map(({ name }) => name).join(", ") });
  };

  document.addEventListener("change", ({ target }) => {
    if (!target.matches(".files input")) return;
    const parts = partsOf(target);
    take(parts, target.files);
    target.value = "";
    parts.text.focus();
  });
  document.addEventListener("paste", (event) => {
    const parts = event.target.matches?.("textarea") && partsOf(event.target);
    const { files = [], types = [] } = event.clipboardData ?? {};
    // A spreadsheet puts a picture of itself beside its text: the text is meant.
    if (!parts || !files.length || types.includes("text/plain")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(parts, files);
  }, true);

  const over = (editor) => {
    for (const each of document.querySelectorAll(".editor.over")) if (each !== editor) each.classList.remove("over");
    editor?.classList.add("over");
  };
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event.dataTransfer) || !document.querySelector(".files")) return;
    // Beside an editor nothing happens: the browser would leave the page, and what was typed, to show the file.
    event.preventDefault();
    const parts = partsOf(event.target);
    event.dataTransfer.dropEffect = parts ? "copy" : "none";
    over(parts?.editor);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) over(); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event.dataTransfer) || !document.querySelector(".files")) return;
    event.preventDefault();
    over();
    const parts = partsOf(event.target);
    if (parts) take(parts, event.dataTransfer.files);
  });

  // Nothing is posted while a file of it is still on its way.
  document.addEventListener("submit", (event) => {
    if (!under.get(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const files = event.target.querySelector(".files");
    const { said } = partsOf(files);
    said.classList.add("error");
    said.textContent = files.dataset.wait;
  }, true);

  // The field belongs to those without a script: nothing of it is sent with the form.
  const own = (root) => { for (const field of root.querySelectorAll(".files input[name]")) field.removeAttribute("name"); };
  own(document);
  document.addEventListener("htmx:load", ({ detail: { elt } }) => own(elt));
})();
