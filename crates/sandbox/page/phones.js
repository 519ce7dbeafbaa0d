// Purpose: everybody's phone side by side: what each person was notified of, when, loud or silent, newest first.
import { get } from "/page/api.js";
import { avatar, fill, h, icon, iconButton } from "/page/dom.js";
import { isThread, now, place, state } from "/page/state.js";
import { clock, clockSeconds, relative } from "/page/time.js";

const WHY = { mention: "mentioned you", role: "mentioned your role", everyone: "mentioned everyone", dm: "direct message" };

export class Phones {
  constructor({ openDrawer, openAs }) {
    this.openAs = openAs;
    this.lists = new Map(); // person -> notifications, newest first
    this.grid = h("div", { class: "phones" });
    this.el = h("section", { class: "pane", "aria-label": "Phones" },
      h("header", { class: "pane-head" }, iconButton("menu", "Channels", openDrawer, { class: "icon-button only-narrow" }), icon("phone"), h("h1", { text: "Phones" }), h("span", { class: "topic", text: "Who was notified of what: a lock screen shows a message's text, never its card." })),
      h("div", { class: "log-box" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Everybody's phone" }, this.grid)));
  }

  async show() {
    const people = state.world.people;
    const answers = await Promise.all(people.map((p) => get(`/people/${p.id}/notifications?after=0`).catch(() => ({ notifications: [] }))));
    people.forEach((p, i) => this.lists.set(p.id, answers[i].notifications.slice().sort((a, b) => b.seq - a.seq)));
    this.draw();
  }

  /** One more arrived. */
  add(person, notification) {
    const list = this.lists.get(person) ?? [];
    if (list.some((n) => n.seq === notification.seq)) return;
    this.lists.set(person, [notification, ...list]);
    const phone = this.grid.querySelector(`[data-person="${CSS.escape(person)}"]`);
    const fresh = this.phone(state.world.people.find((p) => p.id === person) ?? { id: person, name: "Somebody" }, notification.seq);
    phone?.replaceWith(fresh);
  }

  draw() {
    // The busiest phones first, so that the one that rang is in view.
    const last = (p) => this.lists.get(p.id)?.[0]?.at ?? 0;
    const people = [...state.world.people].sort((a, b) => (last(b) > 0) - (last(a) > 0));
    fill(this.grid, people.map((p) => this.phone(p)));
  }

  phone(person, fresh) {
    const list = this.lists.get(person.id) ?? [];
    const loud = list.filter((n) => !n.silent).length;
    return h("section", { class: `phone${list.some((n) => n.seq === fresh && !n.silent) ? " ringing" : ""}`, "aria-label": `${person.name}'s phone`, data: { person: person.id } },
      h("div", { class: "phone-head" }, avatar(person, "small"), h("h2", { text: person.name }), h("span", { class: "phone-clock", "aria-hidden": "true", text: clock(now()) })),
      h("p", { class: "phone-sum", text: list.length ? `${loud} loud · ${list.length - loud} silent` : "Nothing yet" }),
      person.dms_closed ? h("p", { class: "phone-note" }, icon("lock"), "Refuses direct messages") : null,
      h("ol", { class: "notices", "aria-label": `Notifications of ${person.name}, newest first` }, list.slice(0, 60).map((n) => this.notice(person, n, n.seq === fresh))));
  }

  notice(person, n, fresh) {
    const channel = place(n.channel);
    const where = n.kind === "dm" ? "direct message" : channel ? (isThread(channel) ? channel.name : `#${channel.name}`) : "a channel";
    return h("li", {}, h("button", { type: "button", class: `notice${n.silent ? " is-silent" : ""}${fresh ? " fresh" : ""}`, title: `Open as ${person.name}`, on: { click: () => this.openAs(person.id, n.channel, n.message) } },
      h("span", { class: "notice-top" }, h("strong", { text: n.from }), h("span", { class: "notice-where", text: where })),
      h("span", { class: "notice-text", text: n.text || "(no text: a lock screen would show only the sender)" }),
      h("span", { class: "notice-foot" }, h("span", { class: `volume ${n.silent ? "quiet" : "loud"}` }, icon(n.silent ? "silent" : "bell"), n.silent ? "Silent" : "Loud"), h("span", { text: WHY[n.kind] ?? n.kind }),
        h("time", { datetime: new Date(n.at).toISOString(), title: clockSeconds(n.at), data: { tick: n.at }, text: relative(n.at) }))));
  }
}
