// Purpose: trouble on order, for authors of bots: calls that fail, gateways that misbehave, permissions and channels that go.
import { get, post, remove } from "/page/api.js";
import { ask } from "/page/dialogs.js";
import { fill, h, icon, iconButton, toast } from "/page/dom.js";
import { placeName, state } from "/page/state.js";

/** What can happen to a call: label, what is asked of the control API, and which number goes with it. */
const CALLS = {
  "429-user": ["429, this bot and route", { do: "status", status: 429, scope: "user" }, "retry_after"],
  "429-global": ["429, everything of this bot (global)", { do: "status", status: 429, scope: "global" }, "retry_after"],
  "429-shared": ["429, everybody on this channel (shared)", { do: "status", status: 429, scope: "shared" }, "retry_after"],
  500: ["500, the server has an error", { do: "status", status: 500 }],
  502: ["502, with a page of HTML", { do: "html", status: 502 }],
  503: ["503, not available", { do: "status", status: 503 }],
  403: ["403, refused", { do: "status", status: 403 }],
  lost: ["Done, but the answer is lost", { do: "drop", at: "applied" }],
  drop: ["Not done, the connection breaks", { do: "drop", at: "received" }],
  slow: ["Slow", { do: "delay" }, "delay_ms"],
  hold: ["Held until you let it go", { do: "hold", at: "received" }],
};
const ROUTES = [
  ["", "Any call"], ["POST /channels/{channel_id}/messages", "Post a message"], ["PATCH /channels/{channel_id}/messages/{message_id}", "Edit a message"],
  ["DELETE /channels/{channel_id}/messages/{message_id}", "Delete a message"], ["POST /interactions/{interaction_id}/{interaction_token}/callback", "Answer an interaction"],
  ["POST /webhooks/{webhook_id}/{webhook_token}", "Follow-up"], ["PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original", "Edit an answer"],
  ["POST /channels/{channel_id}/messages/{message_id}/threads", "Thread from a message"], ["POST /channels/{channel_id}/threads", "New thread or post"],
  ["POST /guilds/{guild_id}/channels", "New channel"], ["PATCH /channels/{channel_id}", "Change a channel"], ["PUT /channels/{channel_id}/messages/pins/{message_id}", "Pin"],
  ["POST /users/@me/channels", "Open a DM"], ["GET /channels/{channel_id}/messages", "Read messages"], ["GET /gateway/bot", "Ask for the gateway"],
];
const GATEWAY = [
  ["cut", "Cut", "The connection ends without a goodbye"], ["reconnect", "Ask to reconnect", "Op 7"], ["invalid", "Invalidate", "Op 9: the session is over"], ["resumable", "Invalidate, resumable", "Op 9 with true"],
  ["close", "Close", "Close code 4000"], ["silence", "Fall silent", "Heartbeats are not answered any more"], ["duplicate", "Send twice", "The next event comes twice"], ["reorder", "Swap", "The next two events change places"], ["delay", "Delay for 10 s", "Events arrive later"],
];
const ASKS = {
  resumable: { do: "invalid", resumable: true }, close: { do: "close", code: 4000 }, silence: { do: "silence" },
  duplicate: { do: "duplicate", count: 1 }, reorder: { do: "reorder", count: 2 }, delay: { do: "delay", for_ms: 10_000 },
};
const PERMISSIONS = ["SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS", "VIEW_CHANNEL", "EMBED_LINKS", "ATTACH_FILES", "READ_MESSAGE_HISTORY", "MENTION_EVERYONE", "ADD_REACTIONS", "CREATE_PUBLIC_THREADS", "CREATE_PRIVATE_THREADS", "MANAGE_THREADS", "MANAGE_CHANNELS", "MANAGE_ROLES", "MANAGE_MESSAGES", "PIN_MESSAGES"];

let serial = 0;
/** A label with its control below. */
function labelled(label, control) {
  control.id = `fault-${++serial}`;
  return h("div", { class: "field" }, h("label", { for: control.id, text: label }), control);
}
const choice = (options, value) => h("select", { class: "input" }, options.map(([v, label]) => h("option", { value: v, selected: v === value }, label)));
const number = (value, min, max) => Object.assign(h("input", { class: "input", type: "number", min, max, required: true }), { value });

