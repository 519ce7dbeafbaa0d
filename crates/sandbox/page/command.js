// Purpose: filling in a slash command: its options as chips, choices and autocomplete, checked before it is sent.
import { post } from "/page/api.js";
import { fill, h, icon } from "/page/dom.js";
import { encoded } from "/page/files.js";
import { act } from "/page/interactions.js";
import { allUsers, placeName, state } from "/page/state.js";
import { Suggestions } from "/page/suggest.js";

const KIND = { 3: "text", 4: "whole number", 5: "yes or no", 6: "person", 7: "channel", 8: "role", 9: "person or role", 10: "number", 11: "file" };

export class CommandForm {
  constructor(command, composer, typed) {
    this.command = command;
    this.composer = composer;
    this.suggest = composer.suggest;
    this.chips = new Map(); // option name -> {option, el, input, value}
    this.asked = 0;
    this.row = h("div", { class: "chips" }, h("span", { class: "command-name", text: `/${command.path}` }));
    this.rest = h("span", { class: "chip-rest" });
    this.row.append(this.rest);
    this.help = h("p", { class: "command-help", id: "command-help" }, command.about);
    this.problem = h("p", { class: "command-problem", role: "alert" });
    this.el = h("div", { class: "command", role: "group", "aria-label": `Command /${command.path}`, tabindex: "-1" }, this.row, this.help, this.problem);
    this.el.addEventListener("keydown", (e) => this.key(e));
    const given = parse(typed, command.options);
    for (const option of command.options) {
      if (option.required || given[option.name] !== undefined) this.addChip(option, given[option.name]);
    }
    this.drawRest();
  }

  start() {
    const chips = [...this.chips.values()];
    const first = chips.find((c) => !c.input.value) ?? chips.at(-1);
    if (first) first.input.focus();
    else this.rest.querySelector("button")?.focus() ?? this.composer.send.focus();
    if (!chips.length) this.composer.send.focus();
  }

