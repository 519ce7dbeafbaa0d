// Purpose: what an app put under or into a message: buttons, selects and the newer layout components.
import { add, fill, h, icon } from "/page/dom.js";
import { optionsOf } from "/page/forms.js";
import { act } from "/page/interactions.js";
import { markdown } from "/page/markdown.js";

const busy = new Map(); // "message/custom_id" -> {message}
const failures = new Map(); // message id -> sentence
let redraw = () => {};

/** How a message is drawn again when its waiting or failure note changes. */
export function onComponentChange(listener) {
  redraw = listener;
}

const STYLE = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link-button" };

/** All components of a message, plus the red note when the app did not answer. */
export function components(message) {
  const out = [];
  for (const component of message.components ?? []) out.push(part(message, component));
  const failed = failures.get(message.id);
  if (failed) out.push(h("p", { class: "failure", role: "alert" }, icon("warn"), failed));
  return out;
}

async function run(message, what, component, body) {
  const key = `${message.id}/${component.custom_id}`;
  if (busy.has(key)) return;
  busy.set(key, true);
  failures.delete(message.id);
  redraw(message.id);
  const { failed } = await act(what, { message: message.id, custom_id: component.custom_id, ...body });
  busy.delete(key);
  if (failed) failures.set(message.id, failed);
  redraw(message.id);
}

function part(message, component) {
  switch (component.type) {
    case 1: return h("div", { class: "row", role: "group", "aria-label": "Actions" }, (component.components ?? []).map((c) => part(message, c)));
    case 2: return button(message, component);
    case 3: case 5: case 6: case 7: case 8: return select(message, component);
    case 9: return h("div", { class: "section" }, h("div", {}, (component.components ?? []).map((c) => part(message, c))), component.accessory ? part(message, component.accessory) : null);
    case 10: return h("div", { class: "markdown" }, markdown(component.content));
    case 11: return picture(component.media, component.description, "thumbnail");
    case 12: return h("div", { class: "gallery" }, (component.items ?? []).map((i) => picture(i.media, i.description)));
    case 13: return h("a", { class: "link", href: safe(component.file?.url) }, "File");
    case 14: return component.divider === false ? h("div", { class: "gap" }) : h("div", { class: "divider", role: "separator" });
    case 17: {
      const box = h("div", { class: "embed container" }, (component.components ?? []).map((c) => part(message, c)));
      if (Number.isInteger(component.accent_color)) box.style.borderLeftColor = color(component.accent_color);
      return box;
    }
    default: return h("p", { class: "muted", text: `A part this page cannot show (type ${component.type}).` });
  }
}

function button(message, component) {
  const label = [component.emoji?.name && !component.emoji.id ? h("span", { "aria-hidden": component.label ? "true" : undefined, text: component.emoji.name }) : null, component.label];
  if (component.style === 5) {
    return h("a", { class: "button link-button", href: safe(component.url), target: "_blank", rel: "noopener noreferrer", title: component.url }, label, icon("out"));
  }
  const key = `${message.id}/${component.custom_id}`;
  return h("button", {
    type: "button", class: `button ${STYLE[component.style] ?? "secondary"}${busy.has(key) ? " busy" : ""}`, disabled: component.disabled,
    "aria-busy": busy.has(key) ? "true" : undefined, data: { key }, on: { click: () => run(message, "press", component, {}) },
  }, label);
}

function select(message, component) {
  const options = optionsOf(component).map((o) => ({ ...o, default: o.default || component.default_values?.some((v) => v.id === o.value) }));
  const key = `${message.id}/${component.custom_id}`;
  const least = component.min_values ?? 1;
  const most = component.max_values ?? 1;
  const label = component.placeholder || "Make a choice";
  if (most <= 1) {
    const control = h("select", { class: "input select", "aria-label": label, disabled: component.disabled || busy.has(key), data: { key } },
      h("option", { value: "" }, label), options.map((o) => h("option", { value: o.value, selected: o.default }, o.description ? `${o.label} · ${o.description}` : o.label)));
    control.addEventListener("change", () => {
      if (control.value) run(message, "select", component, { values: [control.value] });
    });
    return control;
  }
  const box = h("details", { class: "multi" }, h("summary", { class: "input select", data: { key } }, label));
  const list = h("fieldset", { disabled: component.disabled || busy.has(key) }, h("legend", { class: "unseen", text: label }),
    options.map((o) => h("label", { class: "multi-option" }, h("input", { type: "checkbox", value: o.value, checked: o.default }), h("span", {}, o.label, o.description ? h("span", { class: "muted", text: ` ${o.description}` }) : null))));
  const note = h("span", { class: "muted", role: "status" });
  const done = h("button", { type: "button", class: "button primary" }, "Choose");
  done.addEventListener("click", () => {
    const values = [...list.querySelectorAll("input:checked")].map((i) => i.value);
    if (values.length < least || values.length > most) fill(note, `Choose ${least === most ? least : `${least} to ${most}`}.`);
    else run(message, "select", component, { values });
  });
  add(box, [list, done, note]);
  return box;
}

/** Only web addresses become links. */
export const safe = (url) => (/^https?:\/\//i.test(url ?? "") ? url : undefined);
export const color = (number) => `#${number.toString(16).padStart(6, "0").slice(-6)}`;

/** An address of this server's files without its host: the page may be open under another name or port (a tunnel). */
export function ownUrl(url) {
  if (!safe(url)) return url;
  const parsed = new URL(url);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname) && /^\/cdn\/[a-z-]*attachments\//.test(parsed.pathname);
  return parsed.origin === location.origin || local ? parsed.pathname + parsed.search : url;
}

/** A picture of this server is shown; one elsewhere is a link, since this page loads nothing from other hosts. */
export function picture(media, description, kind = "") {
  const url = ownUrl(media?.url ?? "");
  if (url.startsWith("/")) return h("img", { class: `picture ${kind}`, src: url, alt: description || "Picture without a description", loading: "lazy" });
  if (!safe(url)) return null;
  return h("a", { class: "link picture-elsewhere", href: url, target: "_blank", rel: "noopener noreferrer" }, icon("out"), description || `Picture on ${new URL(url).host}`);
}
