// Purpose: the list above an input: commands, choices, people. One listbox, moved with arrows, picked with Enter or Tab.
import { fill, h } from "/page/dom.js";

let serial = 0;

export class Suggestions {
  constructor() {
    this.id = `suggest-${++serial}`;
    this.items = [];
    this.active = 0;
    this.list = h("div", { class: "suggest-list", id: this.id, role: "listbox" });
    this.title = h("div", { class: "suggest-title", "aria-hidden": "true" });
    this.el = h("div", { class: "suggest", hidden: true }, this.title, this.list);
    this.el.addEventListener("pointerdown", (e) => e.preventDefault());
  }

  attach(input) {
    this.input = input;
    input.setAttribute("aria-autocomplete", "list");
    // A multi-line box may not be a combobox; the active entry is announced all the same.
    if (input.tagName === "INPUT") {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-expanded", "false");
    }
    input.setAttribute("aria-controls", this.id);
  }

  /** Items: {label, detail, note, pick}. Nothing is shown without items, unless `empty` says a sentence. */
  show(title, items, { empty = null, active = 0 } = {}) {
    this.items = items;
    this.active = Math.min(active, items.length - 1);
    this.list.setAttribute("aria-label", title);
    this.title.textContent = items.length ? title : empty ?? "";
    this.el.hidden = !items.length && !empty;
    this.list.hidden = !items.length;
    fill(this.list, items.map((item, i) => h("div", { class: "suggest-item", role: "option", id: `${this.id}-${i}`, on: { click: () => this.items[i]?.pick() } },
      h("span", { class: "suggest-label", text: item.label }), item.detail ? h("span", { class: "suggest-detail", text: item.detail }) : null, item.note ? h("span", { class: "suggest-note", text: item.note }) : null)));
    this.expanded(items.length > 0);
    this.mark();
  }

  hide() {
    this.items = [];
    this.el.hidden = true;
    fill(this.list);
    this.expanded(false);
    this.input?.removeAttribute("aria-activedescendant");
  }

  expanded(open) {
    if (this.input?.getAttribute("role") === "combobox") this.input.setAttribute("aria-expanded", String(open));
  }

  get open() {
    return !this.el.hidden && this.items.length > 0;
  }

  mark() {
    [...this.list.children].forEach((el, i) => {
      el.setAttribute("aria-selected", String(i === this.active));
      if (i === this.active) el.scrollIntoView({ block: "nearest" });
    });
    if (this.active >= 0 && this.items.length) this.input?.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    else this.input?.removeAttribute("aria-activedescendant");
  }

  /** True when the key was for the list. */
  key(event) {
    if (this.el.hidden) return false;
    if (event.key === "Escape") {
      this.hide();
      event.preventDefault();
      event.stopPropagation();
      return true;
    }
    if (!this.items.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + this.items.length) % this.items.length;
      this.mark();
    } else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && !event.shiftKey)) {
      if (this.active < 0) return false;
      this.items[this.active].pick();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }
}
