// The settings: how to be called, language, country, time zone, appearance, keys for programs.

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { closeBeside, field, fill, secret, select } from "./panels.js";
import { ask, failure } from "./service.js";
import { currentLanguage, date, t } from "./texts.js";

// ISO 3166-1 alpha-2; the browser knows their names in the person's language.
const COUNTRIES = (
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG " +
  "CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH " +
  "GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY " +
  "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG " +
  "NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM " +
  "SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE " +
  "YT ZA ZM ZW"
).split(" ");

function countries() {
  const names = new Intl.DisplayNames([currentLanguage()], { type: "region" });
  const list = COUNTRIES.map((code) => [code, names.of(code) ?? code]);
  return list.sort((a, b) => a[1].localeCompare(b[1], currentLanguage()));
}

function zones(chosen) {
  const known = Intl.supportedValuesOf("timeZone");
  const all = ["UTC", ...known];
  return (all.includes(chosen) || !chosen ? all : [chosen, ...all]).map((zone) => [zone, zone.replaceAll("_", " ")]);
}

export class Settings {
  /** `app` has: me, refresh(), theme, setTheme(theme). */
  constructor(app) {
    this.app = app;
    this.dialog = byId("settings");
    closeBeside(this.dialog);
  }

  open() {
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    const { settings, languages, language } = this.app.me;
    const unset = ["", t("settings.unset")];
    this.controls = {
      call_name: el("input", { type: "text", maxlength: "60", autocomplete: "off", dir: "auto", value: settings.call_name ?? "" }),
      language: select(Object.entries(languages), settings.language ?? language),
      country: select([unset, ...countries()], settings.country ?? ""),
      time_zone: select([unset, ...zones(settings.time_zone)], settings.time_zone ?? ""),
    };
    this.before = {
      call_name: settings.call_name ?? "",
      language: settings.language ?? language,
      country: settings.country ?? "",
      time_zone: settings.time_zone ?? "",
    };
    this.status = el("p", { class: "note", role: "status" });
    const form = el("form", { class: "form", on: { submit: (event) => this.save(event) } },
      field("set-name", t("settings.name"), this.controls.call_name, t("settings.name.help")),
      field("set-language", t("settings.language"), this.controls.language),
      field("set-country", t("settings.country"), this.controls.country, t("settings.country.help")),
      field("set-zone", t("settings.zone"), this.controls.time_zone),
      el("div", { class: "form-foot" }, el("button", { type: "submit", class: "button strong", text: t("save") }), this.status));
    fill(this.dialog, t("settings.title"), form, this.appearance(), this.app.me.openai ? this.keys() : null);
  }

  async save(event) {
    event.preventDefault();
    const changed = Object.entries(this.controls).filter(([name, control]) => control.value.trim() !== this.before[name]);
    this.status.textContent = t("wait");
    this.status.classList.remove("wrong");
    try {
      for (const [name, control] of changed) {
        const answer = await ask({ command: "settings", argument: `${name}=${control.value.trim()}` });
        if (!answer) throw new api.ApiError("slow", "");
        this.before[name] = control.value.trim();
      }
      await this.app.refresh();
      this.draw();
      this.status.textContent = t("saved");
    } catch (error) {
      this.status.textContent = failure(error);
      this.status.classList.add("wrong");
    }
  }

  appearance() {
    const choice = (value) => {
      const input = el("input", { type: "radio", name: "theme", value, checked: this.app.theme === value, on: { change: () => this.app.setTheme(value) } });
      return el("label", { class: "segment" }, input, el("span", { text: t(`theme.${value}`) }));
    };
    return el("fieldset", { class: "section" },
      el("legend", { text: t("theme.title") }),
      el("div", { class: "segments" }, ["auto", "light", "dark"].map(choice)),
      el("p", { class: "help", text: t("theme.help") }));
  }

  keys() {
    const box = el("section", { class: "section" });
    const shown = el("div", { role: "status" });
    const list = el("ul", { class: "keys" });
    const label = el("input", { type: "text", maxlength: "60", autocomplete: "off" });
    const draw = () => list.replaceChildren(...this.app.me.keys.map((key) => this.key(key, draw, shown)));
    const make = async (event) => {
      event.preventDefault();
      try {
        const made = await api.makeKey(label.value.trim());
        label.value = "";
        shown.replaceChildren(el("p", { class: "help", text: t("keys.once") }), secret(t("keys.key"), made.key));
        await this.app.refresh();
        draw();
        shown.querySelector(".secret").focus();
      } catch (error) {
        shown.replaceChildren(el("p", { class: "wrong", text: failure(error) }));
      }
    };
    draw();
    box.append(
      el("h3", { text: t("keys.title") }),
      el("p", { class: "help", text: t("keys.help", { url: new URL(this.app.me.openai, location.origin).href }) }),
      list,
      el("form", { class: "inline", on: { submit: make } },
        field("key-label", t("keys.label"), label), el("button", { type: "submit", class: "button", text: t("keys.make") })),
      shown);
    return box;
  }

  key(key, draw, shown) {
    const revoke = el("button", {
      type: "button", class: "button small", text: t("keys.revoke"), "aria-label": t("keys.revoke.one", { name: key.label || key.id }),
      on: {
        click: async () => {
          try {
            await api.dropKey(key.id);
            await this.app.refresh();
            draw();
            shown.replaceChildren(el("p", { class: "help", text: t("keys.revoked") }));
          } catch (error) {
            shown.replaceChildren(el("p", { class: "wrong", text: failure(error) }));
          }
        },
      },
    });
    return el("li", {}, el("span", { class: "key-name", dir: "auto", text: key.label || t("keys.nameless") }),
      el("span", { class: "note", text: date(key.created_at) }), revoke);
  }
}
