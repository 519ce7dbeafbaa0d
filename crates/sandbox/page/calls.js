// Purpose: what went over the wire, newest first, for authors of bots: REST calls and gateway events, each with what was in it.
import { get } from "/page/api.js";
import { fill, h, icon, iconButton, toast } from "/page/dom.js";
import { clockSeconds } from "/page/time.js";

const KEPT = 1000;
const SHOWN = 200;

export class Calls {
  constructor({ openDrawer }) {
    this.list = []; // REST calls, newest first
    this.events = []; // gateway events, newest first
    this.heard = new Map(); // session -> highest number read
    this.open = new Set(); // keys of the rows that are unfolded
    this.details = new Map(); // key -> {request, answer}
    this.tab = "rest";
    this.filter = h("input", { class: "input", type: "search", "aria-label": "Filter what is shown" });
    this.filter.addEventListener("input", () => this.draw());
    this.tabs = h("div", { class: "tabs", role: "group", "aria-label": "What is shown" },
      [["rest", "REST calls"], ["gateway", "Gateway events"]].map(([id, label]) => h("button", { type: "button", class: "tag-button", data: { tab: id }, on: { click: () => { this.tab = id; this.show(); } } }, label)));
    this.head = h("thead");
    this.body = h("tbody");
    this.count = h("span", { class: "muted", role: "status" });
    this.sessions = h("span", { class: "sessions" });
    this.body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row]");
      if (button) this.toggle(button.dataset.row);
    });
    this.el = h("section", { class: "pane", "aria-label": "Calls" },
      h("header", { class: "pane-head" }, iconButton("menu", "Channels", openDrawer, { class: "icon-button only-narrow" }), icon("calls"), h("h1", { text: "Calls" }), h("span", { class: "topic", text: "What bots asked and what they were told, newest first." })),
      h("div", { class: "calls-bar" }, this.tabs, this.filter, this.count, this.sessions),
      h("div", { class: "log-box" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Calls, newest first" }, h("table", { class: "calls" }, this.head, this.body))));
  }

  async show() {
    for (const button of this.tabs.children) button.setAttribute("aria-pressed", String(button.dataset.tab === this.tab));
    this.filter.placeholder = this.tab === "rest" ? "Filter: POST, messages, 429, siaga…" : "Filter: MESSAGE_CREATE, siaga…";
    if (this.tab === "rest") this.list = (await get("/calls?after=0")).calls.slice(-KEPT).reverse();
    else await this.readEvents();
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

  /** Events since those already here; the time is known only of those that came while somebody looked. */
  async readEvents() {
    const first = !this.events.length;
    const { events } = await get(`/gateway/events?after=${[...this.heard].map(([id, seq]) => `${id}:${seq}`).join(",")}`);
    for (const event of events) {
      if (event.seq <= (this.heard.get(event.session) ?? 0)) continue;
      this.heard.set(event.session, event.seq);
      this.events.unshift(first ? event : { ...event, at: Date.now() });
    }
    this.events.length = Math.min(this.events.length, KEPT);
  }

  /** A call was made, or something else happened that bots may have been told of. */
  add(call) {
    if (call.kind === "call" && this.list[0]?.seq !== call.seq) {
      this.list.unshift({ at: Date.now(), ...call });
      this.list.length = Math.min(this.list.length, KEPT);
    }
    if (this.soon || (this.tab === "rest" && call.kind !== "call")) return;
    this.soon = setTimeout(async () => {
      this.soon = null;
      try {
        if (this.tab === "gateway") await this.readEvents();
        this.draw();
      } catch (error) {
        toast(error.message, "bad");
      }
    }, 150);
  }

  draw() {
    const wanted = this.filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const rest = this.tab === "rest";
    const list = rest ? this.list : this.events;
    const words = (c) => (rest ? `${c.bot} ${c.method} ${c.route} ${c.path} ${c.status}` : `${c.bot} ${c.name}`).toLowerCase();
    const fits = list.filter((c) => wanted.every((w) => words(c).includes(w)));
    this.count.textContent = fits.length > SHOWN ? `${SHOWN} newest of ${fits.length}` : `${fits.length} of ${list.length}`;
    const focus = this.body.contains(document.activeElement) ? document.activeElement.dataset.row : null;
    fill(this.head, h("tr", {}, (rest ? ["Time", "Bot", "Method", "Route", "Status", "Took"] : ["Time", "Bot", "Number", "Event"]).map((t) => h("th", { scope: "col", text: t }))));
    fill(this.body, fits.slice(0, SHOWN).map((c) => (rest ? this.call(c) : this.event(c))),
      fits.length ? null : h("tr", {}, h("td", { colspan: 6, class: "muted", text: list.length ? "Nothing fits the filter." : rest ? "No calls yet. Start a bot." : "No events yet. Log a bot in to the gateway." })));
    if (focus) [...this.body.querySelectorAll("[data-row]")].find((b) => b.dataset.row === focus)?.focus();
  }

  call(c) {
    const key = `c${c.seq}`;
    return [h("tr", {},
      h("td", { class: "mono", text: clockSeconds(c.at) }), h("td", { text: c.bot ?? "nobody" }), h("td", { class: "mono", text: c.method }),
      h("td", { class: "mono path" }, this.unfold(key, c.route || c.path, c.path)),
      h("td", {}, h("span", { class: `status ${c.status >= 500 ? "bad" : c.status >= 400 ? "warn" : "good"}`, text: String(c.status || "none") })), h("td", { class: "mono", text: `${c.ms} ms` })),
    this.detail(key, [["Path", c.path], ["Sent", this.details.get(key)?.request], ["Answer", this.details.get(key)?.answer]])];
  }

  event(e) {
    const key = `e${e.session}:${e.seq}`;
    return [h("tr", {},
      h("td", { class: "mono", text: e.at ? clockSeconds(e.at) : "earlier" }), h("td", { text: e.bot }), h("td", { class: "mono", text: String(e.seq) }), h("td", { class: "mono path" }, this.unfold(key, e.name ?? "?"))),
    this.detail(key, [["Data", e.data]])];
  }

  unfold(key, text, title) {
    return h("button", { type: "button", class: "unfold", title, "aria-expanded": String(this.open.has(key)), data: { row: key } }, icon("down"), h("span", { text }));
  }

  detail(key, parts) {
    if (!this.open.has(key)) return null;
    return h("tr", { class: "detail" }, h("td", { colspan: 6 }, parts.filter(([, value]) => value !== undefined && value !== null && value !== "").map(([label, value]) => h("div", {},
      h("span", { class: "detail-label", text: label }), h("pre", { class: "code-block", tabindex: "0", role: "region", "aria-label": label }, typeof value === "string" ? value : JSON.stringify(value, null, 2))))));
  }

  async toggle(key) {
    if (this.open.delete(key)) return this.draw();
    this.open.add(key);
    if (key.startsWith("c") && !this.details.has(key)) {
      // Bodies are kept of the last calls only; without them there is still the path.
      const found = await get(`/calls/${key.slice(1)}`).catch(() => ({}));
      this.details.set(key, { request: found.request, answer: found.answer ?? "The sandbox keeps no body of this call any more." });
    }
    this.draw();
  }
}
