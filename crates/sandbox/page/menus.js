// Purpose: menus and panels that float over the page, with keyboard, Esc and focus that comes back.
import { fill, h, icon, iconButton } from "/page/dom.js";

let current = null;

/** Close whatever floats; true if something did. */
export function closeFloat() {
  if (!current) return false;
  const { el, back, onClose, anchor } = current;
  current = null;
  const had = el.contains(document.activeElement);
  el.remove();
  anchor?.setAttribute?.("aria-expanded", "false");
  // What had the focus may have been drawn anew in the meantime.
  const key = back?.dataset?.key;
  const home = back?.isConnected ? back : key && [...document.querySelectorAll("[data-key]")].find((x) => x.dataset.key === key);
  if (had && home) home.focus();
  onClose?.();
  return true;
}

function float(el, anchor, point, onClose) {
  const back = document.activeElement;
  closeFloat();
  document.body.append(el);
  current = { el, back, onClose, anchor };
  if (anchor?.hasAttribute?.("aria-haspopup")) anchor.setAttribute("aria-expanded", "true");
  const box = el.getBoundingClientRect();
  const from = anchor && !point ? anchor.getBoundingClientRect() : { left: point.x, right: point.x, top: point.y, bottom: point.y };
  const x = Math.max(8, Math.min(from.left, innerWidth - box.width - 8));
  let y = from.bottom + 6;
  if (y + box.height > innerHeight - 8) y = Math.max(8, from.top - box.height - 6);
  el.style.left = `${x}px`;
  el.style.top = `${y}px`;
}

document.addEventListener("pointerdown", (event) => {
  if (current && !current.el.contains(event.target) && !current.anchor?.contains?.(event.target)) closeFloat();
}, true);
window.addEventListener("resize", closeFloat);

/**
 * A menu at an element (or a point). Items: {label, detail, icon, face, act, checked, danger} or {heading} or {line: true} or {row: [{label, text, act}], grid}.
 */
export function openMenu(anchor, label, items, point) {
  if (current?.anchor && current.anchor === anchor && !point) {
    closeFloat();
    return;
  }
  const run = (act) => () => {
    closeFloat();
    act();
  };
  const el = h("div", { class: "menu", role: "menu", "aria-label": label, tabindex: "-1" });
  for (const item of items) {
    if (!item) continue;
    if (item.line) el.append(h("div", { class: "menu-line", role: "separator" }));
    else if (item.heading) el.append(h("div", { class: "menu-heading", role: "presentation" }, item.heading));
    else if (item.row) el.append(h("div", { class: `menu-row${item.grid ? " menu-grid" : ""}`, role: "group", "aria-label": item.label }, item.row.map((r) => h("button", { type: "button", class: "emoji-button", role: "menuitem", tabindex: "-1", "aria-label": r.label, title: r.label, on: { click: run(r.act) } }, r.text))));
    else {
      el.append(h("button", {
        type: "button", class: `menu-item${item.danger ? " danger" : ""}`, tabindex: "-1",
        role: item.checked === undefined ? "menuitem" : "menuitemradio",
        "aria-checked": item.checked === undefined ? undefined : String(item.checked),
        on: { click: run(item.act) },
      }, item.face ?? (item.icon ? icon(item.icon) : null),
      h("span", { class: "menu-words" }, h("span", { class: "menu-label", text: item.label }), item.detail ? h("span", { class: "menu-detail", text: item.detail }) : null),
      item.checked ? icon("check") : null));
    }
  }
  const entries = () => [...el.querySelectorAll("button")];
  el.addEventListener("keydown", (event) => {
    const all = entries();
    const at = all.indexOf(document.activeElement);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (go !== undefined) {
      event.preventDefault();
      all[(go + all.length) % all.length]?.focus();
    } else if (event.key === "Tab") {
      event.preventDefault();
      closeFloat();
    } else if (event.key.length === 1 && /\S/.test(event.key)) {
      const hit = [...all.slice(at + 1), ...all].find((b) => b.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()));
      hit?.focus();
    }
  });
  float(el, anchor, point);
  (el.querySelector("[aria-checked=true]") ?? entries()[0])?.focus();
}

/** A panel (pins, people) at an element: a dialog that does not block the page. Returns its body to fill. */
export function openPanel(anchor, title) {
  if (current?.anchor === anchor) {
    closeFloat();
    return null;
  }
  const body = h("div", { class: "panel-body", tabindex: "-1" });
  const el = h("div", { class: "panel", role: "dialog", "aria-label": title },
    h("header", { class: "panel-head" }, h("h2", { text: title }), iconButton("close", "Close", closeFloat)), fill(body, h("p", { class: "muted", text: "Reading…" })));
  float(el, anchor);
  body.focus();
  return body;
}
