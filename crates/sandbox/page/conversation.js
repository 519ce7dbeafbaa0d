// Purpose: one channel, thread, forum or direct message as people use it: header, messages, composer. The page has two: main and beside.
import { get, post } from "/page/api.js";
import { messageMenu, reactMenu, threadMenu, threadsPanel, userMenu } from "/page/actions.js";
import { onComponentChange } from "/page/components.js";
import { Composer } from "/page/composer.js";
import { avatar, fill, h, icon, iconButton, toast } from "/page/dom.js";
import { Feed } from "/page/feed.js";
import { Forum } from "/page/forum.js";
import { openMenu, openPanel } from "/page/menus.js";
import { isEphemeral, messageElement } from "/page/messages.js";
import { allUsers, isPrivate, isThread, may, place, placeName, state, userName } from "/page/state.js";

const all = [];
onComponentChange((id) => all.forEach(({ feed }) => feed.redraw(feed.messages.find((m) => m.type === 21 && m.referenced_message?.id === id)?.id ?? id)));

/** How long a finger rests on a message until its menu opens, ms. */
const LONG_PRESS = 500;

export class Conversation {
  /** `beside` is the thread column; `go` changes the location; `onRead` runs after something was marked read. */
  constructor({ beside, go, openDrawer, onRead }) {
    Object.assign(this, { beside, go, onRead, openDrawer, channel: null, typing: new Map() });
    this.header = h("header", { class: "pane-head" });
    this.feed = new Feed(this);
    this.forum = new Forum({ go });
    this.typingLine = h("div", { class: "typing", "aria-live": "off" });
    this.composer = new Composer(this);
    this.el = h("section", { class: beside ? "pane beside" : "pane" }, this.header, this.feed.el, this.forum.el, this.composer.el, this.typingLine);
    const { log } = this.feed;
    log.addEventListener("keydown", (e) => this.key(e));
    log.addEventListener("click", (e) => this.click(e));
    log.addEventListener("contextmenu", (e) => this.context(e));
    this.longPress(log);
    all.push(this);
  }

  get messages() {
    return this.feed.messages;
  }

  /** Show a channel; `message` is an id to scroll to. */
  async show(id, message) {
    const same = this.channel === id;
    this.channel = id;
    if (!same) {
      this.typing.clear();
      this.drawTyping();
      this.composer.open(id);
    }
    this.head();
    const forum = place(id)?.type === 15;
    this.feed.el.hidden = this.composer.el.hidden = this.typingLine.hidden = forum;
    this.forum.el.hidden = !forum;
    if (forum) {
      this.feed.close();
      return this.forum.open(id);
    }
    if (same && this.feed.channel === id) {
      if (!message) return this.feed.refresh();
      if (this.feed.has(message)) return this.feed.reveal(message);
    }
    return this.feed.open(id, message);
  }

  close() {
    this.channel = null;
    this.feed.close();
  }

