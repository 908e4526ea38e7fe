// Code can be copied with a press, and long code opened whole. Without a script it is marked by hand, and scrolls.
(() => {
  "use strict";
  const words = document.getElementById("said")?.dataset ?? {};

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    return made;
  };

  const copy = async (code, made) => {
    try {
      await navigator.clipboard.writeText(code.innerText.replace(/\n$/, ""));
      made.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(code);
      made.textContent = words.select;
    }
    setTimeout(() => { made.textContent = words.copy; }, 3000);
  };

  const dress = (pre) => {
    const frame = document.createElement("div");
    frame.className = "codeframe";
    pre.replaceWith(frame);
    const tools = document.createElement("div");
    tools.className = "tools";
    frame.append(pre, tools);
    if (pre.scrollHeight > pre.clientHeight + 16) {
      tools.append(button(words.whole, (made) => {
        frame.classList.add("whole");
        made.remove();
        pre.tabIndex = -1;
        pre.focus();
      }));
    }
    if (isSecureContext || navigator.clipboard) tools.append(button(words.copy, (made) => copy(pre, made)));
  };

  const dressAll = (within) => {
    for (const pre of within.querySelectorAll(".prose pre")) if (!pre.closest(".codeframe")) dress(pre);
    // Much code in a frame that scrolls makes a post long, and yet not high: there is nothing to unfold.
    for (const fold of within.querySelectorAll(".unfold")) {
      const text = fold.nextElementSibling;
      if (text.scrollHeight <= text.clientHeight) fold.checked = true;
    }
  };
  dressAll(document);
  document.addEventListener("htmx:load", ({ detail }) => dressAll(detail.elt));
})();
