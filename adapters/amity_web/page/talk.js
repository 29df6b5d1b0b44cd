// One conversation on the screen: what was said, what is being written, and what can be done with it.

import { el, icon } from "./dom.js";
import { markdown } from "./markdown-dom.js";
import { partsOf, wordsOf } from "./notice.js";
import { isForDialog } from "./service.js";
import { clock, day, t } from "./texts.js";

/** Whether an entry of the journal is shown in the conversation. */
export function isShown(entry) {
  if (entry.thread !== null || isForDialog(entry)) return false;
  if (entry.from !== "person") return entry.parts.length > 0;
  // A pressed button or a command from a dialog is no part of the talk.
  return entry.parts.some((part) => part.type !== "choice" && part.type !== "command");
}

const UNANSWERED = new Set(["sending", "waiting", "in_turn", "unsent", "unanswered"]);

export class Talk {
  /**
   * `doing` has: resend(entry), askAgain(entry), regenerate(), press(button), edit(entry).
   */
  constructor(list, drafts, doing) {
    this.list = list;
    this.drafts = drafts;
    this.doing = doing;
    this.persona = null;
    this.entries = new Map();
    this.nodes = new Map();
    this.running = new Map();
    this.finished = new Set();
  }

  /** Begin with a conversation: nothing is announced, it was all said before. */
  begin(persona, entries) {
    this.persona = persona;
    this.entries.clear();
    this.nodes.clear();
    this.running.clear();
    this.list.replaceChildren();
    this.drafts.replaceChildren();
    this.list.parentElement.setAttribute("aria-live", "off");
    for (const entry of entries) this.add(entry);
    requestAnimationFrame(() => this.list.parentElement.setAttribute("aria-live", "polite"));
  }

  /** Put older entries before what is there. */
  prepend(entries) {
    const all = [...entries, ...this.entries.values()];
    this.begin(this.persona, all);
  }

  get size() {
    return this.entries.size;
  }

  get oldest() {
    for (const entry of this.entries.values()) if (entry.position) return entry.position;
    return "";
  }

  /** The last message of a kind. */
  last(from) {
    return [...this.entries.values()].filter((entry) => entry.from === from).pop() ?? null;
  }

  /** Show an entry, or show it anew if it changed. */
  add(entry) {
    if (!isShown(entry)) return;
    if (entry.reply) {
      this.dropDraft(entry.reply);
      if (entry.last) this.finished.add(entry.reply);
      if (entry.replaces) this.removeReply(entry.replaces);
    }
    const known = this.nodes.get(entry.id);
    this.entries.set(entry.id, { ...this.entries.get(entry.id), ...entry });
    const node = this.build(this.entries.get(entry.id));
    this.nodes.set(entry.id, node);
    if (known) known.replaceWith(node);
    else this.append(node, entry);
    for (const id of entry.in_reply_to ?? []) this.mark(id, entry.from === "persona" ? "answered" : null);
    this.refreshTools();
  }

  append(node, entry) {
    const previous = this.list.lastElementChild;
    const today = day(entry.time);
    if (this.list.dataset.day !== today || !previous) {
      this.list.dataset.day = today;
      this.list.append(el("li", { class: "day" }, el("span", { text: today })));
    } else if (previous.dataset.from === entry.from) node.classList.add("follows");
    this.list.append(node);
  }

  /** A reply that was made anew takes the place of the older one. */
  removeReply(reply) {
    for (const other of [...this.entries.values()]) if (other.reply === reply) this.remove(other.id);
  }

  remove(id) {
    this.nodes.get(id)?.remove();
    this.nodes.delete(id);
    this.entries.delete(id);
  }

  /** Note what became of a message that the person sent. */
  mark(id, state) {
    const entry = this.entries.get(id);
    if (!entry || state === null || entry.state === state) return;
    entry.state = state;
    const node = this.build(entry);
    if (this.nodes.get(id)?.classList.contains("follows")) node.classList.add("follows");
    this.nodes.get(id)?.replaceWith(node);
    this.nodes.set(id, node);
    this.refreshTools();
  }

