// Purpose: an app's form (modal) as a dialog: text inputs and selects, checked before they are sent.
import { fill, h, icon } from "/page/dom.js";
import { act } from "/page/interactions.js";
import { markdown } from "/page/markdown.js";
import { allUsers, placeName, state } from "/page/state.js";

let open = null;

/** Show the form of {"id","title","custom_id","components"}. */
export function openForm(modal) {
  if (open?.dataset.modal === modal.id) return;
  open?.close();
  const fields = [];
  const body = h("div", { class: "form-body" }, (modal.components ?? []).map((c) => part(c, fields)));
  const problem = h("p", { class: "form-problem", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary" }, "Submit");
  const form = h("form", { novalidate: true, on: { submit: send } },
    h("header", { class: "dialog-head" },
      h("h2", { id: "form-title", text: modal.title || "Form" }),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close form", on: { click: () => dialog.close() } }, icon("close"))),
    body, problem,
    h("footer", { class: "dialog-foot" },
      h("button", { type: "button", class: "button secondary", on: { click: () => dialog.close() } }, "Cancel"), submit));
  const dialog = h("dialog", { class: "form-dialog", "aria-labelledby": "form-title", data: { modal: modal.id } }, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (open === dialog) open = null;
  });
  document.body.append(dialog);
  open = dialog;
  dialog.showModal();
  fields[0]?.focus();

  async function send(event) {
    event.preventDefault();
    let first = null;
    const values = {};
    for (const field of fields) {
      const wrong = field.check();
      if (wrong && !first) first = field;
      const value = field.value();
      if (value !== undefined) values[field.id] = value;
    }
    if (first) {
      problem.textContent = "";
      first.focus();
      return;
    }
    submit.disabled = true;
    submit.textContent = "Sending…";
    problem.textContent = "";
    const { failed } = await act("submit", { modal: modal.id, fields: values });
    if (!dialog.isConnected) return;
    submit.disabled = false;
    submit.textContent = "Submit";
    if (failed) fill(problem, icon("warn"), failed);
    else dialog.close();
  }
}

function part(component, fields) {
  switch (component.type) {
    case 1: return (component.components ?? []).map((c) => part(c, fields));
    case 4: return textField(component, component.label, component.description, fields);
    case 10: return h("div", { class: "form-text" }, markdown(component.content));
    case 18: {
      const inner = component.component ?? {};
      return inner.type === 4 ? textField(inner, component.label, component.description, fields) : choiceField(inner, component.label, component.description, fields);
    }
    case 3: case 5: case 6: case 7: case 8: return choiceField(component, component.label ?? component.placeholder, component.description, fields);
    default: return h("p", { class: "muted", text: `This form has a part this page cannot show (type ${component.type}).` });
  }
}

let serial = 0;
function frame(label, description, required, control, extra) {
  const id = `field-${++serial}`;
  control.id = id;
  const wrong = h("p", { class: "field-wrong", id: `${id}-wrong`, role: "alert" });
  const about = description ? h("p", { class: "field-about", id: `${id}-about`, text: description }) : null;
  control.setAttribute("aria-describedby", `${id}-wrong${about ? ` ${id}-about` : ""}`);
  control.setAttribute("aria-required", String(required));
  const el = h("div", { class: "field" },
    h("label", { for: id }, label || "Answer", required ? h("span", { class: "required", text: " required" }) : h("span", { class: "muted", text: " optional" })),
    about, control, h("div", { class: "field-under" }, wrong, extra));
  const say = (text) => {
    wrong.textContent = text;
    control.setAttribute("aria-invalid", String(Boolean(text)));
    return Boolean(text);
  };
  return { el, say };
}

function textField(component, label, description, fields) {
  const required = component.required !== false;
  const long = component.style === 2;
  const control = h(long ? "textarea" : "input", {
    class: "input", placeholder: component.placeholder, maxlength: component.max_length, rows: long ? 4 : undefined, type: long ? undefined : "text", autocomplete: "off",
  });
  control.value = component.value ?? "";
  const counter = h("span", { class: "counter" });
  const { el, say } = frame(label ?? component.label, description, required, control, counter);
  const count = () => {
    counter.textContent = component.max_length ? `${[...control.value].length} / ${component.max_length}` : "";
  };
  count();
  const check = () => {
    const length = [...control.value.trim()].length;
    if (required && length === 0) return say("Please fill this in.");
    if (length > 0 && component.min_length && length < component.min_length) return say(`At least ${component.min_length} characters, please; ${component.min_length - length} more.`);
    if (component.max_length && length > component.max_length) return say(`At most ${component.max_length} characters, please.`);
    return say("");
  };
  control.addEventListener("input", () => {
    count();
    if (control.getAttribute("aria-invalid") === "true") check();
  });
  fields.push({ id: component.custom_id, value: () => control.value, check, focus: () => control.focus() });
  return el;
}

function choiceField(component, label, description, fields) {
  const options = optionsOf(component).map((o) => ({ ...o, default: o.default || component.default_values?.some((v) => v.id === o.value) }));
  const required = component.required !== false;
  const many = (component.max_values ?? 1) > 1;
  const control = h("select", { class: "input", multiple: many, size: many ? Math.min(5, options.length) : undefined },
    many ? null : h("option", { value: "" }, component.placeholder || "Choose…"),
    options.map((o) => h("option", { value: o.value, selected: o.default }, o.label)));
  const { el, say } = frame(label, description, required, control);
  const picked = () => [...control.selectedOptions].map((o) => o.value).filter(Boolean);
  const check = () => {
    if (required && picked().length === 0) return say("Please choose.");
    if (many && picked().length > component.max_values) return say(`At most ${component.max_values}, please.`);
    return say("");
  };
  fields.push({ id: component.custom_id, value: () => (many ? picked() : picked()[0]), check, focus: () => control.focus() });
  return el;
}

/** What a select of any kind offers: [{value, label, description, default}]. */
export function optionsOf(component) {
  switch (component.type) {
    case 5: return people();
    case 6: return roles();
    case 7: return [...people(), ...roles()];
    case 8: return state.world.channels
      .filter((c) => c.type !== 4 && state.sees.channels.includes(c.id) && (!component.channel_types?.length || component.channel_types.includes(c.type)))
      .map((c) => ({ value: c.id, label: placeName(c) }));
    default: return component.options ?? [];
  }
}
const people = () => allUsers().map((u) => ({ value: u.id, label: u.name ?? u.username }));
const roles = () => state.world.roles.filter((r) => r.id !== state.world.guild.id).map((r) => ({ value: r.id, label: `@${r.name}` }));
