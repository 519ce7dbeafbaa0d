// Purpose: files that people send: picked, pasted or dropped, kept beside the draft until it is sent.
import { fill, h, icon, toast } from "/page/dom.js";

const MOST = 10;
const BYTES = 10 * 1024 * 1024;

/** "12 KiB" */
export const size = (bytes) => (bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MiB` : bytes >= 1024 ? `${Math.round(bytes / 1024)} KiB` : `${bytes ?? 0} bytes`);

/** A file as the control API takes it. */
export function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`));
    reader.onload = () => resolve({ filename: file.name, content_type: file.type, base64: reader.result.slice(reader.result.indexOf(",") + 1) });
    reader.readAsDataURL(file);
  });
}

export class Tray {
  /** `changed` runs when files come or go. */
  constructor(changed) {
    this.files = [];
    this.changed = changed;
    this.picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
    this.picker.addEventListener("change", () => {
      this.add([...this.picker.files]);
      this.picker.value = "";
    });
    this.el = h("ul", { class: "tray", "aria-label": "Files to send", hidden: true });
  }

  pick() {
    this.picker.click();
  }

  add(files) {
    for (const file of files) {
      if (file.size > BYTES) toast(`${file.name} is larger than 10 MiB.`, "bad");
      else if (this.files.length >= MOST) toast(`A message takes ${MOST} files at most.`, "bad");
      else this.files.push(file);
    }
    this.draw();
  }

  clear() {
    this.files = [];
    this.draw();
  }

  draw() {
    this.el.hidden = !this.files.length;
    fill(this.el, this.files.map((file) => h("li", { class: "tray-file" }, icon("file"), h("span", { class: "tray-name", text: file.name }), h("span", { class: "muted", text: size(file.size) }),
      h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${file.name}`, on: { click: () => { this.files = this.files.filter((f) => f !== file); this.draw(); } } }, icon("close")))));
    this.changed();
  }
}