  /** The head of the pane and what may be done; drawn again when the channel or the person's rights change. */
  head() {
    const channel = place(this.channel);
    const thread = isThread(channel);
    const parent = thread ? place(channel.parent_id) : null;
    // Drawn anew only when something differs: a menu may hang on one of its buttons.
    const drawn = JSON.stringify([state.me, this.channel, channel?.name, channel?.topic, channel?.archived, channel?.locked, channel?.type, isPrivate(channel), parent?.name, state.sees.may?.[this.channel]]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const key = this.header.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const glyph = channel?.type === 1 ? "at" : thread ? "thread" : channel?.type === 15 ? "forum" : "hash";
    this.el.setAttribute("aria-label", channel ? placeName(channel) : "Conversation");
    this.feed.log.setAttribute("aria-label", `Messages in ${placeName(channel)}`);
    fill(this.header,
      this.beside ? null : iconButton("menu", "Channels", this.openDrawer, { class: "icon-button only-narrow" }),
      icon(glyph), h(this.beside ? "h2" : "h1", { text: channel?.name ?? "Unknown channel" }),
      isPrivate(channel) ? h("span", { class: "tag", title: "Only some people see this" }, icon("lock"), "private") : null,
      channel?.locked ? h("span", { class: "tag" }, "locked") : channel?.archived ? h("span", { class: "tag" }, "closed") : null,
      parent ? h("a", { class: "topic link", href: `#/c/${parent.id}`, title: `Back to #${parent.name}` }, icon("back"), h("span", { text: `in #${parent.name}` })) : h("span", { class: "topic", title: channel?.topic, text: channel?.topic ?? "" }),
      h("div", { class: "head-tools" },
        thread ? iconButton("more", "Thread", (e) => threadMenu(e.currentTarget, channel), { "aria-haspopup": "menu" }) : null,
        [0, 5].includes(channel?.type) ? iconButton("thread", "Threads", (e) => threadsPanel(e.currentTarget, channel, this), { "aria-haspopup": "dialog" }) : null,
        channel?.type === 15 ? null : iconButton("pin", "Pinned messages", (e) => this.pins(e.currentTarget), { "aria-haspopup": "dialog" }),
        this.beside ? iconButton("close", "Close thread", () => this.go(`#/c/${parent?.id ?? ""}`)) : iconButton("people", "People", (e) => this.people(e.currentTarget), { "aria-haspopup": "menu" })));
    if (key) [...this.header.querySelectorAll("[aria-label]")].find((b) => b.getAttribute("aria-label") === key)?.focus();
    this.composer.permit(channel);
  }

  people(anchor) {
    openMenu(anchor, "People", [{ heading: "People" }, ...allUsers().map((u) => ({
      face: avatar(u, "small"), label: u.name, detail: u.bot ? "app" : (u.roles ?? []).map((r) => state.world.roles.find((x) => x.id === r)?.name).filter((n) => n && n !== "@everyone").join(", "),
      act: () => userMenu(anchor, u.id, this),
    }))]);
  }

  async pins(anchor) {
    const body = openPanel(anchor, "Pinned messages");
    if (!body) return;
    try {
      const { messages } = await get(`/channels/${this.channel}/pins?as=${state.me}`);
      const unpin = may(this.channel, "PIN_MESSAGES");
      fill(body, messages.length ? messages.map((m) => h("div", { class: "pinned" }, messageElement(m, { bare: true }), h("div", { class: "pinned-acts" },
        h("a", { class: "button secondary small", href: `#/c/${m.channel_id}/m/${m.id}` }, "Jump"),
        unpin ? h("button", { type: "button", class: "button secondary small", on: { click: (e) => this.pin(m, false).then((done) => done && e.target.closest(".pinned").remove()) } }, "Unpin") : null))) : h("p", { class: "muted", text: "Nothing is pinned here." }));
    } catch (error) {
      fill(body, h("p", { class: "muted", text: error.message }));
    }
  }

  pin(message, pinned) {
    return post(`/people/${state.me}/pins`, { channel: message.channel_id, message: message.id, pinned }).then(() => true, (error) => toast(error.message, "bad"));
  }

  /** The newest message is on the screen: told to the server. */
  read() {
    if (!this.channel || document.hidden || !this.feed.atEnd || !this.messages.length) return;
    const last = this.messages.findLast((m) => !isEphemeral(m))?.id;
    const unread = (state.sees.unread?.[this.channel] ?? 0) + (state.sees.mentions?.[this.channel] ?? 0);
    if (!last || (last === this.readUpTo && !unread)) return;
    this.readUpTo = last;
    // Many messages at once are read once.
    clearTimeout(this.reading);
    const { channel } = this;
    this.reading = setTimeout(() => post(`/people/${state.me}/read`, { channel }).then(this.onRead, () => {}), 60);
  }

  /** A message of this place is new or has changed. */
  upsert(message, known) {
    if (!known && this.typing.delete(message.author?.id)) this.drawTyping();
    this.feed.upsert(message, known);
  }

  setTyping(id) {
    if (id === state.me) return;
    this.typing.set(id, Date.now() + 10_000);
    this.drawTyping();
    setTimeout(() => this.drawTyping(), 10_100);
  }

  drawTyping() {
    for (const [id, until] of this.typing) if (until < Date.now()) this.typing.delete(id);
    const names = [...this.typing.keys()].map((id) => userName(id) ?? "Somebody");
    fill(this.typingLine, names.length ? [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), ` ${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…`] : null);
  }

