// A parsed Markdown tree to elements.

import { el } from "./dom.js";
import { parse } from "./markdown.js";
import { t } from "./texts.js";

/** Build the elements of a Markdown text. */
export function markdown(source) {
  return parse(source).map(block);
}

function block(node) {
  switch (node.type) {
    case "paragraph":
      return el("p", { dir: "auto" }, inlines(node.children));
    case "heading":
      // The page has its own h1 and h2; a message's headings lie under them.
      return el(`h${Math.min(6, node.level + 2)}`, { dir: "auto" }, inlines(node.children));
    case "rule":
      return el("hr");
    case "quote":
      return el("blockquote", {}, node.children.map(block));
    case "code":
      return el(
        "figure",
        { class: "code" },
        node.info ? el("figcaption", { text: node.info }) : null,
        el("pre", { tabindex: "0", dir: "ltr" }, el("code", { text: node.text })),
      );
    case "list":
      return el(
        node.ordered ? "ol" : "ul",
        { start: node.ordered && node.start !== 1 ? node.start : null, dir: "auto" },
        node.items.map(listItem),
      );
    case "table":
      return table(node);
    default:
      throw new Error(`no block ${node.type}`);
  }
}

function listItem(children) {
  // A short item is its words; only longer ones are paragraphs.
  const tight = children.length > 0 && children[0].type === "paragraph" &&
    children.slice(1).every((child) => child.type === "list");
  if (!tight) return el("li", {}, children.map(block));
  return el("li", {}, inlines(children[0].children), children.slice(1).map(block));
}

function table(node) {
  const row = (tag, cells) =>
    el("tr", {}, cells.map((cell, at) =>
      el(tag, { class: `align-${node.align[at]}`, dir: "auto", scope: tag === "th" ? "col" : null }, inlines(cell))));
  return el(
    "div",
    { class: "table", tabindex: "0", role: "group", "aria-label": t("markdown.table") },
    el("table", {}, el("thead", {}, row("th", node.head)), el("tbody", {}, node.rows.map((cells) => row("td", cells)))),
  );
}

const inlines = (nodes) => nodes.map(inlineNode);

function inlineNode(node) {
  switch (node.type) {
    case "text":
      return document.createTextNode(node.text);
    case "break":
      return el("br");
    case "code":
      return el("code", { text: node.text, dir: "auto" });
    case "link":
      return link(node);
    default:
      return el(node.type, {}, inlines(node.children));
  }
}

/** A link's own words hold no other links. */
function unlinked(node) {
  if (node.type === "link") return { type: "text", text: node.raw };
  return node.children ? { ...node, children: node.children.map(unlinked) } : node;
}

/** Where a link leads, if it is somewhere that a link may lead. */
function target(url) {
  try {
    const found = new URL(url, document.baseURI);
    return ["http:", "https:", "mailto:"].includes(found.protocol) ? found : null;
  } catch {
    return null;
  }
}

function link(node) {
  const found = node.url ? target(node.url) : null;
  if (!found) return document.createTextNode(node.raw);
  const leaves = found.origin !== location.origin;
  return el(
    "a",
    {
      href: found.href,
      target: "_blank",
      rel: "noopener noreferrer nofollow",
      title: node.title || (leaves ? t("link.leaves", { host: found.host || found.pathname }) : null),
      class: leaves ? "leaves" : null,
    },
    inlines(node.children.map(unlinked)),
    leaves ? el("span", { class: "unseen", text: ` (${t("link.leaves", { host: found.host || found.pathname })})` }) : null,
  );
}
