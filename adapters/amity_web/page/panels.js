// What the page's dialogs have in common.

import { el, iconButton } from "./dom.js";
import { t } from "./texts.js";

/** Fill a dialog: its title, a button to close it, its content. */
export function fill(dialog, title, ...content) {
  const close = iconButton("close", t("close"), () => dialog.close());
  dialog.replaceChildren(
    el("div", { class: "panel" },
      el("header", { class: "panel-head" }, el("h2", { id: `${dialog.id}-title`, text: title }), close),
      el("div", { class: "panel-body" }, content)),
  );
}

/** A click beside a dialog closes it, as Escape does. */
export function closeBeside(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** A secret that is shown once: to read, to select, to copy. */
export function secret(label, value) {
  const said = el("span", { class: "note", role: "status" });
  const shown = el("code", { class: "secret", tabindex: "0", "aria-label": label, role: "textbox", "aria-readonly": "true", text: value });
  const copy = iconButton("copy", t("copy"), async () => {
    try {
      await navigator.clipboard.writeText(value);
      said.textContent = t("copied");
    } catch {
      getSelection()?.selectAllChildren(shown);
      said.textContent = t("copy.byhand");
    }
  });
  return el("div", { class: "secret-box" }, shown, copy, said);
}

/** A field of a form, with its label and a line of help. */
export function field(id, label, control, help = "") {
  control.id = id;
  if (help) control.setAttribute("aria-describedby", `${id}-help`);
  return el("div", { class: "field" },
    el("label", { for: id, text: label }), control,
    help ? el("p", { class: "help", id: `${id}-help`, text: help }) : null);
}

/** A select of [value, name] pairs. */
export function select(options, chosen) {
  return el("select", {}, options.map(([value, name]) => el("option", { value, text: name, selected: value === chosen })));
}
