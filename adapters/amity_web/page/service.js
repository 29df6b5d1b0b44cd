// Asking the service itself (settings, rights): a question, and the notices that answer it.
//
// Ids of what is asked from a dialog begin with "ui-": answers to those alone belong into the
// dialog, and the conversation does not show them.

import * as api from "./api.js";
import { el } from "./dom.js";
import { partsOf } from "./notice.js";
import { t } from "./texts.js";

const waiting = new Map();
const PATIENCE = 20_000;

/** Whether a message answers nothing but what was asked from a dialog. */
export function isForDialog(entry) {
  return entry.from === "service" && entry.in_reply_to.length > 0 &&
    entry.in_reply_to.every((id) => id.startsWith("ui-"));
}

/** Hand an arrived notice to whoever asked. */
export function arrived(entry) {
  for (const id of entry.in_reply_to ?? []) waiting.get(id)?.(entry);
}

/** What to tell a person about a request that failed. */
export function failure(error) {
  if (error.code === "refused") return error.message;
  const key = `error.${error.code}`;
  const text = t(key);
  return text === key ? t("error.internal", { id: error.id ?? "" }) : text;
}

/** Ask something; returns the first notice that answers, or null if none came in time. */
export async function ask(request, onMore = null) {
  const id = api.newId("ui");
  let done;
  let first = true;
  const answer = new Promise((resolve) => {
    done = resolve;
  });
  waiting.set(id, (entry) => {
    if (first) done(entry);
    else onMore?.(entry);
    first = false;
  });
  const timer = setTimeout(() => done(null), PATIENCE);
  try {
    await api.send({ id, ...request });
    return await answer;
  } finally {
    clearTimeout(timer);
    // What else answers it (a file after "please wait") may come a little later.
    setTimeout(() => waiting.delete(id), onMore ? 10 * 60_000 : 0);
  }
}

/** A place in a dialog where the service is asked and its answers are shown and pressed. */
export class ServicePlace {
  /** `onAnswer(entry)` is told of each answer. */
  constructor(onAnswer = () => {}) {
    this.node = el("div", { class: "service", role: "status", "aria-live": "polite" });
    this.onAnswer = onAnswer;
  }

  clear() {
    this.node.replaceChildren();
  }

  say(text) {
    this.node.replaceChildren(el("p", { class: "service-words", text }));
  }

  /** Show what is known already, and go there. */
  tell(nodes) {
    const words = el("div", { class: "service-words", tabindex: "-1" }, nodes);
    this.node.replaceChildren(words);
    words.focus();
  }

  /** Ask, and show what comes. What was asked before stays where the question did not arrive. */
  async run(request) {
    const before = [...this.node.children].filter((node) => !node.matches(".wrong"));
    this.say(t("wait"));
    try {
      const answer = await ask(request, (entry) => this.show(entry));
      if (answer) this.show(answer);
      else this.fail(before, t("error.slow"));
      return answer;
    } catch (error) {
      this.fail(before, failure(error));
      return null;
    }
  }

  fail(before, text) {
    this.node.replaceChildren(...before, el("p", { class: "service-words wrong", text }));
  }

  show(entry) {
    const press = async (button) =>
      (await this.run({ choice: button.command, argument: button.argument })) !== null;
    const words = el("div", { class: "service-words", tabindex: "-1" }, partsOf(entry, press));
    this.node.replaceChildren(words);
    // Never a button: Enter, pressed twice on "Delete…", would be the answer to the question.
    (words.querySelector("button") ? words : (words.querySelector("a") ?? words)).focus();
    this.onAnswer(entry);
  }
}
