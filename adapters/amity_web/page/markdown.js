// Markdown to a tree. The tree becomes elements in `markdown-dom.js`; no HTML is parsed anywhere.
//
// It reads what companions write: paragraphs, headings, quotes, lists, tables, fences, rules. What it
// does not understand it shows as it stands: a word is never lost. A line break is a line break.

import { inline } from "./markdown-inline.js";

const DEEPEST = 12;
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(?:([ \t]+)(.*)|)$/;
const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Parse a text into a list of blocks. */
export function parse(source) {
  return blocks(source.replace(/\r\n?/g, "\n").split("\n"), 0);
}

const blank = (line) => line.trim() === "";

function blocks(lines, depth) {
  const out = [];
  let at = 0;
  while (at < lines.length) {
    if (blank(lines[at])) {
      at += 1;
      continue;
    }
    const taken =
      fence(lines, at, out) ||
      heading(lines, at, out) ||
      rule(lines, at, out) ||
      (depth < DEEPEST && (quote(lines, at, out, depth) || list(lines, at, out, depth))) ||
      table(lines, at, out) ||
      paragraph(lines, at, out, depth);
    at += taken;
  }
  return out;
}

function fence(lines, at, out) {
  const open = FENCE.exec(lines[at]);
  if (!open) return 0;
  const close = new RegExp(`^ {0,3}${open[1][0] === "`" ? "`" : "~"}{${open[1].length},}[ \\t]*$`);
  let end = at + 1;
  while (end < lines.length && !close.test(lines[end])) end += 1;
  out.push({ type: "code", info: open[2].trim(), text: lines.slice(at + 1, end).join("\n") });
  return Math.min(end + 1, lines.length) - at;
}

function heading(lines, at, out) {
  const found = HEADING.exec(lines[at]);
  if (!found) return 0;
  out.push({ type: "heading", level: found[1].length, children: inline(found[2] ?? "") });
  return 1;
}

function rule(lines, at, out) {
  if (!RULE.test(lines[at])) return 0;
  out.push({ type: "rule" });
  return 1;
}

/** Whether a line begins a block of its own, so that no paragraph runs on into it. */
function begins(line, depth) {
  if (FENCE.test(line) || HEADING.test(line) || RULE.test(line)) return true;
  if (depth >= DEEPEST) return false;
  return QUOTE.test(line) || Boolean(ITEM.exec(line)?.[4]);
}

function quote(lines, at, out, depth) {
  if (!QUOTE.test(lines[at])) return 0;
  const inner = [];
  let end = at;
  while (end < lines.length) {
    const line = lines[end];
    if (QUOTE.test(line)) inner.push(line.replace(QUOTE, ""));
    else if (blank(line) || begins(line, depth) || blank(inner[inner.length - 1])) break;
    else inner.push(line);
    end += 1;
  }
  out.push({ type: "quote", children: blocks(inner, depth + 1) });
  return end - at;
}

function list(lines, at, out, depth) {
  const first = ITEM.exec(lines[at]);
  if (!first) return 0;
  const kind = first[2].slice(-1);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const found = RULE.test(lines[end]) ? null : ITEM.exec(lines[end]);
    if (!found || found[2].slice(-1) !== kind) break;
    const [inner, next] = item(lines, end, found, depth);
    items.push(blocks(inner, depth + 1));
    end = next;
    let after = end;
    while (after < lines.length && blank(lines[after])) after += 1;
    if (after < lines.length && ITEM.exec(lines[after])?.[2].slice(-1) === kind) end = after;
  }
  const ordered = /\d/.test(first[2]);
  out.push({ type: "list", ordered, start: ordered ? Number.parseInt(first[2], 10) : 1, items });
  return end - at;
}

/** Return the lines of one list item without their indent, and where the next line is. */
function item(lines, at, found, depth) {
  const space = found[3] ?? " ";
  const indent = found[1].length + found[2].length + (space.length > 4 ? 1 : space.length);
  const inner = [space.length > 4 ? space.slice(1) + (found[4] ?? "") : (found[4] ?? "")];
  const deeper = new RegExp(`^(?: {${indent}}|\\t)`);
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end];
    if (blank(line)) {
      const next = lines[end + 1];
      if (next === undefined || !(deeper.test(next) || blank(next))) break;
      inner.push("");
    } else if (deeper.test(line)) inner.push(line.replace(deeper, ""));
    else if (begins(line, depth) || ITEM.test(line) || blank(inner[inner.length - 1])) break;
    else inner.push(line.trimStart());
    end += 1;
  }
  return [inner, end];
}

/** Cut a table's row into cells; a pipe after a backslash is text. */
function cells(line) {
  const found = line.trim().replace(/^\|/, "").split(/(?<!\\)\|/);
  if (found.length > 1 && blank(found[found.length - 1])) found.pop();
  return found.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function table(lines, at, out) {
  if (!lines[at].includes("|") || !DELIMITER.test(lines[at + 1] ?? "")) return 0;
  const head = cells(lines[at]);
  const marks = cells(lines[at + 1]);
  if (head.length !== marks.length) return 0;
  const align = marks.map((mark) =>
    mark.endsWith(":") ? (mark.startsWith(":") ? "center" : "end") : "start",
  );
  const rows = [];
  let end = at + 2;
  while (end < lines.length && !blank(lines[end]) && lines[end].includes("|")) {
    const row = cells(lines[end]);
    // More cells than columns: the rest stays in the last one, so that no word is lost.
    if (row.length > head.length) row.push(row.splice(head.length - 1).join(" | "));
    while (row.length < head.length) row.push("");
    rows.push(row.map(inline));
    end += 1;
  }
  out.push({ type: "table", align, head: head.map(inline), rows });
  return end - at;
}

function paragraph(lines, at, out, depth) {
  let end = at + 1;
  while (end < lines.length && !blank(lines[end]) && !begins(lines[end], depth)) end += 1;
  out.push({ type: "paragraph", children: inline(lines.slice(at, end).join("\n").trim()) });
  return end - at;
}
