// Purpose: the panel a newcomer reads first: what Siaga is, who you are, what to do now, and the next steps, ticked as they are done.
import { get } from "/page/api.js";
import { fill, h, icon, iconButton } from "/page/dom.js";
import { onActed } from "/page/interactions.js";
import { me, place, placeName, state } from "/page/state.js";

const KEPT = "sandbox.welcomed";
/** Where an incident stands, by what its card offers: it is the same in every language. */
const CARD = /^v1:([a-z-]+):(\d+):card$/;

const components = (message) => (message.components ?? []).flatMap((row) => row.components ?? []);

/** {number, how} of the incident whose card this is; none for any other message. */
function cardOf(message) {
  const offers = components(message).map((c) => CARD.exec(c.custom_id ?? "")).filter(Boolean);
  if (!offers.length) return null;
  const verbs = offers.map(([, verb]) => verb);
  const how = verbs.includes("ack") ? "calls" : verbs.some((v) => v === "update" || v === "resolve") ? "taken" : verbs.includes("room") ? "line" : "over";
  return { number: Number(offers[0][2]), how, channel: message.channel_id, id: message.id, room: message.thread?.id };
}

export class Guide {
  /** `changed` runs when the panel went away. */
  constructor(changed) {
    this.changed = changed;
    this.cards = new Map();
    this.done = new Set(); // updated, looked
    this.el = h("aside", { class: "welcome", "aria-label": "Start here" });
    onActed(({ what, form, outcome }) => {
      // What was refused comes back with a button to try again.
      const taken = outcome.state === "answered" && !components(outcome.message ?? {}).length;
      if (what === "submit" && form?.startsWith("v1:form-update:") && taken) this.tick("updated");
    });
  }

  /** Whether it is to be shown. */
  get wanted() {
    return !localStorage.getItem(KEPT);
  }

  /** Siaga is on this server; somebody may also use the sandbox for an app of their own. */
  get siaga() {
    return state.world.bots.some((b) => b.username === "siaga");
  }

  /** Read the cards that are there. */
  async read() {
    if (!this.wanted || !this.siaga) return;
    const channels = state.world.channels.filter((c) => /^inciden/.test(c.name) && state.sees.channels.includes(c.id));
    for (const { id } of channels) {
      const { messages } = await get(`/channels/${id}/messages?as=${state.me}&limit=50`).catch(() => ({ messages: [] }));
      messages.forEach((message) => this.saw(message));
    }
    this.draw();
  }

  /** A message was written or edited. */
  saw(message) {
    const card = cardOf(message);
    if (!card) return;
    this.cards.set(card.number, card);
    this.draw();
  }

  tick(step) {
    this.done.add(step);
    this.draw();
  }

  /** The incident to look at: the first that calls somebody, else the last that was taken, else the last. */
  get incident() {
    const all = [...this.cards.values()].sort((a, b) => a.number - b.number);
    const mine = this.chosen && this.cards.get(this.chosen);
    if (mine && mine.how !== "line") return mine;
    return all.find((c) => c.how === "calls") ?? all.findLast((c) => c.how === "taken") ?? all.findLast((c) => c.how === "over");
  }

  draw() {
    if (!this.wanted) return;
    const away = iconButton("close", "Dismiss", () => {
      localStorage.setItem(KEPT, "1");
      this.el.remove();
      this.changed();
    });
    if (!this.siaga) {
      fill(this.el, h("p", {}, h("strong", { text: "A practice server on this machine. " }), "Press an app's buttons, type ", h("kbd", { text: "/" }), " for commands, and see under ", h("a", { class: "link", href: "#/phones", text: "Phones" }), " who was notified."), away);
      return;
    }
    const incident = this.incident;
    this.chosen = incident?.number;
    const roles = (me()?.roles ?? []).map((r) => state.world.roles.find((x) => x.id === r)?.name).filter((n) => n && n !== "@everyone").map((n) => `@${n.replace(/^@/, "")}`);
    fill(this.el,
      h("div", { class: "welcome-words" },
        h("p", {}, h("strong", { text: "Siaga runs incidents in Discord: " }), "it turns alerts into one place to work, pages whoever is on call until somebody answers, and keeps everybody told."),
        h("p", {}, "You are ", h("strong", { text: me()?.name ?? "nobody" }), roles.length ? ` (${roles.join(", ")})` : "", " on a practice server on this machine. Nothing leaves it."),
        this.now(incident)),
      away);
  }

  /** What to do now; after the acknowledgement the next steps. */
  now(incident) {
    if (!incident) return h("p", { class: "welcome-now", text: "In a moment an alert fires and your phone rings." });
    const label = `INC-${incident.number}`;
    if (incident.how === "calls") {
      const at = this.rings(incident);
      return h("p", { class: "welcome-now" }, h("strong", { text: "Now: " }), `${label} pages you. Press `, h("b", { text: "Acknowledge" }), " in ", h("a", { class: "link", href: `#/c/${at}`, text: placeName(place(at)) }), ".");
    }
    const over = incident.how === "over";
    const step = (done, ...words) => h("li", { class: done ? "is-done" : "" }, h("span", { class: "tick" }, done ? icon("check") : null), h("span", {}, words, done ? h("span", { class: "unseen", text: ", done" }) : null));
    const card = h("a", { class: "link", href: `#/c/${incident.channel}`, text: `${label}'s card` });
    return h("ol", { class: "welcome-steps", "aria-label": "Next steps" },
      step(true, "Acknowledge: you have it, nobody else is paged"),
      step(over || this.done.has("updated"), h("b", { text: "Update" }), " on ", card, ": tell stakeholders"),
      step(this.done.has("looked"), h("a", { class: "link", href: "#/phones", text: "Phones" }), ": see who was notified of what"),
      step(over, h("b", { text: "Resolve" }), ": say what fixed it"));
  }

  /** Where your page with its buttons is: a room that mentions you, else the card. */
  rings(incident) {
    const rooms = Object.keys(state.sees.mentions ?? {}).filter((id) => state.sees.mentions[id] > 0);
    const room = rooms.find((id) => new RegExp(`^inc-${incident.number}(?!\\d)`, "i").test(place(id)?.name ?? ""));
    return room ?? incident.channel;
  }
}
