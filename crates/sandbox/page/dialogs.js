// Purpose: the page's own small forms: a question, a name, a choice. They close with Escape and give the focus back.
import { fill, h, icon, iconButton } from "/page/dom.js";

let serial = 0;

/**
 * Ask for `fields` ({name, label, value, long, max, optional, hint, options: [{value, label}], many, files}) and do `act(values)`.
 * An error it throws is shown in the dialog, and nothing that was typed is lost.
 */
export function ask({ title, text, fields = [], ok, danger = false, act }) {
  const back = document.activeElement;
  const id = `ask-${++serial}`;
  const problem = h("p", { class: "form-problem", role: "alert" });
  const submit = h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, ok);
  const made = fields.map((f, i) => field(f, `${id}-${i}`));
  const form = h("form", { novalidate: true, on: { submit: send } },
    h("header", { class: "dialog-head" }, h("h2", { id: `${id}-title`, text: title }), iconButton("close", "Close", () => dialog.close())),
    h("div", { class: "form-body" }, text ? h("p", { text }) : null, made.map((f) => f.el)), problem,
    h("footer", { class: "dialog-foot" }, h("button", { type: "button", class: "button secondary", on: { click: () => dialog.close() } }, "Cancel"), submit));
  const dialog = h("dialog", { class: "form-dialog", "aria-labelledby": `${id}-title` }, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (made[0]?.control ?? submit).focus();

  async function send(event) {
    event.preventDefault();
    const missing = made.find((f) => !f.optional && !f.read().length);
    if (missing) {
      fill(problem, icon("warn"), `Please fill in: ${missing.label}.`);
      missing.control.focus();
      return;
    }
    submit.disabled = true;
    fill(problem);
    try {
      await act(Object.fromEntries(made.map((f) => [f.name, f.read()])));
      dialog.close();
    } catch (error) {
      fill(problem, icon("warn"), error.message);
    } finally {
      submit.disabled = false;
    }
  }
}

function field(f, id) {
  let control;
  let read;
  if (f.options && f.many) {
    const boxes = f.options.map((o) => h("input", { type: "checkbox", value: o.value, checked: f.value?.includes(o.value) }));
    control = boxes[0] ?? h("span");
    read = () => boxes.filter((b) => b.checked).map((b) => b.value);
    const set = h("fieldset", { class: "choices" }, h("legend", { text: f.label }), f.options.map((o, i) => h("label", { class: "choice" }, boxes[i], h("span", { text: o.label }))));
    return { ...f, el: set, control, read };
  }
  if (f.options) {
    control = h("select", { id, class: "input" }, f.options.map((o) => h("option", { value: o.value, selected: o.value === f.value }, o.label)));
    read = () => control.value;
  } else if (f.files) {
    control = h("input", { id, class: "input", type: "file", multiple: true });
    read = () => [...control.files];
  } else {
    control = h(f.long ? "textarea" : "input", { id, class: "input", maxlength: f.max, rows: f.long ? 4 : undefined, autocomplete: "off", placeholder: f.hint });
    control.value = f.value ?? "";
    read = () => control.value.trim();
  }
  const el = h("div", { class: "field" }, h("label", { for: id }, f.label, f.optional ? h("span", { class: "muted", text: " optional" }) : null), control);
  return { ...f, el, control, read };
}
