// Small helpers to build the page. Nothing here, or anywhere in the page, parses HTML from a string.

/**
 * Make an element.
 *
 * `props` are attributes, but for `class`, `text` (its text), `on` (an object of listeners),
 * `data` (its dataset) and whatever is `true` (a bare attribute), `false` or `null` (left out).
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM5 15V5h10",
  data: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
  down: "M6 10l6 6 6-6",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  menu: "M4 7h16M4 12h16M4 17h16",
  moon: "M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",
  retry: "M20 11a8 8 0 1 0-2 6M20 5v6h-6",
  send: "M12 20V5M5 12l7-7 7 7",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M6 14v6",
  stop: "M7 7h10v10H7z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
};

/** Make one of the page's line icons; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button with an icon and a name that is read, and shown as a tooltip. */
export function iconButton(name, label, onClick, props = {}) {
  const button = el("button", { type: "button", "aria-label": label, title: label, ...props }, icon(name));
  button.classList.add("icon-button");
  if (onClick) button.addEventListener("click", onClick);
  return button;
}

/** The round sign of a persona: its initial on one of a few colours, the same each time. */
export function avatar(persona, size = "") {
  let hash = 0;
  for (const char of persona.id) hash = (hash * 31 + char.codePointAt(0)) % 997;
  return el("span", {
    class: `avatar tint-${hash % 6} ${size}`.trim(),
    "aria-hidden": "true",
    text: [...persona.name][0] ?? "?",
  });
}

/** Find an element that has to be there. */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no #${id}`);
  return node;
}

/** Let arrow keys, Home and End move among the buttons of a list, of which Tab reaches one. */
export function roving(list, selector) {
  const items = () => [...list.querySelectorAll(selector)];
  const settle = (chosen) => {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  };
  list.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = all[Math.max(0, Math.min(all.length - 1, to))];
    settle(next);
    next.focus();
  });
  return () => {
    const all = items();
    settle(all.find((item) => item.getAttribute("aria-current") === "true") ?? all[0]);
  };
}