  /** Arrow keys walk through messages; Enter opens the menu of the one in focus. */
  key(event) {
    const { log } = this.feed;
    const current = event.target.closest("article");
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (event.target === log || event.target === current)) {
      event.preventDefault();
      const articles = [...log.querySelectorAll("article")];
      const at = articles.indexOf(current);
      const next = at < 0 ? articles.length - 1 : at + (event.key === "ArrowDown" ? 1 : -1);
      articles[Math.max(0, Math.min(articles.length - 1, next))]?.focus();
    } else if ((event.key === "Enter" || event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) && event.target === current) {
      event.preventDefault();
      this.menu(this.find(current), current.querySelector(".author, .body"));
    } else if (event.key === "End" && event.target === log) {
      event.preventDefault();
      this.feed.toEnd();
    }
  }

  find(article) {
    return this.feed.find(article.dataset.id);
  }

  click(event) {
    const person = event.target.closest("[data-user]");
    if (person) return userMenu(person, person.dataset.user, this);
    const command = event.target.closest("[data-command]");
    if (command) return this.composer.startCommand(command.dataset.command);
    const thread = event.target.closest("a[data-thread]");
    if (thread && !this.beside && !event.ctrlKey && !event.metaKey && matchMedia("(min-width: 1100px)").matches) {
      event.preventDefault();
      this.go(`#/c/${thread.dataset.parent}/t/${thread.dataset.thread}`);
    }
  }

  context(event) {
    // A finger that rests selects a word as well; who selected with the mouse wants the browser's menu.
    const selected = event.pointerType !== "touch" && String(getSelection());
    if (event.target.closest("a[href], input, textarea, select") || selected) return;
    const person = event.target.closest("[data-user]");
    const article = event.target.closest("article");
    if (!person && !article) return;
    event.preventDefault();
    const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : undefined;
    if (person) userMenu(person, person.dataset.user, this, point);
    else this.menu(this.find(article), article, point);
  }

  /** A finger that rests opens the menu, also where the browser has no event of its own for that. */
  longPress(log) {
    let timer;
    const end = () => clearTimeout(timer);
    log.addEventListener("pointerdown", (event) => {
      end();
      const article = event.target.closest("article");
      if (event.pointerType !== "touch" || !article || event.target.closest("a, button, input, select, textarea, summary")) return;
      timer = setTimeout(() => this.menu(this.find(article), article, { x: event.clientX, y: event.clientY }), LONG_PRESS);
    });
    for (const type of ["pointerup", "pointercancel", "pointerleave", "scroll", "contextmenu"]) log.addEventListener(type, end, { passive: true });
  }

  menu(message, anchor, point) {
    if (message) messageMenu(anchor, message, this, point);
  }

  reactMenu(message, anchor) {
    reactMenu(anchor, message, this);
  }

  react(message, emoji) {
    post(`/people/${state.me}/reactions`, { channel: message.channel_id, message: message.id, emoji }).catch((error) => toast(error.message, "bad"));
  }

  /** Who reacted, by emoji: [[emoji, [names]]]. */
  async reacted(message) {
    const { reactions } = await get(`/channels/${message.channel_id}/reactions/${message.id}?as=${state.me}`);
    return reactions.map((r) => [r.emoji.split(":")[0], r.users.map((id) => userName(id) ?? "somebody")]);
  }

  reply(message) {
    this.composer.reply(message);
  }

  dismiss(message) {
    this.feed.dismiss(message);
  }

  /** A line at the end while an app answers a command; returns what takes it away or turns it red. */
  pending(text) {
    const { list } = this.feed;
    const line = h("div", { class: "pending-note", role: "status" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text);
    const timer = setTimeout(() => list.append(line), 250);
    return {
      done: () => {
        clearTimeout(timer);
        line.remove();
      },
      fail: (sentence) => {
        clearTimeout(timer);
        line.className = "pending-note failed";
        line.setAttribute("role", "alert");
        fill(line, icon("warn"), h("span", {}, h("span", { class: "failure", text: sentence }), h("span", { class: "muted", text: ` · ${text}` })), h("button", { type: "button", class: "text-button", on: { click: () => line.remove() } }, "Dismiss"));
        list.append(line);
        this.feed.toEnd();
      },
    };
  }
}
