// The parts of a message as elements: words, buttons, files.

import { el } from "./dom.js";
import { markdown } from "./markdown-dom.js";
import { t } from "./texts.js";

/** All the words of a message. */
export function wordsOf(entry) {
  return entry.parts
    .map((part) => (part.type === "text" ? part.text : (part.caption ?? "")))
    .filter(Boolean)
    .join("\n\n");
}

function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return t("file.bytes", { n: bytes });
  if (bytes < 1024 * 1024) return t("file.kb", { n: Math.ceil(bytes / 1024) });
  return t("file.mb", { n: (bytes / 1024 / 1024).toFixed(1) });
}

function file(part) {
  const name = part.media.name ?? t("file.name");
  return el(
    "p",
    {},
    el("a", { class: "file", href: part.media.url, download: name },
      el("span", { class: "file-name", text: name }),
      el("span", { class: "file-size", text: size(part.media.size) })),
  );
}

function buttons(part, press) {
  const box = el("div", { class: "choices" });
  for (const button of part.rows.flat()) {
    box.append(
      el("button", {
        type: "button",
        class: "button",
        text: button.label,
        on: {
          click: async () => {
            const all = [...box.querySelectorAll("button")];
            for (const other of all) other.disabled = true;
            // A press that did not arrive can be repeated.
            if (!(await press(button))) for (const other of all) other.disabled = false;
          },
        },
      }),
    );
  }
  return box;
}

/**
 * Build the elements of a message of ours. `press` is given a button, and says whether the choice
 * has arrived.
 */
export function partsOf(entry, press) {
  return entry.parts.flatMap((part) => {
    if (part.type === "text") return markdown(part.text);
    if (part.type === "buttons") return [buttons(part, press)];
    if (part.type === "sticker") return [el("p", { text: part.emoji ?? "" })];
    if (part.media) return [...(part.caption ? markdown(part.caption) : []), file(part)];
    return [];
  });
}
