// My data: everything a person may ask of the service about themselves, and the recovery code.

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { closeBeside, field, fill, secret } from "./panels.js";
import { failure, ServicePlace } from "./service.js";
import { t } from "./texts.js";

export class Data {
  /** `app` has: me, persona, refresh(). */
  constructor(app) {
    this.app = app;
    this.dialog = byId("data");
    closeBeside(this.dialog);
    this.place = new ServicePlace((entry) => app.answered(entry));
  }

  open() {
    this.place.clear();
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    const { me } = this.app;
    const agreed = me.scopes.includes("service");
    fill(this.dialog, t("data.title"),
      el("p", { class: "help", text: t("data.intro") }),
      this.row("export", "export"),
      agreed ? this.row("clear", "clear_conversation") : null,
      agreed ? (me.state === "paused" ? this.row("resume", "resume") : this.row("pause", "pause")) : null,
      agreed ? this.row("consent", "consent") : null,
      agreed ? this.recovery() : null,
      this.row("delete", "delete_me", "danger"),
      this.recoverRow());
  }

  /** One right: what it does, and the button that asks for it. The answer comes under it. */
  row(name, command, kind = "") {
    const box = el("section", { class: "right" });
    const button = el("button", {
      type: "button", class: `button ${kind}`, text: t(`data.${name}.do`), data: { right: name },
      on: {
        click: async () => {
          box.append(this.place.node);
          await this.place.run(this.app.persona ? { command, persona: this.app.persona } : { command });
        },
      },
    });
    box.append(
      el("div", { class: "right-words" }, el("h3", { text: t(`data.${name}.title`) }), el("p", { class: "help", text: t(`data.${name}.help`) })),
      button);
    return box;
  }

  recovery() {
    const shown = el("div", { role: "status" });
    const make = async () => {
      try {
        const made = await api.makeRecovery();
        shown.replaceChildren(el("p", { class: "help", text: t("data.recovery.once") }), secret(t("data.recovery.title"), made.code));
        shown.querySelector(".secret").focus();
        await this.app.refresh();
      } catch (error) {
        shown.replaceChildren(el("p", { class: "wrong", text: failure(error) }));
      }
    };
    const text = this.app.me.recovery ? t("data.recovery.replace") : t("data.recovery.help");
    return el("section", { class: "right" },
      el("div", { class: "right-words" }, el("h3", { text: t("data.recovery.title") }), el("p", { class: "help", text })),
      el("button", { type: "button", class: "button", text: t("data.recovery.do"), data: { right: "recovery" }, on: { click: make } }),
      shown);
  }

  recoverRow() {
    return el("section", { class: "right" },
      el("div", { class: "right-words" }, el("h3", { text: t("recover.title") }), el("p", { class: "help", text: t("recover.help") })),
      el("button", { type: "button", class: "button", text: t("recover.open"), data: { right: "recover" }, on: { click: () => this.app.openRecover() } }));
  }
}

export class Recover {
  /** `app` has: recovered(). */
  constructor(app) {
    this.app = app;
    this.dialog = byId("recover");
    closeBeside(this.dialog);
  }

  open() {
    const code = el("input", { type: "text", autocomplete: "off", spellcheck: "false", dir: "ltr", required: true });
    const said = el("div", { role: "alert" });
    const go = async (replace) => {
      try {
        await api.recover(code.value.trim(), replace);
        this.dialog.close();
        this.app.recovered();
      } catch (error) {
        if (error.code === "guest_exists") said.replaceChildren(this.warning(() => go(true)));
        else said.replaceChildren(el("p", { class: "wrong", text: failure(error) }));
        said.querySelector(".warning")?.focus();
      }
    };
    const submit = (event) => {
      event.preventDefault();
      go(false);
    };
    fill(this.dialog, t("recover.title"),
      el("p", { class: "help", text: t("recover.help") }),
      el("form", { class: "form", on: { submit } },
        field("recover-code", t("recover.code"), code),
        el("div", { class: "form-foot" }, el("button", { type: "submit", class: "button strong", text: t("recover.do") }))),
      said);
    this.dialog.showModal();
    code.focus();
  }

  warning(confirm) {
    return el("div", { class: "warning", tabindex: "-1" },
      el("p", { text: t("recover.warning") }),
      el("div", { class: "choices" },
        el("button", { type: "button", class: "button danger", text: t("recover.replace"), on: { click: confirm } }),
        el("button", { type: "button", class: "button", text: t("cancel"), on: { click: () => this.dialog.close() } })));
  }
}
