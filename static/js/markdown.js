// HTML that was pasted or selected, as Markdown: rondo.markdown(node). What is not known becomes its text.
(() => {
  "use strict";
  const BLOCKS = /^(P|DIV|SECTION|ARTICLE|HEADER|FOOTER|MAIN|ASIDE|NAV|FIGURE|FIGCAPTION|ADDRESS|DETAILS|SUMMARY|DL|DT|DD|BODY|FORM|CENTER|H[1-6]|UL|OL|LI|PRE|BLOCKQUOTE|HR|TABLE|TBODY|TR)$/;
  const UNREAD = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|IFRAME|OBJECT|SVG|HEAD|TITLE|META|LINK|BUTTON|SELECT|TEXTAREA|VIDEO|AUDIO|CANVAS)$/;
  const MARKS = { STRONG: "**", B: "**", EM: "*", I: "*", DEL: "~~", S: "~~", STRIKE: "~~" };

  const escaped = (text) => text.replace(/[\\`*[\]]|~(?=~)|<(?=[a-z/!?])|(?<!\w)_|_(?!\w)/gi, "\\$&");
  const unread = (node) => UNREAD.test(node.nodeName.toUpperCase()) || node.hidden || node.getAttribute?.("aria-hidden") === "true";
  const begins = (line) => line.replace(/^(\s*)(#{1,6} |[-+>](?= |$)|\d+(?=[.)] ))/, (_all, space, mark) => (
    /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`));
  const fenced = (text, language = "") => {
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return `${fence}${language}\n${text.replace(/^\n|\n+$/g, "")}\n${fence}`;
  };
  const around = (text, mark) => text.replace(/^(\s*)([^]*?)(\s*)$/, (_all, before, inside, after) => (
    inside ? `${before}${mark}${inside}${mark}${after}` : before + after));

  const code = (text) => {
    const mark = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
    const space = /^`|`$/.test(text) ? " " : "";
    return text.trim() && mark + space + text.replace(/\s+/g, " ") + space + mark;
  };
  const link = (node, text) => {
    const to = node.getAttribute("href") ?? "";
    if (node.classList.contains("mention") || !text.trim() || !/^(https?:|mailto:|\/(?!\/))/i.test(to)) return text;
    const safe = to.replace(/[\s()<>\\]/g, encodeURIComponent).replace(/[()]/g, (sign) => `%${sign.charCodeAt().toString(16)}`);
    return node.textContent.trim() === to ? to : around(text, "\0").replace("\0", "[").replace("\0", `](${safe})`);
  };

  const inline = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return escaped(node.data.replace(/[\s\u00a0]+/g, " "));
    if (![Node.ELEMENT_NODE, Node.DOCUMENT_FRAGMENT_NODE].includes(node.nodeType) || unread(node)) return "";
    const name = node.nodeName;
    if (name === "BR") return "\n";
    if (/^(CODE|KBD|SAMP|TT)$/.test(name)) return code(node.textContent);
    if (name === "INPUT") return node.type === "checkbox" ? (node.checked ? "[x] " : "[ ] ") : "";
    if (name === "IMG") {
      const from = node.getAttribute("src") ?? "";
      return /^(https?:\/)?\//i.test(from) ? `![${escaped(node.alt)}](${from.replace(/[\s()<>]/g, encodeURIComponent)})` : escaped(node.alt);
    }
    const text = [...node.childNodes].map(inline).join("");
    if (name === "A") return link(node, text);
    const plain = /font-weight:\s*(normal|400)/.test(node.dataset?.style);
    return MARKS[name] && !plain ? around(text, MARKS[name]) : text;
  };
  const paragraph = (text) => text.replace(/ *\n */g, "\n").replace(/ {2,}/g, " ").trim()
    .split("\n").map(begins).join("\\\n").replace(/(\\\n)+$/, "").replace(/^\\\n$/gm, "");

  const list = (node) => {
    let number = (node.start || 1) - 1;
    return [...node.children].filter((each) => !unread(each)).map((item) => {
      const nested = item.nodeName !== "LI";
      const mark = node.nodeName === "UL" ? "- " : nested ? "" : `${++number}. `;
      const space = " ".repeat(node.nodeName === "UL" ? 2 : Math.max(3, mark.length));
      const text = nested ? list(item) : blocks(item).join("\n");
      return text.split("\n").map((line, place) => (place || nested ? line && space + line : mark + line)).join("\n");
    }).join("\n");
  };
  const table = (node) => {
    const rows = [...node.rows].map((row) => [...row.cells].map((cell) => blocks(cell).join(" ").replace(/\\?\n/g, " ").replace(/\|/g, "\\|")));
    const wide = Math.max(0, ...rows.map((row) => row.length));
    if (wide < 2 || node.querySelector("table, pre")) return [...node.rows].flatMap((row) => [...row.cells].flatMap(blocks)).join("\n\n");
    rows.splice(1, 0, Array(wide).fill("---"));
    return rows.map((row) => `| ${[...row, ...Array(wide - row.length).fill("")].join(" | ")} |`).join("\n");
  };
  const block = (node) => {
    const name = node.nodeName;
    if (name === "HR") return ["---"];
    if (name === "PRE") return [fenced((node.querySelector("code") ?? node).textContent, /\blanguage-([\w+#-]+)/.exec(node.className + " " + node.firstElementChild?.className)?.[1])];
    if (name === "UL" || name === "OL") return [list(node)];
    if (name === "TABLE") return [table(node)];
    if (name === "BLOCKQUOTE") return [blocks(node).join("\n\n").replace(/^/gm, "> ").replace(/ +$/gm, "")];
    const inside = blocks(node);
    return /^H[1-6]$/.test(name) ? [`${"#".repeat(name[1])} ${inside.join(" ").replace(/\\?\n/g, " ")}`] : inside;
  };
  const holdsBlocks = (node) => node.nodeType === Node.ELEMENT_NODE && !unread(node)
    && (BLOCKS.test(node.nodeName) || [...node.children].some(holdsBlocks));
  const blocks = (node) => {
    const found = [];
    let line = "";
    const end = () => { const text = paragraph(line); if (text) found.push(text); line = ""; };
    for (const each of node.childNodes) {
      if (!holdsBlocks(each)) { line += inline(each); continue; }
      end();
      found.push(...block(each));
    }
    end();
    return found.filter((text) => text.trim());
  };

  // A page as somebody copied it; its styles are only looked at, for our policy would complain about them.
  rondo.parsed = (html) => new DOMParser().parseFromString(
    html.replace(/<style\b[^]*?<\/style>/gi, "").replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style=")), "text/html").body;
  rondo.fenced = fenced;
  rondo.markdown = (node) => blocks(node).join("\n\n").slice(0, 200_000);
})();
