// What stands inside a line of Markdown: emphasis, code, links. See `markdown.js`.
//
// Emphasis follows CommonMark's rules of delimiter runs. After MOST marks the rest of the text is
// taken as it stands, so that a hostile text costs no more than a long one.

const MOST = 1_000;
const ESCAPABLE = /[!-/:-@[-`{-~]/;
const SPACE = /^$|\s/;
const PUNCTUATION = /[\p{P}\p{S}]/u;
const BARE = /^https?:\/\/[^\s<>"'`|\\^{}[\]]+/i;
const ANGLED = /^<((?:https?:\/\/|mailto:)[^\s<>]+)>/i;

/** Parse a line (or lines) into a list of nodes. */
export function inline(text) {
  const nodes = [];
  let plain = "";
  let marks = 0;
  let at = 0;
  const flush = () => {
    if (plain) nodes.push({ type: "text", text: plain });
    plain = "";
  };
  const add = (node, length) => {
    flush();
    nodes.push(node);
    at += length;
  };
  while (at < text.length) {
    const char = text[at];
    if (char === "\n") add({ type: "break" }, 1);
    else if (char === "\\" && ESCAPABLE.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
    } else if (marks < MOST && (char === "*" || char === "_" || char === "~")) {
      const run = delimiter(text, at);
      marks += 1;
      add(run, run.text.length);
    } else {
      const found = marks < MOST ? span(text, at, char) : null;
      if (found) {
        marks += 1;
        add(found.node, found.length);
      } else {
        plain += char;
        at += 1;
      }
    }
  }
  flush();
  return emphasise(nodes);
}

/** Return a code span or a link that begins here, and how long it is. */
function span(text, at, char) {
  if (char === "`") return code(text, at);
  if (char === "[") return link(text, at);
  if (char === "!" && text[at + 1] === "[") {
    // A picture would be fetched from elsewhere: it is shown as a link to it.
    const found = link(text, at + 1);
    return found && { node: found.node, length: found.length + 1 };
  }
  if (char === "<") {
    const found = ANGLED.exec(text.slice(at, at + 2_000));
    if (found) return { node: bare(found[1]), length: found[0].length };
  }
  if ((char === "h" || char === "H") && !/\w/.test(text[at - 1] ?? "")) {
    const found = BARE.exec(text.slice(at, at + 2_000));
    if (found) {
      const url = trimmed(found[0]);
      return { node: bare(url), length: url.length };
    }
  }
  return null;
}

const bare = (url) => ({ type: "link", url, raw: url, title: "", children: [{ type: "text", text: url }] });

/** A sentence's end is no part of the address it ends with. */
function trimmed(url) {
  let end = url.length;
  while (end > 0 && /[.,:;!?*_~]/.test(url[end - 1])) end -= 1;
  while (url[end - 1] === ")" && url.slice(0, end).split(")").length > url.slice(0, end).split("(").length) {
    end -= 1;
  }
  return url.slice(0, end);
}

function code(text, at) {
  const fence = /^`+/.exec(text.slice(at))[0];
  let from = at + fence.length;
  for (;;) {
    const close = text.indexOf(fence, from);
    if (close < 0) return { node: { type: "text", text: fence }, length: fence.length };
    let end = close + fence.length;
    if (text[end] !== "`") {
      let inner = text.slice(at + fence.length, close).replaceAll("\n", " ");
      if (/^ .*\S.* $/.test(inner)) inner = inner.slice(1, -1);
      return { node: { type: "code", text: inner }, length: end - at };
    }
    while (text[end] === "`") end += 1;
    from = end;
  }
}

/** Find the bracket that closes the one at `at`, within a sane distance; -1 if there is none. */
function closing(text, at, open, close) {
  let depth = 0;
  const end = Math.min(text.length, at + 2_000);
  for (let here = at; here < end; here += 1) {
    if (text[here] === "\\") here += 1;
    else if (text[here] === open) depth += 1;
    else if (text[here] === close) {
      depth -= 1;
      if (depth === 0) return here;
    }
  }
  return -1;
}

