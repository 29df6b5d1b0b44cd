// Where one writes. Enter sends, Shift+Enter makes a line; on a touch screen Enter makes a line.

import { byId, el, icon } from "./dom.js";
import { t } from "./texts.js";

export class Composer {
  /** `doing` has: say(text), change(entry, text), stop(). */
  constructor(doing) {
    this.doing = doing;
    this.form = byId("composer");
    this.text = byId("text");
    this.editing = null;
    this.touch = matchMedia("(pointer: coarse)");
    byId("send").append(icon("send"));
    byId("stop").append(icon("stop"));
    byId("stop").addEventListener("click", () => doing.stop());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.key === "Escape" && this.editing) this.edit(null);
    // While a word is being composed (Chinese, Japanese, …) Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || this.touch.matches) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.text.value.trim();
    if (!text) return;
    const { editing } = this;
    this.text.value = "";
    this.edit(null);
    this.grow();
    if (editing) this.doing.change(editing, text);
    else this.doing.say(text);
    this.text.focus();
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 220)}px`;
    byId("send").disabled = this.text.value.trim() === "";
  }

  /** Change a message that was sent, or (null) stop changing it. */
  edit(entry, text = "") {
    if (!entry && this.editing) this.text.value = "";
    this.editing = entry;
    this.form.querySelector(".editing")?.remove();
    if (!entry) return;
    this.text.value = text;
    const cancel = el("button", { type: "button", class: "tool", text: t("cancel"), on: { click: () => { this.edit(null); this.grow(); } } });
    this.form.prepend(el("p", { class: "editing", role: "status" }, el("span", { text: t("composer.editing") }), cancel));
    this.grow();
    this.text.focus();
  }

  /** Say who is written to, and whether a reply is on its way. */
  draw(persona, busy) {
    this.text.placeholder = t("composer.to", { name: persona.name });
    byId("stop").hidden = !busy;
    this.grow();
  }

  focus() {
    if (!this.touch.matches) this.text.focus();
  }
}
