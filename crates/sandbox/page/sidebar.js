// Purpose: the left column: views, channels by category, threads under their channel, direct messages, and who you are.
import { openDirect } from "/page/actions.js";
import { post } from "/page/api.js";
import { avatar, fill, h, icon, toast } from "/page/dom.js";
import { openMenu } from "/page/menus.js";
import { allUsers, byId, isPrivate, me, place, state } from "/page/state.js";

const SHOWN_THREADS = 6;
const opened = new Set(); // channels whose threads are all shown
const folded = new Set(); // folded categories
const TOOLS = ["phones", "calls", "faults"];
let toolsOpen = false;

/** Draw the column. `view` is {name, channel, beside}; `actions` {become(person)}; `ringing` the number of loud notifications not looked at. */
export function drawSidebar(el, view, { become, ringing }) {
  const focused = el.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const scroll = el.querySelector(".places")?.scrollTop ?? 0;
  const again = () => drawSidebar(el, view, { become, ringing });
  const { channels, threads, dms } = state.sees;
  const seen = state.world.channels.filter((c) => channels.includes(c.id) && c.type !== 4);
  const order = (a, b) => (a.position ?? 0) - (b.position ?? 0) || byId(a.id, b.id);
  const groups = [null, ...state.world.channels.filter((c) => c.type === 4).sort(order)];
  const lists = groups.map((category) => {
    const inside = seen.filter((c) => (c.parent_id ?? null) === (category?.id ?? null)).sort(order);
    if (!inside.length) return null;
    const shut = category && folded.has(category.id);
    return h("section", { class: "category" },
      category ? h("button", {
        type: "button", class: "category-name", "aria-expanded": String(!shut), data: { key: `cat-${category.id}` },
        on: { click: () => { shut ? folded.delete(category.id) : folded.add(category.id); again(); } },
      }, icon("down"), category.name) : null,
      h("ul", { "aria-label": category?.name ?? "Channels" }, inside.filter((c) => !shut || marked(c.id) || current(view, c.id)).map((c) => h("li", {},
        row(c, view, c.type === 15 ? "forum" : "hash"), threadsOf(c, view, threads, again)))));
  });
  fill(el,
    h("div", { class: "server" }, h("span", { class: "server-mark", "aria-hidden": "true" }, icon("bell")), h("span", { class: "server-words" }, h("strong", { text: state.world.guild.name }), h("span", { class: "muted", text: "Sandbox on this machine" }))),
    tools(view, ringing, again),
    h("div", { class: "places", tabindex: "-1" }, lists,
      h("section", { class: "category" },
        h("div", { class: "category-name plain" }, h("span", { class: "grow", text: "Direct messages" }), h("button", { type: "button", class: "category-add", "aria-label": "New direct message", title: "New direct message", "aria-haspopup": "menu", data: { key: "new-dm" }, on: { click: (e) => directMenu(e.currentTarget) } }, icon("plus"))),
        h("ul", { "aria-label": "Direct messages" }, dms.map((d) => h("li", {}, row(place(d.id), view, null, avatar(state.world.bots.find((b) => b.id === d.with.id) ?? d.with, "small"))))))),
    h("button", { type: "button", class: "you", "aria-haspopup": "menu", "aria-expanded": "false", data: { key: "you" }, on: { click: (e) => personMenu(e.currentTarget, become) } },
      avatar(me()), h("span", { class: "you-words" }, h("span", { class: "muted", text: "You are" }), h("strong", { text: me()?.name ?? "nobody" })), h("span", { class: "switch", text: "Switch" })));
  el.querySelector(".places").scrollTop = scroll;
  if (focused) [...el.querySelectorAll("[data-key]")].find((x) => x.dataset.key === focused)?.focus();
}

const current = (view, id) => view.channel === id || view.beside === id;
const marked = (id) => (state.sees.unread?.[id] ?? 0) > 0 || (state.sees.mentions?.[id] ?? 0) > 0;

