// Purpose: one channel, thread or direct message as people read it: header, messages, composer. The page has two: main and beside.
import { get, post } from "/page/api.js";
import { onComponentChange } from "/page/components.js";
import { Composer } from "/page/composer.js";
import { announce, avatar, fill, h, icon, iconButton, toast } from "/page/dom.js";
import { openMenu, openPanel } from "/page/menus.js";
import { messageMenu, QUICK, userMenu } from "/page/actions.js";
import { authorOf, continues, isEphemeral, messageElement, summary, timeOfMessage } from "/page/messages.js";
import { allUsers, byId, isThread, place, placeName, state, userName } from "/page/state.js";
import { day } from "/page/time.js";

const PAGE = 50;
const dismissed = new Set(JSON.parse(sessionStorage.getItem("sandbox.dismissed") ?? "[]"));
const all = [];
onComponentChange((id) => all.forEach((c) => c.redraw(c.messages.find((m) => m.type === 21 && m.referenced_message?.id === id)?.id ?? id)));

export class Conversation {
  /** `beside` is the thread column; `go` changes the location; `onRead` runs after something was marked read. */
  constructor({ beside, go, openDrawer, onRead }) {
    Object.assign(this, { beside, go, onRead, channel: null, messages: [], more: false, stick: true, typing: new Map(), firstUnread: null, token: 0 });
    this.header = h("header", { class: "pane-head" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), h("span", {}));
    this.typingLine = h("div", { class: "typing", "aria-live": "off" });
    this.composer = new Composer(this);
    this.openDrawer = openDrawer;
    this.el = h("section", { class: beside ? "pane beside" : "pane" }, this.header, h("div", { class: "log-box" }, this.log, this.jump), this.composer.el, this.typingLine);
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.log.addEventListener("keydown", (e) => this.key(e));
    this.log.addEventListener("click", (e) => this.click(e));
    this.log.addEventListener("contextmenu", (e) => this.context(e));
    new ResizeObserver(() => this.stick && this.toEnd()).observe(this.log);
    all.push(this);
  }

  /** Show a channel; `message` is an id to scroll to. */
  async show(id, message) {
    const same = this.channel === id;
    if (!same) {
      Object.assign(this, { channel: id, messages: [], more: false, stick: true });
      this.typing.clear();
      fill(this.log, h("p", { class: "muted reading", text: "Reading…" }));
      this.composer.open(id);
    }
    this.head();
    if (place(id)?.type === 15) return this.posts();
    const token = ++this.token;
    const unread = state.sees.unread?.[id] ?? 0;
    const wanted = same ? Math.min(100, Math.max(PAGE, this.messages.length)) : PAGE;
    let messages;
    try {
      ({ messages } = await get(`/channels/${id}/messages?as=${state.me}&limit=${wanted}`));
      if (message && !messages.some((m) => m.id === message)) {
        for (let turn = 0; turn < 10 && messages.length && messages.length % PAGE === 0 && byId(messages[0].id, message) > 0; turn++) {
          const older = await get(`/channels/${id}/messages?as=${state.me}&limit=${PAGE}&before=${messages[0].id}`);
          if (!older.messages.length) break;
          messages = [...older.messages, ...messages];
        }
      }
    } catch (error) {
      if (token === this.token) fill(this.log, h("p", { class: "empty", text: error.message }));
      return;
    }
    if (token !== this.token) return;
    this.messages = messages;
    this.more = messages.length >= wanted;
    if (!same) {
      const others = messages.filter((m) => !isEphemeral(m) && m.author?.id !== state.me);
      this.firstUnread = unread > 0 ? others[Math.max(0, others.length - unread)]?.id ?? null : null;
    }
    const { stick } = this;
    const scrolledTo = this.log.scrollTop;
    this.render();
    if (message) this.reveal(message);
    else if (!same || stick) this.toEnd();
    else this.log.scrollTop = scrolledTo;
    this.markRead();
  }

  close() {
    this.channel = null;
    this.token++;
  }

