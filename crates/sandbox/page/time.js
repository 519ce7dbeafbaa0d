// Purpose: times as people read them, in the reader's zone; relative ones tick once a second.
import { h } from "/page/dom.js";
import { now } from "/page/state.js";

const format = (options) => {
  const made = new Intl.DateTimeFormat(undefined, options);
  return (ms) => made.format(ms);
};
const STYLES = {
  t: format({ timeStyle: "short" }),
  T: format({ timeStyle: "medium" }),
  d: format({ dateStyle: "short" }),
  D: format({ dateStyle: "long" }),
  f: format({ dateStyle: "long", timeStyle: "short" }),
  F: format({ dateStyle: "full", timeStyle: "short" }),
  s: format({ dateStyle: "short", timeStyle: "short" }),
  S: format({ dateStyle: "short", timeStyle: "medium" }),
};
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [2592000, "day", 86400], [31536000, "month", 2592000], [Infinity, "year", 31536000]];

export const clock = STYLES.t;
export const clockSeconds = STYLES.T;
export const full = STYLES.F;
export const day = STYLES.D;

/** "2 minutes ago", "in 4 minutes". */
export function relative(ms) {
  const seconds = Math.round((ms - now()) / 1000);
  // To the nearest: half a minute more is no minute less.
  const [, unit, size] = STEPS.find(([limit, , size]) => Math.round(Math.abs(seconds) / size) < limit / size);
  return relativeFormat.format(Math.round(seconds / size), unit);
}

/** The element for <t:UNIX:STYLE>; hover shows the whole date. */
export function timestamp(ms, style = "f") {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return h("span", { text: "an unreadable time" });
  const el = h("time", { class: "timestamp", datetime: new Date(ms).toISOString(), title: full(ms) });
  if (style === "R") {
    el.dataset.tick = String(ms);
    el.textContent = relative(ms);
  } else {
    el.textContent = (STYLES[style] ?? STYLES.f)(ms);
  }
  return el;
}

/** Today only the clock; older ones with the date. */
export function stamp(ms) {
  const sameDay = new Date(ms).toDateString() === new Date(now()).toDateString();
  return sameDay ? clock(ms) : STYLES.s(ms);
}

setInterval(() => {
  for (const el of document.querySelectorAll("[data-tick]")) {
    const text = relative(Number(el.dataset.tick));
    if (el.textContent !== text) el.textContent = text;
  }
}, 1000);
