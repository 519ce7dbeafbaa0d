// Purpose: build elements. The only way this page makes DOM: text always goes through text nodes, never through HTML.

/** Element `tag` with properties and children. `on` holds listeners, `data` dataset entries, `class`/`text` the obvious. */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") el.className = value;
    else if (name === "text") el.textContent = value;
    else if (name === "on") for (const [type, listener] of Object.entries(value)) el.addEventListener(type, listener);
    else if (name === "data") Object.assign(el.dataset, value);
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  add(el, children);
  return el;
}

/** Append children: nodes, strings, nested arrays; empty ones are skipped. */
export function add(el, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    el.append(child);
  }
  return el;
}

/** Replace all children. */
export function fill(el, ...children) {
  el.replaceChildren();
  return add(el, children);
}

const PATHS = {
  plus: "M12 5v14 M5 12h14",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  hash: "M9 4 7 20 M17 4l-2 16 M4 9h16 M3 15h16",
  thread: "M5 4v9a3 3 0 0 0 3 3h10 M14 12l4 4-4 4",
  forum: "M4 5h16v10H9l-5 4z M8 9h8 M8 12h5",
  pin: "M9 3h6l-1 6 4 4H6l4-4z M12 13v8",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6 M16 4.5a3.5 3.5 0 0 1 0 6.3 M18 14.5c2 .8 3.2 2.6 3.5 5.5",
  menu: "M4 6h16 M4 12h16 M4 18h16",
  close: "M6 6l12 12 M18 6 6 18",
  reply: "M10 6 4 12l6 6 M4 12h10a6 6 0 0 1 6 6v1",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8 14c1 2 2.5 3 4 3s3-1 4-3 M9 9v1 M15 9v1",
  more: "M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0z M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0z M18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0z",
  silent: "M4 4l16 16 M8 8c-.7 4-1 6-3 8h11 M10 19a2 2 0 0 0 4 0 M9.5 5A5 5 0 0 1 17 9c0 2 .3 3.5.8 4.7",
  bell: "M12 4a5 5 0 0 0-5 5c0 4-1 5-2.5 7h15C18 14 17 13 17 9a5 5 0 0 0-5-5z M10 19a2 2 0 0 0 4 0",
  phone: "M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z M11 18h2",
  calls: "M4 6h4 M11 6h9 M4 12h4 M11 12h9 M4 18h4 M11 18h9",
  send: "M4 12 20 5l-6 15-3-6z M11 14l9-9",
  down: "M6 9l6 6 6-6",
  back: "M14 6l-6 6 6 6",
  at: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M16 8v5a2.5 2.5 0 0 0 5 0v-1a9 9 0 1 0-4 7.5",
  out: "M14 4h6v6 M20 4l-9 9 M18 14v5H5V6h5",
  file: "M6 3h8l4 4v14H6z M14 3v4h4",
  lock: "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  edit: "M4 20l1-5L16 4l4 4L9 19z",
  trash: "M5 7h14 M9 7V4h6v3 M7 7l1 13h8l1-13",
  copy: "M9 9h11v11H9z M5 15H4V4h11v1",
  app: "M5 5h5v5H5z M14 5h5v5h-5z M5 14h5v5H5z M14 14h5v5h-5z",
  check: "M5 12l5 5 9-10",
  warn: "M12 4 2.5 20h19z M12 10v4 M12 17h.01",
  eye: "M2.5 12C5 7.5 8 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.5 6.5-9.5 6.5S5 16.5 2.5 12z M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
};

/** A line icon; hidden from screen readers, so the button around it needs a label. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.app);
  svg.append(path);
  return svg;
}

/** A round face with initials; the hue comes from the id. Apps get a square one. */
export function avatar(user, size = "") {
  const id = String(user?.id ?? "0");
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.charCodeAt(0)) % 9973;
  const name = user?.name || user?.global_name || user?.username || "?";
  const el = h("span", { class: `avatar ${size} tone-${sum % 8}${user?.bot ? " is-app" : ""}`, "aria-hidden": "true" });
  el.textContent = name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map((w) => [...w][0].toUpperCase()).join("") || "?";
  return el;
}

/** An icon button with a label. */
export function iconButton(name, label, listener, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: listener }, ...props }, icon(name));
}

const announcer = () => document.getElementById("announcer");
/** Say something politely to screen readers. */
export function announce(text) {
  const el = announcer();
  el.append(h("p", { text }));
  while (el.children.length > 8) el.firstChild.remove();
}

/** A short note at the bottom of the window; `tone` "bad" for refusals. */
export function toast(text, tone = "") {
  for (const old of document.querySelectorAll(".toast")) if (old.firstChild.textContent === text) old.remove();
  const note = h("div", { class: `toast ${tone}`, role: tone === "bad" ? "alert" : "status" }, h("span", { text }),
    iconButton("close", "Dismiss", () => note.remove()));
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), tone === "bad" ? 8000 : 5000);
}