  addChip(option, text = "") {
    const id = `option-${this.command.path.replace(/\W/g, "-")}-${option.name}`;
    const input = h("input", { id, class: "chip-input", type: option.type === 11 ? "file" : "text", autocomplete: "off", "aria-required": String(Boolean(option.required)), "aria-describedby": "command-help" });
    if (option.type !== 11) input.value = text;
    const chip = { option, input, value: undefined, picked: Boolean(text) };
    chip.el = h("span", { class: "chip" }, h("label", { for: id, text: option.name }), input,
      option.required ? null : h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${option.name}`, on: { click: () => this.removeChip(chip) } }, icon("close")));
    const size = () => { if (option.type !== 11) input.style.width = `${Math.max(8, Math.min(42, input.value.length + 2))}ch`; };
    size();
    input.addEventListener("input", () => {
      chip.value = undefined;
      chip.picked = false;
      this.problem.textContent = "";
      chip.el.classList.remove("wrong");
      size();
      this.offer(chip);
    });
    input.addEventListener("focus", () => {
      this.suggest.attach(input);
      fill(this.help, h("strong", { text: option.name }), ` · ${option.description ?? ""} `, h("span", { class: "muted", text: `(${option.required ? "required" : "optional"}, ${KIND[option.type] ?? "text"})` }));
      if (!chip.picked) this.offer(chip);
      else this.suggest.hide();
    });
    input.addEventListener("blur", () => setTimeout(() => !document.activeElement?.classList.contains("chip-input") && this.composer.command === this && this.suggest.hide(), 150));
    chip.size = size;
    this.chips.set(option.name, chip);
    this.rest.before(chip.el);
    return chip;
  }

  removeChip(chip) {
    this.chips.delete(chip.option.name);
    chip.el.remove();
    this.suggest.hide();
    this.drawRest();
    (this.last()?.input ?? this.composer.send).focus();
  }

  drawRest() {
    const left = this.command.options.filter((o) => !this.chips.has(o.name));
    fill(this.rest, left.map((o) => h("button", { type: "button", class: "chip-add", title: o.description, "aria-label": `Add ${o.name}: ${o.description ?? ""}`, on: { click: () => { this.addChip(o).input.focus(); this.drawRest(); } } }, `+ ${o.name}`)));
  }

  last() {
    return [...this.chips.values()].at(-1);
  }

  /** Offer what fits the option in focus. */
  async offer(chip) {
    const { option, input } = chip;
    const wanted = input.value.trim().toLowerCase();
    const ticket = ++this.asked;
    if (option.autocomplete) {
      try {
        const { choices } = await post(`/people/${state.me}/autocomplete`, { channel: this.composer.channel, command: this.command.path, options: this.values(false), focused: option.name });
        if (ticket !== this.asked || document.activeElement !== input) return;
        this.suggest.show(option.name, choices.map((c) => this.item(chip, c.name, c.value)), { empty: wanted ? null : "Nothing to suggest." });
      } catch (error) {
        if (ticket === this.asked) this.suggest.show(option.name, [], { empty: error.message });
      }
      return;
    }
    const offers = candidates(option);
    if (!offers) return this.suggest.hide();
    const hits = offers.filter((o) => o.label.toLowerCase().includes(wanted) || String(o.value).toLowerCase() === wanted).slice(0, 25);
    this.suggest.show(option.name, hits.map((o) => this.item(chip, o.label, o.value, o.detail)), { empty: "Nothing fits. Choose one of the options." });
  }

  item(chip, label, value, detail) {
    return {
      label, detail,
      pick: () => {
        // Choices still on their way are not wanted any more.
        this.asked += 1;
        chip.input.value = label;
        chip.value = value;
        chip.picked = true;
        chip.el.classList.remove("wrong");
        chip.size();
        this.suggest.hide();
        const empty = [...this.chips.values()].find((c) => !c.input.value.trim());
        (empty?.input ?? chip.input).focus();
      },
    };
  }

  key(event) {
    if (event.isComposing) return;
    if (this.suggest.key(event)) return;
    const chip = [...this.chips.values()].find((c) => c.input === event.target);
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.composer.leaveCommand("");
    } else if (event.key === "Enter" && chip) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Backspace" && (!chip || (chip.input.value === ""))) {
      event.preventDefault();
      if (chip && !chip.option.required) this.removeChip(chip);
      else if ([...this.chips.values()].every((c) => !c.input.value)) this.composer.leaveCommand(`/${this.command.path}`);
      else if (chip) this.step(event.target, -1);
    } else if (event.key === "ArrowLeft" && (!chip || chip.input.selectionEnd === 0)) {
      event.preventDefault();
      this.step(event.target, -1);
    } else if (event.key === "ArrowRight" && (!chip || chip.input.selectionStart === chip.input.value.length)) {
      event.preventDefault();
      this.step(event.target, 1);
    }
  }

  step(from, by) {
    const stops = [...this.row.querySelectorAll(".chip-input, .chip-add")];
    stops[stops.indexOf(from) + by]?.focus();
  }

  /** Option values by name; `strict` throws {chip, message} at the first that does not fit. */
  values(strict) {
    const out = {};
    for (const chip of this.chips.values()) {
      const text = chip.input.value.trim();
      if (text && chip.option.type === 11) {
        if (strict) out[chip.option.name] = chip.input.files[0];
        continue;
      }
      if (!text) {
        if (strict && chip.option.required) throw { chip, message: `Please fill in ${chip.option.name}.` };
        continue;
      }
      try {
        out[chip.option.name] = chip.value ?? read(chip.option, text);
      } catch (error) {
        if (strict) throw { chip, message: error.message };
        out[chip.option.name] = text;
      }
    }
    return out;
  }

  async submit() {
    let options;
    try {
      options = this.values(true);
    } catch (wrong) {
      wrong.chip.el.classList.add("wrong");
      fill(this.problem, icon("warn"), wrong.message);
      wrong.chip.input.focus();
      return;
    }
    const { composer } = this;
    const conversation = composer.conversation;
    const shown = Object.entries(options).map(([k, v]) => `${k}: ${v?.name ?? v}`).join(" ");
    composer.leaveCommand("");
    const wait = conversation.pending(`/${this.command.path}${shown ? ` ${shown}` : ""}`);
    try {
      for (const [name, value] of Object.entries(options)) if (value instanceof File) options[name] = await encoded(value);
    } catch (error) {
      return wait.fail(error.message);
    }
    const { failed } = await act("slash", { channel: composer.channel, command: this.command.path, options });
    if (failed) wait.fail(failed);
    else wait.done();
  }
}

function candidates(option) {
  if (option.choices?.length) return option.choices.map((c) => ({ label: c.name, value: c.value }));
  const people = () => allUsers().map((u) => ({ label: u.name, value: u.id, detail: u.bot ? "app" : u.username }));
  const roles = () => state.world.roles.map((r) => ({ label: r.name, value: r.id, detail: "role" }));
  switch (option.type) {
    case 5: return [{ label: "True", value: true }, { label: "False", value: false }];
    case 6: return people();
    case 7: return [...state.world.channels.filter((c) => state.sees.channels.includes(c.id)), ...state.world.threads.filter((t) => state.sees.threads.includes(t.id))]
      .filter((c) => !option.channel_types?.length || option.channel_types.includes(c.type)).map((c) => ({ label: placeName(c), value: c.id }));
    case 8: return roles();
    case 9: return [...people(), ...roles()];
    default: return null;
  }
}

/** What was typed as the value the app gets. */
function read(option, text) {
  const offers = candidates(option);
  if (offers) {
    const hit = offers.find((o) => o.label.toLowerCase() === text.toLowerCase() || o.label.replace(/^[@#]/, "").toLowerCase() === text.replace(/^[@#]/, "").toLowerCase() || String(o.value) === text);
    if (!hit) throw new Error(`${option.name}: choose one of the options.`);
    return hit.value;
  }
  if (option.type === 4 || option.type === 10) {
    const number = Number(text);
    if (!Number.isFinite(number) || (option.type === 4 && !Number.isInteger(number))) throw new Error(`${option.name} is a ${KIND[option.type]}.`);
    if (option.min_value !== undefined && number < option.min_value) throw new Error(`${option.name} is at least ${option.min_value}.`);
    if (option.max_value !== undefined && number > option.max_value) throw new Error(`${option.name} is at most ${option.max_value}.`);
    return number;
  }
  if (option.min_length && text.length < option.min_length) throw new Error(`${option.name}: at least ${option.min_length} characters.`);
  if (option.max_length && text.length > option.max_length) throw new Error(`${option.name}: at most ${option.max_length} characters.`);
  return text;
}

/** "title: Checkout down severity: SEV-1" by option name; text before any name goes to the first option. */
function parse(typed, options) {
  const out = {};
  if (!typed.trim()) return out;
  const marks = options.map((o) => ({ name: o.name, at: new RegExp(`(?:^|\\s)${o.name.replace(/[^\w-]/g, "\\$&")}:`).exec(typed) })).filter((m) => m.at).sort((a, b) => a.at.index - b.at.index);
  const lead = typed.slice(0, marks[0]?.at.index ?? typed.length).trim();
  if (lead && options[0]) out[options[0].name] = lead;
  marks.forEach((mark, i) => {
    const from = mark.at.index + mark.at[0].length;
    out[mark.name] = typed.slice(from, marks[i + 1]?.at.index ?? typed.length).trim();
  });
  return out;
}

