// The event stream: comes back by itself from the last event it saw, so that nothing is missed.

import { eventsUrl } from "./api.js";

const SLOWEST = 30_000;

export class Stream {
  /**
   * `on` has: message(entry), draft(draft), typing(), state("online" | "offline" | "elsewhere").
   */
  constructor(on) {
    this.on = on;
    this.source = null;
    this.cursor = "";
    this.wait = 1_000;
    this.timer = 0;
    window.addEventListener("online", () => this.source || this.timer ? this.open() : null);
  }

  /** Listen to everything after a position. */
  start(cursor) {
    this.cursor = cursor;
    this.open();
  }

  /** Stop listening. */
  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.source?.close();
    this.source = null;
  }

  open() {
    this.stop();
    const source = new EventSource(eventsUrl(this.cursor));
    this.source = source;
    source.addEventListener("open", () => {
      this.wait = 1_000;
      this.on.state("online");
    });
    source.addEventListener("message", (event) => {
      if (event.lastEventId) this.cursor = event.lastEventId;
      this.on.message(JSON.parse(event.data));
    });
    source.addEventListener("draft", (event) => this.on.draft(JSON.parse(event.data)));
    source.addEventListener("typing", () => this.on.typing());
    source.addEventListener("end", (event) => {
      if (JSON.parse(event.data).reason === "superseded") {
        // Too many windows are open: this one rests until it is used again.
        this.stop();
        this.on.state("elsewhere");
      }
    });
    source.addEventListener("error", () => {
      if (this.source !== source) return;
      this.on.state("offline");
      // The browser comes back by itself from a broken connection, but not from a refusal.
      source.close();
      this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
      this.wait = Math.min(SLOWEST, this.wait * 2);
    });
  }

  /** Whether it is listening, or about to. */
  get running() {
    return this.source !== null || this.timer !== 0;
  }
}