function row(channel, view, glyph, face) {
  const unread = state.sees.unread?.[channel.id] ?? 0;
  const mentions = state.sees.mentions?.[channel.id] ?? 0;
  const here = current(view, channel.id);
  return h("a", { class: `place${unread && !here ? " unread" : ""}${channel.archived ? " archived" : ""}`, href: `#/c/${channel.id}`, "aria-current": here ? "page" : undefined, data: { key: channel.id } },
    face ?? icon(glyph), h("span", { class: "place-name", text: channel.name }),
    isPrivate(channel) ? h("span", { class: "place-lock", title: "Only some people see this" }, icon("lock"), h("span", { class: "unseen", text: ", private" })) : null,
    unread && !here ? h("span", { class: "unseen", text: ", unread" }) : null,
    mentions && !here ? h("span", { class: "badge" }, String(Math.min(99, mentions)), h("span", { class: "unseen", text: mentions === 1 ? " mention" : " mentions" })) : null);
}

function threadsOf(channel, view, visible, again) {
  const all = state.world.threads.filter((t) => t.parent_id === channel.id && (visible.includes(t.id) || current(view, t.id)));
  const live = all.filter((t) => !t.archived || current(view, t.id) || marked(t.id)).sort((a, b) => byId(b.id, a.id));
  if (!live.length) return null;
  const shown = opened.has(channel.id) ? live : live.filter((t, i) => i < SHOWN_THREADS || marked(t.id) || current(view, t.id));
  return h("ul", { class: "threads", "aria-label": `Threads in ${channel.name}` }, shown.map((t) => h("li", {}, row(t, view, "thread"))),
    live.length > shown.length ? h("li", {}, h("button", { type: "button", class: "more-threads", data: { key: `more-${channel.id}` }, on: { click: () => { opened.add(channel.id); again(); } }, text: `${live.length - shown.length} more threads` })) : null);
}

/** What only the sandbox has stands behind one entry: the server below it is as people know it. */
function tools(view, ringing, again) {
  const open = toolsOpen || TOOLS.includes(view.name);
  const badge = () => (ringing ? h("span", { class: "badge" }, String(Math.min(99, ringing)), h("span", { class: "unseen", text: " new alerts" })) : null);
  return h("div", { class: "views" },
    h("button", { type: "button", class: "place tool-entry", "aria-expanded": String(open), data: { key: "tools" }, on: { click: () => { toolsOpen = !open; again(); } } },
      icon("app"), h("span", { class: "place-name", text: "Sandbox tools" }), open ? null : badge(), icon("down")),
    open ? h("ul", { "aria-label": "Sandbox tools" },
      viewRow("phones", "phone", "Phones", view, badge()),
      viewRow("calls", "calls", "Calls", view, null),
      viewRow("faults", "bolt", "Faults", view, null)) : null);
}

function viewRow(name, glyph, label, view, badge) {
  return h("li", {}, h("a", { class: "place", href: `#/${name}`, "aria-current": view.name === name ? "page" : undefined, data: { key: name } }, icon(glyph), h("span", { class: "place-name", text: label }), badge));
}

function directMenu(anchor) {
  openMenu(anchor, "Write to", [{ heading: "Write to" }, ...allUsers().filter((u) => u.id !== state.me).map((u) => ({
    face: avatar(u, "small"), label: u.name, detail: u.bot ? "app" : `@${u.username}`, act: () => openDirect(u.id, (hash) => { location.hash = hash; }),
  }))]);
}

function personMenu(anchor, become) {
  const mine = me();
  openMenu(anchor, "Who you are", [
    { heading: "See the server as" },
    ...state.world.people.map((p) => ({
      face: avatar(p, "small"), label: p.name, checked: p.id === state.me,
      detail: (p.roles ?? []).map((r) => state.world.roles.find((x) => x.id === r)?.name).filter((n) => n && n !== "@everyone").map((n) => `@${n.replace(/^@/, "")}`).join(" ") || "member",
      act: () => become(p.id),
    })),
    { line: true },
    mine ? {
      icon: mine.dms_closed ? "at" : "lock", label: mine.dms_closed ? "Take direct messages again" : "Refuse direct messages", detail: "What a bot gets: error 50007",
      act: () => post(`/people/${mine.id}/dms`, { closed: !mine.dms_closed }).then(() => { mine.dms_closed = !mine.dms_closed; toast(mine.dms_closed ? `${mine.name} refuses direct messages now.` : `${mine.name} takes direct messages again.`); }, (e) => toast(e.message, "bad")),
    } : null,
  ]);
}