  /** The head of the pane; drawn again when the channel changes. */
  head() {
    const channel = place(this.channel);
    const thread = isThread(channel);
    const glyph = channel?.type === 1 ? "at" : thread ? "thread" : channel?.type === 15 ? "forum" : "hash";
    const parent = thread ? place(channel.parent_id) : null;
    this.el.setAttribute("aria-label", channel ? placeName(channel) : "Conversation");
    this.log.setAttribute("aria-label", `Messages in ${placeName(channel)}`);
    fill(this.header,
      this.beside ? null : iconButton("menu", "Channels", this.openDrawer, { class: "icon-button only-narrow" }),
      icon(glyph), h(this.beside ? "h2" : "h1", { text: channel?.name ?? "Unknown channel" }),
      channel?.locked ? h("span", { class: "tag" }, "locked") : channel?.archived ? h("span", { class: "tag" }, "archived") : null,
      parent ? h("a", { class: "topic link", href: `#/c/${parent.id}`, title: `Back to #${parent.name}` }, icon("back"), h("span", { text: `in #${parent.name}` })) : h("span", { class: "topic", title: channel?.topic, text: channel?.topic ?? "" }),
      h("div", { class: "head-tools" },
        channel?.type === 15 ? null : iconButton("pin", "Pinned messages", (e) => this.pins(e.currentTarget), { "aria-haspopup": "dialog" }),
        this.beside ? iconButton("close", "Close thread", () => this.go(`#/c/${parent?.id ?? ""}`)) : iconButton("people", "People", (e) => this.people(e.currentTarget), { "aria-haspopup": "menu" })));
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
      fill(body, messages.length ? messages.map((m) => h("div", { class: "pinned" }, messageElement(m, { bare: true }), h("a", { class: "button secondary small", href: `#/c/${m.channel_id}/m/${m.id}` }, "Jump"))) : h("p", { class: "muted", text: "Nothing is pinned here." }));
    } catch (error) {
      fill(body, h("p", { class: "muted", text: error.message }));
    }
  }

  /** A forum shows its posts. */
  posts() {
    const posts = state.world.threads.filter((t) => t.parent_id === this.channel).sort((a, b) => byId(b.id, a.id));
    fill(this.log, h("ul", { class: "posts" }, posts.map((t) => h("li", {}, h("a", { class: "post", href: `#/c/${t.id}` }, h("strong", { text: t.name }), h("span", { class: "muted", text: `${t.message_count ?? 0} messages${t.archived ? " · archived" : ""}` }))))),
      posts.length ? null : h("p", { class: "empty", text: "No posts yet." }));
    this.composer.disable("A forum has posts; open one to write.");
  }

  visibleMessages() {
    return this.messages.filter((m) => !dismissed.has(m.id));
  }

  render() {
    const list = this.visibleMessages();
    const channel = place(this.channel);
    const nodes = [];
    if (!this.more) {
      nodes.push(h("div", { class: "beginning" }, h("p", { class: "beginning-title", text: channel?.type === 1 ? channel.name : isThread(channel) ? channel.name : `#${channel?.name}` }),
        h("p", { class: "muted", text: channel?.type === 1 ? "The beginning of your direct messages." : isThread(channel) ? "The beginning of this thread." : channel?.topic || "The beginning of this channel." })));
    }
    let previous = null;
    for (const message of list) {
      nodes.push(...this.separators(previous, message));
      nodes.push(this.element(message, previous));
      previous = message;
    }
    fill(this.log, nodes);
  }

  separators(previous, message) {
    const out = [];
    const at = timeOfMessage(message);
    if (!previous || new Date(timeOfMessage(previous)).toDateString() !== new Date(at).toDateString()) out.push(h("div", { class: "day" }, h("span", { text: day(at) })));
    if (message.id === this.firstUnread) out.push(h("div", { class: "day new" }, h("span", { text: "New" })));
    return out;
  }

  element(message, previous) {
    const compact = message.id !== this.firstUnread && continues(previous, message);
    return messageElement(message, { compact, conversation: this });
  }

  has(id) {
    return this.messages.some((m) => m.id === id);
  }

  /** A thread begins with the message it hangs on, which lives in the parent channel. */
  starterChanged(message) {
    const line = this.messages.find((m) => m.type === 21 && m.referenced_message?.id === message.id);
    if (!line) return;
    line.referenced_message = { ...line.referenced_message, ...message };
    this.redraw(line.id);
  }

  /** A message is new or has changed. */
  upsert(message) {
    const at = this.messages.findIndex((m) => m.id === message.id);
    if (at >= 0) {
      const old = this.messages[at];
      this.messages[at] = { ...old, ...message };
      // An event is for everybody, so it does not know which reactions are yours.
      this.messages[at].reactions = message.reactions?.map((r) => ({ ...r, me: old.reactions?.find((o) => o.emoji?.name === r.emoji?.name)?.me ?? r.me }));
      this.redraw(message.id);
      return;
    }
    // An edit of something older than what is loaded: nothing to show.
    if (this.more && this.messages.length && byId(message.id, this.messages[0].id) < 0) return;
    const stick = this.stick;
    this.typing.delete(message.author?.id);
    this.drawTyping();
    let index = this.messages.length;
    while (index > 0 && byId(this.messages[index - 1].id, message.id) > 0) index--;
    this.messages.splice(index, 0, message);
    if (index < this.messages.length - 1) {
      this.render();
    } else {
      const list = this.visibleMessages();
      const previous = list[list.length - 2] ?? null;
      this.log.querySelector(".pending-note")?.before(...this.separators(previous, message), this.element(message, previous)) ??
        this.log.append(...this.separators(previous, message), this.element(message, previous));
      this.log.querySelector(".reading, .empty")?.remove();
    }
    const mine = message.author?.id === state.me;
    if (!mine && !isEphemeralOther(message)) announce(`${authorOf(message).name}: ${summary(message)}`);
    if (stick || mine) this.toEnd();
    else this.offerJump();
    this.markRead();
  }

  remove(id) {
    this.messages = this.messages.filter((m) => m.id !== id);
    const { stick } = this;
    const scrolledTo = this.log.scrollTop;
    this.render();
    if (stick) this.toEnd();
    else this.log.scrollTop = scrolledTo;
  }

  /** Draw one message again, keeping the focus and the place. */
  redraw(id) {
    const old = this.log.querySelector(`article[data-id="${CSS.escape(id)}"]`);
    if (!old) return;
    const list = this.visibleMessages();
    const at = list.findIndex((m) => m.id === id);
    if (at < 0) return;
    const stick = this.stick;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.dataset?.key;
    const fresh = this.element(list[at], list[at - 1] ?? null);
    old.replaceWith(fresh);
    if (focused) ((key && [...fresh.querySelectorAll("[data-key]")].find((b) => b.dataset.key === key && !b.disabled)) || fresh).focus({ preventScroll: true });
    if (stick) this.toEnd();
  }

  dismiss(message) {
    dismissed.add(message.id);
    sessionStorage.setItem("sandbox.dismissed", JSON.stringify([...dismissed].slice(-200)));
    this.remove(message.id);
    this.log.focus();
  }

  toEnd() {
    this.stick = true;
    this.jump.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }

  offerJump() {
    this.jump.hidden = false;
    this.jump.querySelector("span").textContent = "New messages";
  }

  async scrolled() {
    this.stick = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 48;
    if (this.stick) {
      this.jump.hidden = true;
      this.markRead();
    }
    if (this.log.scrollTop < 80 && this.more && !this.reading && this.messages.length) {
      this.reading = true;
      const token = this.token;
      try {
        const { messages } = await get(`/channels/${this.channel}/messages?as=${state.me}&limit=${PAGE}&before=${this.messages[0].id}`);
        if (token !== this.token) return;
        const height = this.log.scrollHeight - this.log.scrollTop;
        this.more = messages.length >= PAGE;
        this.messages = [...messages, ...this.messages];
        this.render();
        this.log.scrollTop = this.log.scrollHeight - height;
      } catch (error) {
        toast(error.message, "bad");
      } finally {
        this.reading = false;
      }
    }
  }

  reveal(id) {
    const el = this.log.querySelector(`article[data-id="${CSS.escape(id)}"]`);
    if (!el) return;
    this.stick = false;
    el.scrollIntoView({ block: "center" });
    el.classList.add("flash");
    el.focus({ preventScroll: true });
    setTimeout(() => el.classList.remove("flash"), 2000);
  }

  /** Told to the server when the newest message is really on the screen. */
  markRead() {
    if (!this.channel || document.hidden || !this.stick || !this.messages.length) return;
    const last = this.messages.findLast((m) => !isEphemeral(m))?.id;
    const unread = (state.sees.unread?.[this.channel] ?? 0) + (state.sees.mentions?.[this.channel] ?? 0);
    if (!last || (last === this.readUpTo && !unread)) return;
    this.readUpTo = last;
    post(`/people/${state.me}/read`, { channel: this.channel }).then(this.onRead, () => {});
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
    this.typingLine.textContent = names.length ? `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…` : "";
  }

  /** Arrow keys walk through messages; Enter opens the menu of the one in focus. */
  key(event) {
    const articles = [...this.log.querySelectorAll("article")];
    const current = event.target.closest("article");
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (event.target === this.log || event.target === current)) {
      event.preventDefault();
      const at = articles.indexOf(current);
      const next = at < 0 ? articles.length - 1 : at + (event.key === "ArrowDown" ? 1 : -1);
      articles[Math.max(0, Math.min(articles.length - 1, next))]?.focus();
    } else if ((event.key === "Enter" || (event.shiftKey && event.key === "F10")) && event.target === current) {
      event.preventDefault();
      this.menu(this.find(current), current.querySelector(".author, .body"));
    }
  }

  find(article) {
    return this.messages.find((m) => m.id === article.dataset.id);
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
    if (event.target.closest("a[href], input, textarea, select") || String(getSelection())) return;
    const person = event.target.closest("[data-user]");
    const article = event.target.closest("article");
    if (!person && !article) return;
    event.preventDefault();
    const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : undefined;
    if (person) userMenu(person, person.dataset.user, this, point);
    else this.menu(this.find(article), article, point);
  }

  menu(message, anchor, point) {
    if (message) messageMenu(anchor, message, this, point);
  }

  reactMenu(message, anchor) {
    openMenu(anchor, "React", [{ label: "Reactions", row: QUICK.map(([text, label]) => ({ text, label, act: () => this.react(message, text) })) }]);
  }

  react(message, emoji) {
    post(`/people/${state.me}/reactions`, { channel: message.channel_id, message: message.id, emoji }).catch((error) => toast(error.message, "bad"));
  }

  reply(message) {
    this.composer.reply(message);
  }

  /** A line at the end while an app answers a command; returns what takes it away or turns it red. */
  pending(text) {
    const line = h("div", { class: "pending-note", role: "status" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text);
    const timer = setTimeout(() => {
      this.log.append(line);
      if (this.stick) this.toEnd();
    }, 250);
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
        this.log.append(line);
        this.toEnd();
      },
    };
  }
}

const isEphemeralOther = (message) => message.ephemeral_for && message.ephemeral_for !== state.me;