export class Faults {
  constructor({ openDrawer }) {
    this.armed = h("ul", { class: "armed", "aria-label": "Faults on order" });
    this.sum = h("p", { class: "muted", role: "status" });
    this.gateway = h("div", { class: "bots" });
    this.rights = h("ul", { class: "armed", "aria-label": "Permissions taken away" });
    this.names = new Map(); // fault -> what it was called when it was armed here
    this.body = h("div", { class: "cards" });
    this.el = h("section", { class: "pane", "aria-label": "Faults" },
      h("header", { class: "pane-head" }, iconButton("menu", "Channels", openDrawer, { class: "icon-button only-narrow" }), icon("bolt"), h("h1", { text: "Faults" }), h("span", { class: "topic", text: "Trouble on order: see how a bot takes it." })),
      h("div", { class: "log-box" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Faults" }, this.body)));
  }

  async show() {
    if (!this.body.children.length) this.build();
    this.people();
    await this.read();
  }

  /** Something happened: what is armed, and who is connected, may have changed. */
  changed() {
    if (this.soon) return;
    this.soon = setTimeout(() => {
      this.soon = null;
      this.read();
    }, 250);
  }

  async read() {
    try {
      const [{ faults }, { sessions }, ...rights] = await Promise.all([get("/faults"), get("/gateway"), ...state.world.bots.map((b) => get(`/bots/${b.username}/permissions`))]);
      this.drawArmed(faults);
      this.drawGateway(sessions);
      this.drawRights(rights);
    } catch (error) {
      toast(error.message, "bad");
    }
  }

  async say(promise, words) {
    try {
      await promise;
      if (words) toast(words);
    } catch (error) {
      toast(error.message, "bad");
    }
    await this.read();
  }

  build() {
    const bots = [["", "Any bot"], ...state.world.bots.map((b) => [b.username, b.username])];
    const what = choice(Object.entries(CALLS).map(([key, [label]]) => [key, label]), "429-user");
    const bot = choice(bots, "");
    const route = choice(ROUTES, ROUTES[1][0]);
    const nth = number(1, 1, 10_000);
    const count = number(1, 1, 10_000);
    const contains = h("input", { class: "input", autocomplete: "off" });
    const seconds = Object.assign(number(2, 0, 600), { step: "any" });
    const secondsField = labelled("Seconds", seconds);
    const fit = () => { secondsField.hidden = !CALLS[what.value][2]; };
    what.addEventListener("change", fit);
    const arm = (event) => {
      event.preventDefault();
      const [label, order, unit] = CALLS[what.value];
      const [method, path] = route.value.split(" ");
      const extra = unit === "retry_after" ? { retry_after: Number(seconds.value) } : unit === "delay_ms" ? { delay_ms: Math.round(Number(seconds.value) * 1000) } : {};
      this.say(post("/faults", {
        ...order, ...extra, nth: Number(nth.value) || 1, count: Number(count.value) || 1,
        ...(method ? { method, route: path } : {}), ...(bot.value ? { bot: bot.value } : {}), ...(contains.value.trim() ? { contains: contains.value.trim() } : {}),
      }).then(({ fault }) => this.names.set(fault, label)), "It is armed.");
    };
    const clear = h("button", { type: "button", class: "button secondary small", on: { click: () => this.say(remove("/faults"), "Nothing is armed any more.") } }, "Clear all");
    this.clear = clear;
    fill(this.body,
      h("section", { class: "card", "aria-label": "A call goes wrong" }, h("h2", { text: "A call goes wrong" }),
        h("form", { class: "fault-form", on: { submit: arm } }, labelled("What happens", what), labelled("To which call", route), labelled("Of which bot", bot), labelled("From the nth such call", nth), labelled("How many times", count), secondsField, labelled("Only if its JSON has (optional)", contains),
          h("button", { type: "submit", class: "button primary" }, "Arm"))),
      h("section", { class: "card", "aria-label": "On order" }, h("div", { class: "card-head" }, h("h2", { text: "On order" }), clear), this.sum, this.armed),
      h("section", { class: "card", "aria-label": "Gateway connections" }, h("h2", { text: "Gateway connections" }), this.gateway),
      this.serverCard(bots.slice(1)));
    fit();
  }

  serverCard(bots) {
    const bot = choice(bots, state.world.bots.find((b) => b.username === "siaga")?.username);
    const permission = choice(PERMISSIONS.map((p) => [p, p]), PERMISSIONS[0]);
    this.where = choice([], "");
    this.doomed = choice([], "");
    this.person = choice([], "");
    const trouble = (body, words) => this.say(post("/trouble", body), words);
    const permit = (how) => () => trouble({ do: how, bot: bot.value, permissions: [permission.value], ...(this.where.value ? { channel: this.where.value } : {}) },
      how === "revoke" ? `${bot.value} may not ${permission.value} any more.` : `${bot.value} may ${permission.value} again.`);
    const wipe = () => {
      const id = this.doomed.value;
      const name = this.doomed.selectedOptions[0]?.textContent;
      ask({ title: `Delete ${name}?`, text: "Everything in it goes, for everybody.", ok: "Delete", danger: true, act: () => post("/trouble", { do: "delete_channel", channel: id }) });
    };
    const dms = (closed) => () => trouble({ do: "dms", person: this.person.value, closed }, closed ? "Direct messages are refused now." : "Direct messages are taken again.");
    const button = (label, act, kind = "secondary") => h("button", { type: "button", class: `button ${kind}`, on: { click: act } }, label);
    return h("section", { class: "card", "aria-label": "On the server" }, h("h2", { text: "On the server" }),
      h("div", { class: "fault-form" }, labelled("Bot", bot), labelled("Permission", permission), labelled("Where", this.where), h("div", { class: "row" }, button("Take away", permit("revoke"), "danger"), button("Give back", permit("grant")))),
      this.rights,
      h("div", { class: "fault-form" }, labelled("Channel or thread", this.doomed), h("div", { class: "row" }, button("Delete it", wipe, "danger"))),
      h("div", { class: "fault-form" }, labelled("Direct messages of", this.person), h("div", { class: "row" }, button("Close them", dms(true), "danger"), button("Open them", dms(false)))));
  }

  /** Channels and people come and go: the lists follow, what is chosen stays. */
  people() {
    const refill = (select, options) => {
      const { value } = select;
      fill(select, options.map(([v, label]) => h("option", { value: v, selected: v === value }, label)));
    };
    const channels = state.world.channels.filter((c) => c.type !== 4).map((c) => [c.id, placeName(c)]);
    refill(this.where, [["", "On the whole server"], ...channels]);
    refill(this.doomed, [...channels, ...state.world.threads.map((t) => [t.id, `${t.name} (thread)`])]);
    refill(this.person, state.world.people.map((p) => [p.username, p.dms_closed ? `${p.name} (closed)` : p.name]));
  }

  drawArmed(faults) {
    // A call that a fault holds is told by nobody: while something waits, it is looked at again.
    clearTimeout(this.later);
    if (faults.some((f) => f.state !== "done")) this.later = setTimeout(() => this.el.isConnected && !document.hidden && this.read(), 1000);
    const key = this.armed.contains(document.activeElement);
    const live = faults.filter((f) => f.state !== "done").length;
    this.sum.textContent = faults.length ? `${live} waiting, ${faults.length - live} done` : "Nothing is armed. Calls go as they should.";
    this.clear.hidden = !faults.length;
    fill(this.armed, [...faults].reverse().map((f) => h("li", { class: `armed-item is-${f.state}` },
      h("span", { class: "armed-words" }, h("strong", { text: this.words(f) }), h("span", { class: "muted block" }, [f.method ? `${f.method} ${f.route ?? ""}` : "any call", f.bot ? `of ${f.bot}` : "of any bot", f.contains ? `with ${f.contains}` : ""].filter(Boolean).join(" ")),
        h("span", { class: "muted block", text: `${f.state} · met ${f.seen}, struck ${f.fired} of ${f.count}${f.nth > 1 ? `, from number ${f.nth} on` : ""}` }), f.problem ? h("span", { class: "failure", text: f.problem }) : null),
      f.state === "held" ? h("button", { type: "button", class: "button secondary small", on: { click: () => this.say(post(`/faults/${f.fault}/release`), "Let go.") } }, "Let go") : null,
      iconButton("close", `Clear: ${this.words(f)}`, () => this.say(remove(`/faults/${f.fault}`))))));
    if (key) (this.armed.querySelector("button") ?? this.clear).focus();
  }

  words(f) {
    const what = { drop: f.at === "applied" ? "Answer lost" : "Connection breaks", hold: "Held", delay: "Slow", status: "Answers with an error", html: "Answers with HTML", signal: "Signal", trouble: "Trouble" };
    return this.names.get(f.fault) ?? what[f.do] ?? f.do;
  }

  drawGateway(sessions) {
    const focus = this.gateway.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(this.gateway, state.world.bots.map((bot) => {
      const own = sessions.filter((s) => s.bot === bot.username);
      const live = own.some((s) => s.connected);
      return h("div", { class: "bot" }, h("div", { class: "bot-head" }, h("strong", { text: bot.username }), h("span", { class: `session ${live ? "good" : own.length ? "bad" : ""}`, text: live ? `connected, event ${Math.max(...own.map((s) => s.seq))}` : own.length ? "disconnected, may resume" : "not logged in" })),
        live ? h("div", { class: "row", role: "group", "aria-label": `Gateway of ${bot.username}` }, GATEWAY.map(([key, label, about]) => h("button", {
          type: "button", class: "button secondary small", title: about, data: { key: `${bot.username}-${key}` },
          on: { click: () => this.say(post(`/gateway/${bot.username}`, ASKS[key] ?? { do: key }), `${bot.username}: ${about}.`) },
        }, label))) : null);
    }));
    if (focus) [...this.gateway.querySelectorAll("[data-key]")].find((b) => b.dataset.key === focus)?.focus();
  }

  drawRights(rights) {
    const rows = rights.flatMap(({ denied }, i) => denied.map((d) => [state.world.bots[i].username, d]));
    fill(this.rights, rows.map(([bot, d]) => h("li", { class: "armed-item" }, h("span", { class: "armed-words" }, h("strong", { text: d.permissions.join(", ") }),
      h("span", { class: "muted block", text: `taken from ${bot} in ${placeName(state.world.channels.find((c) => c.id === d.channel))}` })))));
  }
}
