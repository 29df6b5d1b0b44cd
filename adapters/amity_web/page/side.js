// The sidebar: the companions, and on phones a drawer.

import { avatar, byId, el, icon, roving } from "./dom.js";
import { t } from "./texts.js";

export class Side {
  /** `doing` has: choose(persona id), openSettings(), openData(). */
  constructor(doing) {
    this.doing = doing;
    this.node = byId("side");
    this.list = byId("companions");
    this.settle = roving(this.list, "button");
    this.small = matchMedia("(max-width: 60rem)");
    byId("side-open").append(icon("menu"));
    byId("side-close").append(icon("close"));
    byId("open-settings").prepend(icon("settings"));
    byId("open-data").prepend(icon("data"));
    byId("side-open").addEventListener("click", () => this.open());
    byId("side-close").addEventListener("click", () => this.close());
    byId("veil").addEventListener("click", () => this.close());
    byId("open-settings").addEventListener("click", () => this.then(doing.openSettings));
    byId("open-data").addEventListener("click", () => this.then(doing.openData));
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.small.matches) this.close();
    });
    this.small.addEventListener("change", () => this.close(false));
    this.close(false);
  }

  then(act) {
    this.close(false);
    act();
  }

  open() {
    this.node.inert = false;
    this.node.classList.add("open");
    byId("veil").hidden = false;
    byId("side-open").setAttribute("aria-expanded", "true");
    document.querySelector(".room").inert = true;
    this.list.querySelector('[aria-current="true"]')?.focus();
  }

  close(focus = true) {
    // Out of sight on a phone means out of reach for Tab and a screen reader as well.
    this.node.inert = this.small.matches;
    this.node.classList.remove("open");
    byId("veil").hidden = true;
    byId("side-open").setAttribute("aria-expanded", "false");
    document.querySelector(".room").inert = false;
    if (focus && this.small.matches) byId("side-open").focus();
  }

  draw(me, current, unread) {
    byId("brand").textContent = t("service.name");
    byId("side-links").replaceChildren(
      ...[["privacy", me.links.privacy], ["terms", me.links.terms], ["crisis", me.links.crisis]].map(([name, href]) =>
        el("a", { href, target: "_blank", rel: "noopener", text: t(`link.${name}`) })),
    );
    const order = (card) => {
      const at = me.conversations.indexOf(card.id);
      return at < 0 ? 1_000 : at;
    };
    const cards = [...me.personas].sort((a, b) => order(a) - order(b));
    const focused = document.activeElement?.dataset?.persona;
    this.list.replaceChildren(...cards.map((card) => this.card(card, card.id === current, unread.has(card.id))));
    this.settle();
    if (focused) this.list.querySelector(`[data-persona="${CSS.escape(focused)}"]`)?.focus();
  }

  card(card, current, unread) {
    return el("li", {},
      el("button", {
        type: "button", class: "companion", data: { persona: card.id }, "aria-current": current ? "true" : null,
        on: { click: () => this.then(() => this.doing.choose(card.id)) },
      },
      avatar(card),
      el("span", { class: "companion-words" },
        el("span", { class: "companion-name", dir: "auto", text: card.name }),
        el("span", { class: "companion-about", dir: "auto", text: card.about })),
      unread ? el("span", { class: "dot" }, el("span", { class: "unseen", text: t("side.unread") })) : null));
  }
}
