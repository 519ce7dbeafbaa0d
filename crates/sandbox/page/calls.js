// Purpose: the log of REST calls the bots made, newest first, with a filter.
import { get } from "/page/api.js";
import { fill, h, icon, iconButton } from "/page/dom.js";
import { clockSeconds } from "/page/time.js";

const KEPT = 1000;
const SHOWN = 300;

export class Calls {
  constructor({ openDrawer }) {
    this.list = [];
    this.filter = h("input", { class: "input", type: "search", placeholder: "Filter: POST, messages, 429, Siaga…", "aria-label": "Filter calls" });
    this.filter.addEventListener("input", () => this.draw());
    this.body = h("tbody");
    this.count = h("span", { class: "muted", role: "status" });
    this.sessions = h("span", { class: "sessions" });
    this.el = h("section", { class: "pane", "aria-label": "Calls" },
      h("header", { class: "pane-head" }, iconButton("menu", "Channels", openDrawer, { class: "icon-button only-narrow" }), icon("calls"), h("h1", { text: "Calls" }), h("span", { class: "topic", text: "REST calls the bots made, newest first." })),
      h("div", { class: "calls-bar" }, this.filter, this.count, this.sessions),
      h("div", { class: "log-box" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Calls, newest first" }, h("table", { class: "calls" }, h("thead", {}, h("tr", {}, ["Time", "Bot", "Method", "Route", "Status", "Took"].map((t) => h("th", { scope: "col", text: t })))), this.body))));
  }

  async show() {
    const { calls } = await get("/calls?after=0");
    this.list = calls.slice(-KEPT).reverse();
    this.draw();
    this.drawSessions();
  }

  async drawSessions() {
    try {
      const { sessions } = await get("/gateway");
      fill(this.sessions, sessions.length ? sessions.map((s) => h("span", { class: `session ${s.connected ? "good" : "bad"}` }, `${s.bot} ${s.connected ? "connected" : "disconnected"}`)) : h("span", { class: "session" }, "No bot is connected"));
    } catch {
      fill(this.sessions);
    }
  }

  add(call) {
    if (this.list[0]?.seq === call.seq) return;
    this.list.unshift({ at: Date.now(), ...call });
    this.list.length = Math.min(this.list.length, KEPT);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.draw(), 60);
  }

  draw() {
    const wanted = this.filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = this.list.filter((c) => wanted.every((w) => `${c.bot} ${c.method} ${c.route} ${c.path} ${c.status}`.toLowerCase().includes(w)));
    this.count.textContent = `${fits.length} of ${this.list.length}`;
    fill(this.body, fits.slice(0, SHOWN).map((c) => h("tr", {},
      h("td", { class: "mono", text: clockSeconds(c.at) }), h("td", { text: c.bot }), h("td", { class: "mono", text: c.method }),
      h("td", { class: "mono path", title: c.path, text: c.route || c.path }),
      h("td", {}, h("span", { class: `status ${c.status >= 500 ? "bad" : c.status >= 400 ? "warn" : "good"}`, text: String(c.status || "none") })), h("td", { class: "mono", text: `${c.ms} ms` }))),
    fits.length ? null : h("tr", {}, h("td", { colspan: 6, class: "muted", text: this.list.length ? "Nothing fits the filter." : "No calls yet. Start a bot." })));
  }
}