function link(text, at) {
  const close = closing(text, at, "[", "]");
  if (close < 0 || text[close + 1] !== "(") return null;
  const end = closing(text, close + 1, "(", ")");
  if (end < 0) return null;
  const target = /^\s*(<[^<>\n]*>|[^\s<>]*)(?:\s+(?:"([^"]*)"|'([^']*)'))?\s*$/.exec(
    text.slice(close + 2, end),
  );
  if (!target) return null;
  const label = text.slice(at + 1, close);
  if (/\]\s*\(/.test(label)) return null;
  return {
    node: {
      type: "link",
      url: target[1].replace(/^<|>$/g, ""),
      raw: text.slice(at, end + 1),
      title: target[2] ?? target[3] ?? "",
      children: inline(label),
    },
    length: end + 1 - at,
  };
}

/** Read a run of `*`, `_` or `~` and see whether it may open or close emphasis. */
function delimiter(text, at) {
  const char = text[at];
  let end = at;
  while (text[end] === char) end += 1;
  const before = text[at - 1] ?? "";
  const after = text[end] ?? "";
  const left = !SPACE.test(after) && (!PUNCTUATION.test(after) || SPACE.test(before) || PUNCTUATION.test(before));
  const right = !SPACE.test(before) && (!PUNCTUATION.test(before) || SPACE.test(after) || PUNCTUATION.test(after));
  const word = char === "_";
  return {
    type: "marks",
    text: text.slice(at, end),
    char,
    opens: left && (!word || !right || PUNCTUATION.test(before)),
    closes: right && (!word || !left || PUNCTUATION.test(after)),
  };
}

const NAMES = { "*1": "em", "*2": "strong", _1: "em", _2: "strong", "~2": "del" };

/** Match openers with closers, innermost first; what is left over becomes text again. */
function emphasise(nodes) {
  const list = [...nodes];
  for (let at = 0; at < list.length; at += 1) {
    const closer = list[at];
    if (closer.type !== "marks" || !closer.closes) continue;
    const from = opener(list, at, closer);
    if (from < 0) continue;
    const open = list[from];
    const size = closer.char === "~" ? 2 : Math.min(2, open.text.length, closer.text.length);
    const node = {
      type: NAMES[closer.char + size],
      children: settled(list.slice(from + 1, at)),
    };
    const left = open.text.slice(size);
    const right = closer.text.slice(size);
    const rest = [
      ...(left ? [{ ...open, text: left }] : []),
      node,
      ...(right ? [{ ...closer, text: right }] : []),
    ];
    list.splice(from, at - from + 1, ...rest);
    // Look again from what is left of the closer, or go on after the new node.
    at = from + (left ? 1 : 0);
  }
  return settled(list);
}

function opener(list, at, closer) {
  for (let from = at - 1; from >= 0; from -= 1) {
    const open = list[from];
    if (open.type !== "marks" || !open.opens || open.char !== closer.char) continue;
    if (closer.char === "~") {
      if (open.text.length === 2 && closer.text.length === 2) return from;
      continue;
    }
    // CommonMark's rule of three: `**a*b**` is not two emphases that overlap.
    const both = open.closes || closer.opens;
    if (both && (open.text.length + closer.text.length) % 3 === 0 &&
      (open.text.length % 3 !== 0 || closer.text.length % 3 !== 0)) continue;
    return from;
  }
  return -1;
}

/** Marks that found no partner are text like any other. */
function settled(nodes) {
  const out = [];
  for (const node of nodes) {
    const plain = node.type === "marks" || node.type === "text";
    const last = out[out.length - 1];
    if (plain && last?.type === "text") last.text += node.text;
    else out.push(plain ? { type: "text", text: node.text } : node);
  }
  return out;
}
