// The first titles for what is typed in a search field: below it, and never in the way of Enter, which searches.
(() => {
  "use strict";
  const WAIT = 150;
  let timer, asking;
  const listOf = (field) => field.form.querySelector(".titles");
  const options = (field) => [...(listOf(field)?.querySelectorAll("[role=option]") ?? [])];

  const close = (field) => {
    clearTimeout(timer);
    asking?.abort();
    listOf(field)?.remove();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const show = (field, text) => {
    const list = listOf(field) ?? document.createElement("div");
    list.className = "titles";
    list.id = `${field.id || "top"}-titles`;
    list.innerHTML = text;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.name);
    list.replaceChildren(...list.querySelectorAll("[role=option]"));
    field.form.append(list);
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
  };
  const ask = async (field) => {
    const typed = field.value.trim();
    asking?.abort();
    if (typed.length < 2) { close(field); return; }
    asking = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.titles}?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
      const text = answer.status === 200 ? await answer.text() : "";
      if (document.activeElement !== field || field.value.trim() !== typed) return;
      if (text) show(field, text);
      else close(field);
    } catch { /* offline, or asked again */ }
  };
  const choose = (field, by) => {
    const all = options(field), now = all.findIndex((each) => each.ariaSelected === "true");
    const next = now + by < -1 ? all.length - 1 : now + by >= all.length ? -1 : now + by;
    all.forEach((each, place) => { each.ariaSelected = String(place === next); });
    if (next < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", all[next].id);
  };

  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches?.("[data-titles]") || target.role === "combobox") return;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"]]) target.setAttribute(name, value);
  });
  document.addEventListener("focusout", ({ target }) => { if (target.matches?.("[data-titles]")) close(target); });
  document.addEventListener("mousedown", (event) => { if (event.target.closest?.(".titles")) event.preventDefault(); });
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-titles]")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT, target);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-titles]") || event.isComposing || !listOf(field)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(field, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close(field);
    } else if (event.key === "Enter") {
      const chosen = options(field).find((each) => each.ariaSelected === "true");
      if (!chosen) return;
      event.preventDefault();
      chosen.click();
    }
  });
})();

// The words that led here from a search, marked where they stand: nothing of the page is changed, nor its address.
(() => {
  "use strict";
  // A hit was found by the words that are marked in it, which need not be those that were typed.
  document.addEventListener("click", ({ target }) => {
    const hit = target.closest?.(".hits .row a")?.closest(".row");
    if (hit) sessionStorage.setItem("marked", [...hit.querySelectorAll("mark")].map((each) => each.textContent).join(" "));
  });
  const thread = document.querySelector("article.thread");
  if (!thread || !document.referrer) return;
  const from = new URL(document.referrer);
  if (from.origin !== location.origin || from.pathname !== "/search") return;

  // Should they ask a question after all, the form says what they had looked for.
  sessionStorage.setItem("searched", JSON.stringify({ words: from.searchParams.get("q") ?? "", at: Date.now() }));

  const folded = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const WORD = /[\p{L}\p{N}\p{M}]+[+#]*/gu, RUNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  const asked = (from.searchParams.get("q") ?? "").replace(/(^|\s)(-"[^"]*"|-\S+|(kind|is|status|in|tag|by|lang|after|before|order):\S+)/gi, " ");
  const typed = asked.match(WORD) ?? [], marked = sessionStorage.getItem("marked")?.match(WORD) ?? [];
  // What is written without spaces is looked for as it was typed, anything else as words.
  const runs = typed.filter((each) => RUNS.test(each));
  const wanted = [...new Set([...typed, ...marked].filter((each) => !RUNS.test(each)).map(folded))].slice(0, 30);
  // About what a stemmer does: one begins with the other, or only their ends differ.
  const alike = (one, other) => {
    if (one === other) return true;
    const [short, long] = one.length < other.length ? [one, other] : [other, one];
    if (short.length > 2 && long.length - short.length < 5 && long.startsWith(short)) return true;
    let same = 0;
    while (same < short.length && short[same] === long[same]) same++;
    return long.length > 6 && same >= long.length - 3;
  };

  const mark = () => {
    const ranges = [];
    const add = (node, start, end) => { const range = new Range(); range.setStart(node, start); range.setEnd(node, end); ranges.push(range); };
    for (const text of document.querySelectorAll("article.thread h1, article.thread .prose")) {
      const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      while (nodes.nextNode() && ranges.length < 2000) {
        const node = nodes.currentNode;
        for (const found of node.data.matchAll(WORD)) {
          const word = folded(found[0]);
          if (RUNS.test(found[0])) {
            for (const each of runs) for (let at = node.data.indexOf(each, found.index); at >= 0 && at < found.index + found[0].length; at = node.data.indexOf(each, at + 1)) add(node, at, at + each.length);
          } else if (wanted.some((each) => alike(each, word))) add(node, found.index, found.index + found[0].length);
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };
  if (!(wanted.length || runs.length) || !globalThis.Highlight) return;
  mark();
  document.addEventListener("htmx:afterSettle", mark);
})();
