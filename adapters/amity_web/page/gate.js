// The gate: the age question, then consent. Both answers to each weigh the same.

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { markdown } from "./markdown-dom.js";
import { field } from "./panels.js";
import { failure, ServicePlace } from "./service.js";
import { has, t } from "./texts.js";

/** Which step of the gate somebody stands at; null when they may pass. */
export function stepOf(me) {
  if (me.state === "minor_blocked") return "blocked";
  if (me.state === "terminated") return "terminated";
  if (me.state === "stranger" || (me.state === "new" && !me.adult)) return "age";
  if (!me.scopes.includes("service")) return "consent";
  return null;
}

export class Gate {
  /** `doing` has: refresh(), language(tag), openData(), openRecover(), answered(). */
  constructor(doing) {
    this.doing = doing;
    this.card = byId("gate-card");
    this.step = null;
    this.declined = false;
    this.place = new ServicePlace(() => this.doing.refresh());
  }

  show(me, step) {
    const same = this.step === `${step} ${me.language} ${this.declined}`;
    this.step = `${step} ${me.language} ${this.declined}`;
    if (same) return;
    this.place.clear();
    const step_ = this.declined && step === "consent" ? "declined" : step;
    const title = el("h1", { id: "gate-title", tabindex: "-1", text: t(`gate.title.${step_}`, { name: t("service.name") }) });
    this.card.replaceChildren(
      el("div", { class: "gate-mark", "aria-hidden": "true" }),
      title,
      el("div", { class: "gate-words" }, this.words(step_)),
      this.answers(step_),
      this.place.node,
      el("p", { class: "gate-error wrong", id: "gate-error", role: "alert" }),
      this.foot(me, step_),
    );
    title.focus({ preventScroll: true });
  }

  words(step) {
    const key = { age: "gate.age", consent: "gate.consent", declined: "gate.declined", blocked: "gate.blocked.minor", terminated: "gate.terminated" }[step];
    const parts = [...markdown(t(key))];
    if (step === "age" && has("gate.suitability")) {
      parts.push(el("div", { class: "gate-small" }, markdown(t("gate.suitability"))));
    }
    return parts;
  }

  answers(step) {
    const answer = (choice, label) =>
      el("button", { type: "button", class: "button equal", text: label, data: { choice }, on: { click: () => this.answer(choice) } });
    if (step === "age") {
      return el("div", { class: "gate-answers" }, answer("i_am_18", t("gate.age.adult")), answer("under_18", t("gate.age.minor")));
    }
    if (step === "consent") {
      return el("div", { class: "gate-answers" }, answer("agree", t("gate.consent.agree")), answer("decline", t("gate.consent.decline")));
    }
    if (step === "declined") {
      const back = el("button", { type: "button", class: "button", text: t("gate.back"), on: { click: () => this.reconsider() } });
      return el("div", { class: "gate-answers" }, back);
    }
    const ask = (command, label) =>
      el("button", { type: "button", class: "button", text: label, on: { click: () => this.place.run({ command }) } });
    return el("div", { class: "gate-answers" }, ask("support", t("gate.support")), ask("appeal", t("gate.appeal")));
  }

  foot(me, step) {
    const link = (href, key) => el("a", { href, target: "_blank", rel: "noopener", text: t(key) });
    const more = [];
    if (step === "age") {
      more.push(el("button", { type: "button", class: "quiet", text: t("recover.open"), on: { click: () => this.doing.openRecover() } }));
    }
    if (me.state !== "stranger") {
      more.push(el("button", { type: "button", class: "quiet", text: t("data.title"), on: { click: () => this.doing.openData() } }));
    }
    // Nothing can be typed here, so what /help says elsewhere has a button.
    more.push(el("button", { type: "button", class: "quiet", id: "gate-help", text: t("gate.help"), on: { click: () => this.place.tell(markdown(t("help"))) } }));
    const choose = el("select", { id: "gate-language", on: { change: () => this.doing.language(choose.value) } },
      Object.entries(me.languages).map(([tag, name]) => el("option", { value: tag, lang: tag, text: name, selected: tag === me.language })));
    return el("footer", { class: "gate-foot" },
      el("p", { class: "gate-more" }, more),
      el("p", { class: "gate-links" }, link(me.links.privacy, "link.privacy"), link(me.links.terms, "link.terms"), link(me.links.crisis, "link.crisis")),
      el("p", { class: "gate-language" }, el("label", { for: "gate-language", text: t("settings.language") }), choose));
  }

  reconsider() {
    this.declined = false;
    this.step = null;
    this.doing.refresh();
  }

  /** Send an answer, then look until the core has acted on it. */
  async answer(choice) {
    // Without a secure context the browser would not keep the cookie, and ask for ever.
    byId("gate-error").textContent = window.isSecureContext ? "" : t("gate.insecure");
    if (!window.isSecureContext) return;
    const buttons = [...this.card.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    try {
      const origin = choice === "agree" ? "gate" : "ui";
      await api.send({ id: api.newId(origin), choice });
      this.declined = choice === "decline";
      await this.doing.answered();
    } catch (error) {
      if (error.code === "refused") this.askForCode(choice, error.message);
      else byId("gate-error").textContent = failure(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  /** Not everybody is let in: show why, and take an access code. */
  askForCode(choice, why) {
    const code = el("input", { type: "text", autocomplete: "off", spellcheck: "false", dir: "auto", required: true });
    const said = el("div", { class: "service-words", role: "status" }, markdown(why));
    const submit = async (event) => {
      event.preventDefault();
      try {
        await api.send({ id: api.newId("ui"), text: code.value.trim() });
        await this.answer(choice);
      } catch (error) {
        if (error.code !== "refused") return said.replaceChildren(el("p", { class: "wrong", text: failure(error) }));
        said.replaceChildren(...markdown(error.message));
        // The code may have been right: then the answer given before is taken now.
        await this.answer(choice);
      }
    };
    this.place.node.replaceChildren(said,
      el("form", { class: "inline", on: { submit } },
        field("gate-code", t("gate.code"), code), el("button", { type: "submit", class: "button", text: t("gate.code.send") })));
    code.focus();
  }
}
