// Purpose: the messages of one place on the screen: a window over a history of any length that grows at both ends, keeps
// the reader's place, and takes changes one by one, so that nothing jumps and nothing is shown twice.
import { get } from "/page/api.js";
import { announce, fill, h, icon, toast } from "/page/dom.js";
import { authorOf, continues, isEphemeral, messageElement, summary, timeOfMessage } from "/page/messages.js";
import { byId, isThread, place, state } from "/page/state.js";
import { day } from "/page/time.js";

const PAGE = 50;
/** Messages kept on the screen; beyond that the far end is let go and read again when somebody scrolls there. */
const KEPT = 300;
const dismissed = new Set(JSON.parse(sessionStorage.getItem("sandbox.dismissed") ?? "[]"));

export class Feed {
  /** `owner` is the conversation: what message elements call, and `read()` when the newest message is on the screen. */
  constructor(owner) {
    Object.assign(this, { owner, channel: null, messages: [], older: false, newer: false, stick: true, firstUnread: null, token: 0, items: new Map() });
    this.list = h("div", { class: "feed" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0" }, this.list);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), h("span", {}));
    this.el = h("div", { class: "log-box" }, this.log, this.jump);
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // The box gets smaller (a keyboard, a longer draft) or the text longer (a picture has come): the end stays in view.
    const watch = new ResizeObserver(() => this.stick && !this.newer && this.scrollToEnd());
    watch.observe(this.log);
    watch.observe(this.list);
  }

  // ---- reading ----

  read(query) {
    // What happens until the answer is here is not in the answer: it is done again on top of it.
    this.late ??= [];
    return get(`/channels/${this.channel}/messages?as=${state.me}&${query}`);
  }

  /** Do again what was told while an answer was on its way. */
  catchUp() {
    const late = this.late ?? [];
    this.late = null;
    for (const act of late) act();
  }

  /** Show a place anew; `message` is the one to bring into view. */
  async open(channel, message) {
    const token = ++this.token;
    Object.assign(this, { channel, late: null, messages: [], older: false, newer: false, stick: !message, firstUnread: null, loading: true });
    this.jump.hidden = true;
    this.items.clear();
    fill(this.list, h("p", { class: "muted reading", text: "Reading…" }));
    const unread = state.sees.unread?.[channel] ?? 0;
    try {
      const found = await this.read(message ? `limit=${PAGE}&around=${message}` : `limit=${PAGE}`);
      if (token !== this.token) return;
      const fresh = found.messages.filter(shown);
      if (!message && unread > 0) {
        const others = fresh.filter((m) => !isEphemeral(m) && m.author?.id !== state.me);
        this.firstUnread = others[Math.max(0, others.length - unread)]?.id ?? null;
      }
      this.set(fresh, found.older, found.newer);
      this.loading = false;
      this.catchUp();
    } catch (error) {
      if (token === this.token) fill(this.list, h("p", { class: "empty", role: "alert", text: error.message }));
      return;
    } finally {
      if (token === this.token) this.loading = false;
    }
    if (message) this.reveal(message);
    else this.scrollToEnd();
    this.owner.read();
  }

  /** Read again what is on the screen and what has come since: after a lost connection nothing is missing or twice. */
  async refresh() {
    if (!this.messages.length) return this.open(this.channel);
    const token = ++this.token;
    this.loading = true;
    let after = String(BigInt(this.messages[0].id) - 1n);
    let all = [];
    let older = this.older;
    let newer = true;
    try {
      while (newer && all.length < KEPT) {
        const found = await this.read(`limit=200&after=${after}`);
        if (token !== this.token) return;
        if (!all.length) older = found.older;
        if (!found.messages.length) break;
        all = [...all, ...found.messages];
        newer = found.newer;
        after = all.at(-1).id;
      }
    } catch (error) {
      return toast(error.message, "bad");
    } finally {
      if (token === this.token) this.loading = false;
    }
    if (newer && this.stick) return this.open(this.channel);
    this.keepPlace(() => this.set(all.filter(shown), older, newer));
    this.catchUp();
    this.owner.read();
  }

  /** Scrolled near an end: the next page there, and the far end goes when there is too much. */
  async extend(back) {
    if (this.loading || !this.messages.length) return;
    this.loading = true;
    const { token } = this;
    try {
      const found = await this.read(back ? `limit=${PAGE}&before=${this.messages[0].id}` : `limit=${PAGE}&after=${this.messages.at(-1).id}`);
      if (token !== this.token) return;
      const more = found.messages.filter(shown);
      this.keepPlace(() => {
        if (back) {
          const all = [...more, ...this.messages];
          this.set(all.slice(0, KEPT), found.older, this.newer || all.length > KEPT);
        } else {
          const all = [...this.messages, ...more];
          this.set(all.slice(-KEPT), this.older || all.length > KEPT, found.newer);
        }
      });
      this.catchUp();
    } catch (error) {
      toast(error.message, "bad");
    } finally {
      this.loading = false;
    }
  }

  close() {
    this.token++;
    Object.assign(this, { channel: null, messages: [], late: null, loading: false });
    this.items.clear();
    fill(this.list);
  }

  // ---- drawing ----

  /** Make the screen show exactly these; elements of messages that did not change stay as they are. */
  set(messages, older, newer) {
    const before = new Map(this.messages.map((m) => [m.id, m]));
    Object.assign(this, { messages, older, newer });
    const focus = this.focused();
    const items = new Map();
    let previous = null;
    for (const message of messages) {
      const old = this.items.get(message.id);
      const same = old && old.previous === previous?.id && alike(before.get(message.id), message);
      items.set(message.id, same ? old : { el: this.item(message, previous), previous: previous?.id });
      previous = message;
    }
    this.items = items;
    const pending = [...this.list.querySelectorAll(".pending-note")];
    const wanted = [older ? null : this.beginning(), ...[...items.values()].map((i) => i.el), ...pending].filter(Boolean);
    // Only what differs is touched: moving an element would lose its focus and its open menus.
    let at = this.list.firstChild;
    const keep = new Set(wanted);
    for (const el of [...this.list.children]) if (!keep.has(el)) el.remove();
    at = this.list.firstChild;
    for (const el of wanted) {
      if (el === at) at = at.nextSibling;
      else this.list.insertBefore(el, at);
    }
    this.refocus(focus);
  }

  beginning() {
    const channel = place(this.channel);
    const name = channel?.type === 1 || isThread(channel) ? channel.name : `#${channel?.name}`;
    const about = channel?.type === 1 ? "The beginning of your direct messages." : isThread(channel) ? "The beginning of this thread." : channel?.topic || "The beginning of this channel.";
    return h("div", { class: "beginning" }, h("p", { class: "beginning-title", text: name }), h("p", { class: "muted", text: this.messages.length ? about : `${about} Nobody has written here yet.` }));
  }

  /** A message with the lines above it: the day, and where the new ones begin. */
  item(message, previous) {
    const at = timeOfMessage(message);
    const first = message.id === this.firstUnread;
    const newDay = !previous || new Date(timeOfMessage(previous)).toDateString() !== new Date(at).toDateString();
    return h("div", { class: "item" },
      newDay ? h("div", { class: "day" }, h("span", { text: day(at) })) : null,
      first ? h("div", { class: "day new" }, h("span", { text: "New" })) : null,
      messageElement(message, { compact: !first && !newDay && continues(previous, message), conversation: this.owner }));
  }

  /** Change the list without moving what is being read. */
  keepPlace(change) {
    if (this.stick && !this.newer) {
      change();
      if (!this.newer) this.scrollToEnd();
      return;
    }
    const top = this.log.getBoundingClientRect().top;
    const anchor = [...this.items].find(([, i]) => i.el.getBoundingClientRect().bottom > top + 1);
    const was = anchor?.[1].el.getBoundingClientRect().top;
    this.log.style.overflowAnchor = "none";
    change();
    const now = anchor && this.items.get(anchor[0]);
    if (now) this.log.scrollTop += now.el.getBoundingClientRect().top - was;
    this.log.style.overflowAnchor = "";
  }

  focused() {
    const active = document.activeElement;
    if (!this.list.contains(active)) return null;
    return { id: active.closest("article")?.dataset.id, key: active.dataset?.key, el: active };
  }

  refocus(focus) {
    if (!focus || focus.el.isConnected) return;
    const article = focus.id && this.items.get(focus.id)?.el.querySelector("article");
    const same = article && focus.key && [...article.querySelectorAll("[data-key]")].find((b) => b.dataset.key === focus.key && !b.disabled);
    (same || article || this.log).focus({ preventScroll: true });
  }

  has(id) {
    return this.items.has(id);
  }

  find(id) {
    return this.messages.find((m) => m.id === id);
  }

  /** A message is new or has changed; `known`: only if it is on the screen. */
  upsert(message, known = false) {
    if (!shown(message)) return;
    this.late?.push(() => this.upsert(message, known));
    const at = this.messages.findIndex((m) => m.id === message.id);
    if (at >= 0) {
      const old = this.messages[at];
      this.messages[at] = { ...old, ...message };
      // An event is for everybody, so it does not know which reactions are yours.
      this.messages[at].reactions = message.reactions?.map((r) => ({ ...r, me: old.reactions?.find((o) => o.emoji?.name === r.emoji?.name)?.me ?? r.me }));
      return this.redraw(message.id);
    }
    if (known || (this.loading && !this.messages.length)) return;
    // Beyond what is on the screen: it is read when somebody scrolls there.
    if (this.older && this.messages.length && byId(message.id, this.messages[0].id) < 0) return;
    const last = this.messages.at(-1);
    const atEnd = !last || byId(last.id, message.id) < 0;
    const mine = message.author?.id === state.me;
    if (!mine && !(message.ephemeral_for && message.ephemeral_for !== state.me)) announce(`${authorOf(message).name}: ${summary(message)}`);
    if (atEnd && (this.newer || (!this.stick && this.messages.length >= 2 * KEPT))) {
      this.newer = true;
      if (mine) this.toEnd();
      else this.offerJump();
      return;
    }
    const { stick } = this;
    if (mine) this.stick = true;
    this.keepPlace(() => {
      const all = [...this.messages, message].sort((a, b) => byId(a.id, b.id));
      const drop = this.stick && all.length > KEPT ? all.length - KEPT : 0;
      this.set(all.slice(drop), this.older || drop > 0, this.newer);
    });
    if (!stick && !mine) this.offerJump();
    this.owner.read();
  }

  remove(id) {
    this.late?.push(() => this.remove(id));
    if (this.has(id)) this.keepPlace(() => this.set(this.messages.filter((m) => m.id !== id), this.older, this.newer));
  }

  /** Draw one message again, keeping the focus and the place. */
  redraw(id) {
    const item = this.items.get(id);
    if (!item) return;
    const at = this.messages.findIndex((m) => m.id === id);
    const focus = this.focused();
    this.keepPlace(() => {
      const el = this.item(this.messages[at], this.messages[at - 1] ?? null);
      item.el.replaceWith(el);
      item.el = el;
    });
    this.refocus(focus);
  }

  /** Read one message again: who reacted is not in the event. Many events lead to one reading. */
  again(id) {
    if (!this.has(id) || this.asking?.has(id)) return;
    this.asking ??= new Set();
    this.asking.add(id);
    setTimeout(async () => {
      this.asking.delete(id);
      try {
        const { messages } = await this.read(`limit=1&around=${id}`);
        const at = this.messages.findIndex((m) => m.id === id);
        if (at < 0 || messages[0]?.id !== id) return;
        this.messages[at] = messages[0];
        this.redraw(id);
      } catch (error) {
        toast(error.message, "bad");
      }
    }, 40);
  }

  /** A thread begins with the message it hangs on, which lives in the parent channel. */
  starterChanged(message) {
    const line = this.messages.find((m) => m.type === 21 && m.referenced_message?.id === message.id);
    if (!line) return;
    line.referenced_message = { ...line.referenced_message, ...message };
    this.redraw(line.id);
  }

  dismiss(message) {
    dismissed.add(message.id);
    sessionStorage.setItem("sandbox.dismissed", JSON.stringify([...dismissed].slice(-200)));
    this.remove(message.id);
    this.log.focus();
  }

  // ---- the place ----

  get atEnd() {
    return this.stick && !this.newer;
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  toEnd() {
    this.jump.hidden = true;
    if (this.newer) return this.open(this.channel);
    this.stick = true;
    this.scrollToEnd();
    this.owner.read();
  }

  offerJump(words = "New messages") {
    this.jump.hidden = false;
    this.jump.querySelector("span").textContent = words;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const below = scrollHeight - scrollTop - clientHeight;
    this.stick = below < 48 && !this.newer;
    if (this.stick) {
      this.jump.hidden = true;
      this.owner.read();
    } else if (below > 1500 && this.jump.hidden) this.offerJump("To the newest");
    if (scrollTop < 400 && this.older) this.extend(true);
    else if (below < 400 && this.newer) this.extend(false);
  }

  reveal(id) {
    const el = this.items.get(id)?.el.querySelector("article");
    if (!el) {
      toast("That message is gone.", "bad");
      return this.newer ? undefined : this.scrollToEnd();
    }
    this.stick = false;
    el.scrollIntoView({ block: "center" });
    el.classList.add("flash");
    el.focus({ preventScroll: true });
    setTimeout(() => el.classList.remove("flash"), 2000);
  }
}

const shown = (message) => !dismissed.has(message.id);
const alike = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);
