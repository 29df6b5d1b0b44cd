// The page, put together: who is here, what they see, and what happens when something arrives.

import * as api from "./api.js";
import { avatar, byId, el, icon } from "./dom.js";
import { Composer } from "./composer.js";
import { Data, Recover } from "./data.js";
import { Gate, stepOf } from "./gate.js";
import { markdown } from "./markdown-dom.js";
import { partsOf, wordsOf } from "./notice.js";
import { arrived, ask, failure } from "./service.js";
import { Settings } from "./settings.js";
import { Side } from "./side.js";
import { Stream } from "./stream.js";
import { Talk, isShown } from "./talk.js";
import { setWords, setZone, t } from "./texts.js";

// What the server says of messages that have no answer yet.
const OPEN = new Set(["waiting", "in_turn"]);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class App {
  constructor() {
    this.me = null;
    this.persona = "";
    this.theme = "auto";
    this.language = "";
    this.link = "online";
    this.unread = new Set();
    this.pending = new Set();
    this.receipt = null;
    this.gone = false;
    this.refreshing = 0;
    this.stream = new Stream({
      message: (entry) => this.message(entry),
      draft: (draft) => this.draft(draft),
      typing: () => this.typing(),
      state: (state) => {
        this.link = state;
        this.drawBanner();
        if (state === "online") this.refreshSoon();
      },
    });
    this.gate = new Gate({
      refresh: () => this.refreshSoon(),
      language: (tag) => this.refresh(tag),
      openData: () => this.data.open(),
      openRecover: () => this.recover.open(),
      answered: () => this.gateAnswered(),
    });
    this.talk = new Talk(byId("messages"), byId("drafts"), {
      resend: (entry) => this.transmit(entry),
      askAgain: (entry) => this.askAgain(entry),
      regenerate: () => this.command("regenerate"),
      press: (button) => this.press(button),
      edit: (entry) => this.composer.edit(entry, wordsOf(entry)),
    });
    this.talk.onGrowth = () => this.follow();
    this.side = new Side({
      choose: (id) => this.choose(id),
      openSettings: () => this.settings.open(),
      openData: () => this.data.open(),
    });
    this.composer = new Composer({
      say: (text) => this.say(text),
      change: (entry, text) => this.change(entry, text),
      stop: () => this.command("stop"),
    });
    this.settings = new Settings(this);
    this.data = new Data(this);
    this.recover = new Recover(this);
    this.wire();
  }

  wire() {
    const scroll = byId("scroll");
    byId("to-end").append(icon("down"));
    byId("to-end").addEventListener("click", () => this.toEnd());
    byId("earlier").addEventListener("click", () => this.earlier());
    byId("theme").addEventListener("click", () => this.setTheme(this.isDark() ? "light" : "dark"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.drawTheme());
    scroll.addEventListener("scroll", () => {
      this.atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 90;
      byId("to-end").hidden = this.atEnd;
    });
    this.atEnd = true;
    new ResizeObserver(() => this.follow()).observe(scroll);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) {
        this.drawTitle();
        if (this.link === "elsewhere") this.useHere();
      }
    });
  }

  // ---------------------------------------------------------------- who is here

  /** Ask the server who is here and show what follows from it. */
  async refresh(language = this.language) {
    this.language = language;
    const me = await api.me(language);
    if (this.gone) return; // what is left is the farewell, until the person begins anew
    const was = this.me?.state ?? "stranger";
    this.me = me;
    setWords(this.me.words, this.me.language);
    setZone(this.me.settings.time_zone);
    this.drawTheme();
    if (was !== "stranger" && this.me.state === "stranger") return this.farewell();
    const step = stepOf(this.me);
    if (this.me.state !== "stranger" && !this.stream.running) this.stream.start(this.me.cursor);
    if (step) this.showGate(step);
    else if (byId("chat").hidden) await this.enter();
    else this.draw();
  }

  /** Refresh in a moment, once for everything that happens until then. */
  refreshSoon() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(async () => {
      try {
        await this.refresh();
        if (!byId("chat").hidden) await this.reconcile();
      } catch {
        // The stream says so when the server is out of reach, and comes back here then.
      }
    }, 120);
  }

  async gateAnswered() {
    const before = stepOf(this.me);
    for (const wait of [0, 80, 200, 400, 800, 1_500, 3_000, 6_000]) {
      await pause(wait);
      await this.refresh();
      if (stepOf(this.me) !== before || this.gate.declined) return;
    }
    byId("gate-error").textContent = t("gate.stuck");
  }

  view(name) {
    for (const id of ["gate", "chat", "farewell"]) byId(id).hidden = id !== name;
    byId("skip").hidden = name !== "chat";
  }

  showGate(step) {
    this.view("gate");
    this.gate.show(this.me, step);
    document.title = t("service.name");
  }

  farewell() {
    this.gone = true;
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    const title = el("h1", { tabindex: "-1", text: t("farewell.title") });
    byId("farewell-card").replaceChildren(
      el("div", { class: "gate-mark", "aria-hidden": "true" }), title,
      el("div", { class: "gate-words", id: "farewell-words", role: "status" }),
      el("div", { class: "gate-answers" },
        el("button", { type: "button", class: "button", text: t("farewell.again"), on: { click: () => location.reload() } })));
    this.drawReceipt();
    this.view("farewell");
    title.focus();
    api.endSession().catch(() => {});
    // The receipt may come a moment after the deed.
    setTimeout(() => this.stream.stop(), 10_000);
  }

  drawReceipt() {
    const said = this.receipt && !this.receipt.parts.some((part) => part.type === "buttons");
    byId("farewell-words").replaceChildren(...(said ? partsOf(this.receipt, async () => false) : markdown(t("farewell.text"))));
  }

  recovered() {
    this.stream.stop();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    location.reload();
  }

  openRecover() {
    byId("data").close();
    this.recover.open();
  }

  /** A notice that answered something asked in a dialog. */
  answered(entry) {
    this.receipt = entry;
    if (this.gone) this.drawReceipt();
    else this.refreshSoon();
  }

  // ---------------------------------------------------------------- the conversation

  card(id = this.persona) {
    return this.me.personas.find((card) => card.id === id) ?? this.me.personas[0];
  }

  async enter() {
    this.view("chat");
    await this.show(this.me.persona || this.me.personas[0].id);
    this.composer.focus();
  }

  /** Wait for something; false, and said in the banner, if it failed. */
  async tried(work) {
    try {
      await work;
      return true;
    } catch (error) {
      this.drawBanner(failure(error));
      return false;
    }
  }

  async choose(id) {
    if (id === this.persona) return this.composer.focus();
    if (!(await this.tried(this.show(id)))) return;
    this.composer.focus();
    // The choice holds on the person's other pages and next time, too.
    ask({ command: "persona", argument: id }).catch(() => {});
  }

  async show(id) {
    this.persona = id;
    this.unread.delete(id);
    this.pending.clear();
    this.talk.begin(this.card(id), []);
    const { messages, more } = await api.history(id);
    if (this.persona !== id) return;
    const there = new Set(messages.map((entry) => entry.id));
    // What came while we asked is not in the answer.
    const newer = [...this.talk.entries.values()].filter((entry) => !there.has(entry.id));
    this.talk.begin(this.card(id), [...messages, ...newer]);
    byId("earlier").hidden = !more;
    for (const entry of messages) if (entry.from === "person" && OPEN.has(entry.state) && isShown(entry)) this.pending.add(entry.id);
    this.draw();
    this.toEnd();
  }

  async earlier() {
    const scroll = byId("scroll");
    const height = scroll.scrollHeight;
    const asked = api.history(this.persona, this.talk.oldest);
    if (!(await this.tried(asked))) return;
    const { messages, more } = await asked;
    this.talk.prepend(messages);
    byId("earlier").hidden = !more;
    scroll.scrollTop += scroll.scrollHeight - height;
  }

  /** Compare with the server: what was cleared goes, what became of messages is shown. */
  async reconcile() {
    const id = this.persona;
    const before = new Set(this.talk.entries.keys());
    const { messages, more } = await api.history(id);
    if (this.persona !== id) return;
    const there = new Set(messages.map((entry) => entry.id));
    const since = more ? messages[0].time : 0;
    // What came while we asked is not in the answer, and is not gone for that.
    const newer = [...this.talk.entries.values()].filter((entry) => !there.has(entry.id) && (!before.has(entry.id) || !entry.position));
    const gone = [...this.talk.entries.values()].some((entry) =>
      entry.position && before.has(entry.id) && !there.has(entry.id) && entry.time > since);
    if (gone) {
      this.talk.begin(this.card(id), [...messages, ...newer]);
      byId("earlier").hidden = !more;
    } else {
      for (const entry of messages) {
        const known = this.talk.entries.get(entry.id);
        if (known && known.state !== entry.state) this.talk.mark(entry.id, entry.state);
      }
    }
    for (const entry of messages) if (!OPEN.has(entry.state)) this.pending.delete(entry.id);
    this.draw();
  }

  message(entry) {
    arrived(entry);
    for (const id of entry.in_reply_to ?? []) this.pending.delete(id);
    if (entry.from === "persona" && entry.last) {
      for (const id of [...this.pending]) if (id.startsWith("ui-")) this.pending.delete(id);
    }
    if (entry.from === "service") this.refreshSoon();
    if (byId("chat").hidden || !isShown(entry)) return;
    if (entry.persona && entry.persona !== this.persona) {
      if (entry.from === "persona") this.unread.add(entry.persona);
      this.side.draw(this.me, this.persona, this.unread);
      return;
    }
    if (entry.from !== "person") this.isTyping = false;
    this.talk.add(entry);
    this.draw();
    this.follow();
    if (document.hidden && entry.from !== "person") document.title = `• ${document.title.replace(/^• /, "")}`;
  }

  draft(draft) {
    if (draft.persona && draft.persona !== this.persona) return;
    this.talk.draft(draft);
    this.draw();
  }

  typing() {
    clearTimeout(this.typingTimer);
    this.isTyping = true;
    this.typingTimer = setTimeout(() => {
      this.isTyping = false;
      this.draw();
    }, 6_000);
    this.draw();
  }

  // ---------------------------------------------------------------- what the person does

  say(text) {
    const entry = {
      id: api.newId(), position: "", from: "person", persona: this.persona, thread: null,
      time: Date.now(), state: "sending", parts: [{ type: "text", text }],
    };
    this.transmit(entry);
    this.toEnd();
  }

  async transmit(entry, more = {}) {
    this.talk.add({ ...entry, state: "sending" });
    this.pending.add(entry.id);
    this.draw();
    try {
      await api.send({ id: entry.id, text: wordsOf(entry), persona: entry.persona || this.persona, ...more });
      if (this.talk.entries.get(entry.id)?.state === "sending") this.talk.mark(entry.id, "waiting");
      this.talk.refreshTools();
    } catch (error) {
      this.pending.delete(entry.id);
      const known = this.talk.entries.get(entry.id);
      if (known) known.why = failure(error);
      this.talk.mark(entry.id, "unsent");
      byId("live").textContent = failure(error);
      if (error.code === "stranger" || error.code === "gate") this.refreshSoon();
      this.draw();
    }
  }

  change(entry, text) {
    this.transmit({ ...entry, parts: [{ type: "text", text }] }, { edited: true });
  }

  askAgain(entry) {
    this.talk.mark(entry.id, "answered");
    this.say(wordsOf(entry));
  }

  /** A command about the running conversation, from one of its buttons. */
  async command(command) {
    const id = api.newId("ui");
    if (command === "regenerate") this.pending.add(id);
    this.draw();
    try {
      await api.send({ id, command, persona: this.persona });
    } catch (error) {
      this.pending.delete(id);
      byId("live").textContent = failure(error);
      this.drawBanner(failure(error));
    }
    this.draw();
  }

  async press(button) {
    try {
      await api.send({ id: api.newId("b"), choice: button.command, argument: button.argument, persona: this.persona });
      return true;
    } catch (error) {
      byId("live").textContent = failure(error);
      return false;
    }
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    if (byId("chat").hidden) return;
    const card = this.card();
    const writing = this.talk.running.size > 0;
    const busy = writing || this.pending.size > 0;
    this.talk.persona = card;
    this.side.draw(this.me, this.persona, this.unread);
    byId("head-avatar").replaceChildren(avatar(card));
    byId("head-name").textContent = card.name;
    byId("head-about").textContent = t("head.ai");
    byId("writing").hidden = writing || !(busy || this.isTyping);
    byId("writing-words").textContent = t("log.writing", { name: card.name });
    this.drawEmpty(card);
    this.composer.draw(card, busy);
    this.drawTitle();
    this.drawBanner();
    this.follow();
  }

  /** Before the first words there is the companion to look at. */
  drawEmpty(card) {
    const empty = byId("empty");
    const begun = this.talk.last("person") || this.talk.last("persona") || this.talk.running.size > 0;
    const shows = begun ? "" : `${card.id} ${this.me.language}`;
    if (empty.dataset.shows === shows) return;
    empty.dataset.shows = shows;
    empty.hidden = Boolean(begun);
    if (begun) return empty.replaceChildren();
    empty.replaceChildren(
      avatar(card, "large"),
      el("h2", { text: t("empty.title", { name: card.name }) }),
      el("p", { dir: "auto", text: card.about }));
  }

  drawTitle() {
    document.title = `${this.card().name} – ${t("service.name")}`;
  }

  drawBanner(text = "") {
    const banner = byId("banner");
    const button = (key, act) => el("button", { type: "button", class: "button small", text: t(key), on: { click: act } });
    const content = [];
    if (text) content.push(el("span", { text }));
    else if (this.link === "offline") content.push(el("span", { text: t("banner.offline") }));
    else if (this.link === "elsewhere") content.push(el("span", { text: t("banner.elsewhere") }), button("banner.here", () => this.useHere()));
    else if (this.me?.state === "paused") {
      content.push(el("span", { text: t("banner.paused") }), button("data.resume.do", () => ask({ command: "resume" }).catch(() => {})));
    } else if (this.me?.state === "restricted") content.push(el("span", { text: t("banner.restricted") }));
    const said = content.map((node) => node.textContent).join(" ");
    if (banner.dataset.said === said) return;
    banner.dataset.said = said;
    banner.replaceChildren(...content);
    banner.hidden = content.length === 0;
  }

  useHere() {
    this.link = "online";
    this.stream.open();
  }

  isDark() {
    return this.theme === "dark" || (this.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  }

  setTheme(theme) {
    // Kept for this visit only: nothing is stored in the browser but the cookie.
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
    this.drawTheme();
  }

  drawTheme() {
    const label = t(this.isDark() ? "theme.to_light" : "theme.to_dark");
    byId("theme").replaceChildren(icon(this.isDark() ? "sun" : "moon"));
    byId("theme").setAttribute("aria-label", label);
    byId("theme").title = label;
  }

  toEnd() {
    const scroll = byId("scroll");
    scroll.scrollTop = scroll.scrollHeight;
    this.atEnd = true;
    byId("to-end").hidden = true;
  }

  /** Stay at the end while the conversation grows, unless somebody is reading further up. */
  follow() {
    if (this.atEnd) byId("scroll").scrollTop = byId("scroll").scrollHeight;
  }
}

async function start() {
  const app = new App();
  for (let wait = 500; ; wait = Math.min(15_000, wait * 2)) {
    try {
      await app.refresh();
      byId("boot").hidden = true;
      return;
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      byId("boot").hidden = false;
      await pause(wait);
    }
  }
}

start();