  build(entry) {
    const mine = entry.from === "person";
    const who = mine ? t("log.you") : entry.from === "persona" ? this.persona.name : t("log.service");
    const body = mine
      ? el("div", { class: "bubble", dir: "auto", text: wordsOf(entry) })
      : el("div", { class: "bubble" }, partsOf(entry, this.doing.press));
    const foot = el(
      "div",
      { class: "foot" },
      el("time", { datetime: new Date(entry.time).toISOString(), text: clock(entry.time) }),
      entry.cut ? el("span", { class: "cut", text: t("log.cut") }) : null,
    );
    const node = el(
      "li",
      { class: `message ${entry.from} state-${entry.state}`, data: { from: entry.from, id: entry.id } },
      el("span", { class: "unseen", text: `${who}: ` }),
      body,
      foot,
    );
    if (mine) this.state(entry, foot);
    foot.append(el("span", { class: "tools" }));
    return node;
  }

  state(entry, foot) {
    const tool = (label, act) =>
      el("button", { type: "button", class: "tool", on: { click: () => act(entry) } }, icon("retry"), el("span", { text: label }));
    if (entry.state === "sending") foot.append(el("span", { class: "note", text: t("log.sending") }));
    if (entry.state === "unsent") {
      foot.append(el("span", { class: "note wrong", text: entry.why ?? t("log.unsent") }), tool(t("log.resend"), this.doing.resend));
    }
    if (entry.state === "unanswered") {
      foot.append(el("span", { class: "note wrong", text: t("log.unanswered") }), tool(t("log.again"), this.doing.askAgain));
    }
  }

  /** Only the last reply can be made anew, and only the last message of one's own be changed. */
  refreshTools() {
    for (const button of this.list.querySelectorAll(".tools > *")) button.remove();
    const reply = this.last("persona");
    const asked = [...this.entries.values()].filter((entry) => entry.from === "person" && !wordsOf(entry).startsWith("/")).pop();
    // A greeting answers nothing, and an older reply not what was said last: nothing to answer anew.
    if (reply && asked && this.isBefore(asked, reply) && !UNANSWERED.has(asked.state) && this.running.size === 0) {
      this.tools(reply)?.append(
        el("button", { type: "button", class: "tool", on: { click: () => this.doing.regenerate() } },
          icon("retry"), el("span", { text: t("log.regenerate") })),
      );
    }
    const mine = this.last("person");
    if (mine && mine.state !== "unsent" && mine.state !== "sending" && this.running.size === 0) {
      this.tools(mine)?.append(
        el("button", { type: "button", class: "tool", on: { click: () => this.doing.edit(mine) } },
          icon("edit"), el("span", { text: t("log.edit") })),
      );
    }
  }

  isBefore(entry, other) {
    for (const id of this.entries.keys()) {
      if (id === entry.id) return true;
      if (id === other.id) return false;
    }
    return false;
  }

  tools(entry) {
    return this.nodes.get(entry.id)?.querySelector(".tools");
  }

  // ------------------------------------------------------------------ what is being written

  draft(draft) {
    if (this.finished.has(draft.reply)) return;
    if (!draft.append && draft.text === "") {
      this.dropDraft(draft.reply);
      this.refreshTools();
      return;
    }
    const running = this.running.get(draft.reply) ?? this.startDraft(draft.reply);
    running.text = draft.append ? running.text + draft.text : draft.text;
    if (!running.due) {
      // As often as the screen is drawn, and not at all while nobody looks.
      running.due = requestAnimationFrame(() => {
        running.due = 0;
        running.bubble.replaceChildren(...markdown(running.text));
        this.onGrowth?.();
      });
    }
  }

  startDraft(reply) {
    const bubble = el("div", { class: "bubble" });
    const node = el("div", { class: "message persona draft" }, bubble);
    this.drafts.append(node);
    const running = { text: "", bubble, node, due: 0 };
    this.running.set(reply, running);
    this.refreshTools();
    return running;
  }

  dropDraft(reply) {
    const running = this.running.get(reply);
    if (!running) return;
    cancelAnimationFrame(running.due);
    running.node.remove();
    this.running.delete(reply);
  }
}
