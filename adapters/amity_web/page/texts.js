// The words of the page, as the server gave them for the person's language.

let words = {};
let language = "en";
let zone;

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** Take the words for a language and turn the page to it. */
export function setWords(newWords, newLanguage) {
  words = newWords;
  language = newLanguage;
  document.documentElement.lang = newLanguage;
  document.documentElement.dir = RIGHT_TO_LEFT.has(newLanguage.split("-")[0]) ? "rtl" : "ltr";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.matches("button, a")) node.title = t(node.dataset.tLabel);
  }
}

/** Whether there is a text of this key. */
export const has = (key) => Boolean(words[key]);

/** The text of a key, with `{name}` filled in. */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** Show times in this zone; without one, in the browser's. */
export function setZone(newZone) {
  zone = newZone || undefined;
}

/** The page's language as the browser's owner writes it: en-GB has another clock than en. */
function locale() {
  const same = (tag) => tag.split("-")[0] === language.split("-")[0];
  return navigator.languages.find((tag) => same(tag) && tag.includes("-")) ?? language;
}

function format(options, time) {
  try {
    return new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone }).format(time);
  } catch {
    return new Intl.DateTimeFormat(language, options).format(time);
  }
}

/** The time of day. */
export const clock = (time) => format({ hour: "2-digit", minute: "2-digit" }, time);

/** The day, in words. */
export const day = (time) => format({ weekday: "long", day: "numeric", month: "long" }, time);

/** The day, short, with its year. */
export const date = (time) => format({ day: "numeric", month: "short", year: "numeric" }, time);

/** The language that the page is in. */
export const currentLanguage = () => language;
