// Quote what is selected in a post: by a button beside the selection, or by the link under the post.
(() => {
  "use strict";
  const linkOf = (id) => document.querySelector(`a[hx-post="/posts/${id}/quote"]`);
  // The post in which something is selected, and that as Markdown.
  const chosen = () => {
    const picked = getSelection();
    if (!picked.rangeCount || picked.isCollapsed) return null;
    const range = picked.getRangeAt(0), inside = range.commonAncestorContainer;
    const near = inside.nodeType === Node.ELEMENT_NODE ? inside : inside.parentElement;
    const id = near?.closest(".prose[id^=text-]")?.id.slice(5);
    return id && linkOf(id) ? { id, range, inPre: near.closest("pre") } : null;
  };
  const written = ({ range, inPre }) => (inPre ? rondo.fenced(String(range)) : rondo.markdown(range.cloneContents()));

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const id = /^\/posts\/(\d+)\/quote$/.exec(detail.path)?.[1], found = id && chosen();
    if (id && found?.id === id) detail.parameters.selected = written(found);
  });

  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quote";
  button.tabIndex = -1; // by keyboard there is the link under the post
  // Pressing must not end the selection.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("button.quote, a[hx-post$='/quote']")) event.preventDefault();
  });
  button.addEventListener("click", () => { linkOf(chosen()?.id)?.click(); button.remove(); });

  let soon;
  document.addEventListener("selectionchange", () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const found = chosen();
      if (!found || !String(found.range).trim()) { button.remove(); return; }
      const box = found.range.getBoundingClientRect();
      button.replaceChildren(...[...linkOf(found.id).childNodes].map((each) => each.cloneNode(true)));
      button.style.top = `${box.bottom + scrollY + 6}px`;
      button.style.left = `${Math.max(8, Math.min(box.left + scrollX, scrollX + innerWidth - 120))}px`;
      document.getElementById("main").append(button);
    }, 250);
  });
})();
