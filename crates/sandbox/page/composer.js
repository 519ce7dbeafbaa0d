// Purpose: where people write: plain messages with @ and # help, replies, edits, and the way into slash commands.
import { post } from "/page/api.js";
import { CommandForm } from "/page/command.js";
import { fill, h, icon, iconButton, toast } from "/page/dom.js";
import { encoded, Tray } from "/page/files.js";
import { authorOf, summary } from "/page/messages.js";
import { allUsers, isThread, may, place, placeName, state } from "/page/state.js";
import { Suggestions } from "/page/suggest.js";

const drafts = new Map();
/** How often "is typing" is told, ms: Discord's clients do so, and show it for ten seconds. */
const TYPING_EVERY = 8000;

export class Composer {
  constructor(conversation) {
    this.conversation = conversation;
    this.mode = null; // {reply: message} or {edit: message}
    this.text = h("textarea", { class: "composer-text", rows: 1, maxlength: 2000, autocomplete: "off", spellcheck: "true" });
    this.suggest = new Suggestions();
    this.suggest.attach(this.text);
    this.banner = h("div", { class: "composer-banner", hidden: true });
    this.slot = h("div", { class: "composer-slot" }, this.text);
    this.send = h("button", { type: "submit", class: "icon-button send", "aria-label": "Send", title: "Send" }, icon("send"));
    this.slash = h("button", { type: "button", class: "icon-button slash", "aria-label": "Commands", title: "Commands", on: { click: () => this.openPicker() } }, "/");
    this.tray = new Tray(() => {});
    this.attach = iconButton("plus", "Add files", () => this.tray.pick());
    this.el = h("form", { class: "composer", on: { submit: (e) => { e.preventDefault(); this.submit(); } } }, this.suggest.el, this.banner, this.tray.el, h("div", { class: "composer-box" }, this.attach, this.slash, this.slot, this.send), this.tray.picker);
    this.el.addEventListener("paste", (e) => this.take(e, e.clipboardData));
    conversation.el?.addEventListener("drop", (e) => this.take(e, e.dataTransfer));
    this.text.addEventListener("input", () => {
      this.changed();
      this.tellTyping();
    });
    this.text.addEventListener("keydown", (e) => this.key(e));
    this.text.addEventListener("blur", () => setTimeout(() => !this.command && document.activeElement !== this.text && this.suggest.hide(), 150));
  }

  /** Turn to a channel: its draft comes back. */
  open(id) {
    if (this.channel) drafts.set(this.channel, this.text.value);
    this.channel = id;
    this.leaveCommand();
    this.setMode(null);
    this.tray.clear();
    this.told = 0;
    this.text.value = drafts.get(id) ?? "";
    this.grow();
    this.suggest.hide();
  }

  /** What may be written here, said in the empty box. */
  permit(channel) {
    const thread = isThread(channel);
    const allowed = may(this.channel, thread ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES") && !(channel?.locked && !may(this.channel, "MANAGE_THREADS"));
    const label = !channel ? "Message"
      : !allowed ? (channel.locked ? "This thread is locked." : "You may not write here.")
      : channel.archived ? "Writing opens this thread again"
      : `Message ${channel.type === 1 || thread ? channel.name : placeName(channel)}`;
    this.text.disabled = this.send.disabled = this.slash.disabled = !allowed;
    this.attach.disabled = !allowed || !may(this.channel, "ATTACH_FILES");
    this.text.placeholder = label;
    this.text.setAttribute("aria-label", label);
  }

  /** Files that were pasted or dropped. */
  take(event, from) {
    const files = [...(from?.files ?? [])];
    if (!files.length || this.attach.disabled) return;
    event.preventDefault();
    this.tray.add(files);
  }

  /** Others see that somebody writes. */
  tellTyping() {
    if (!this.text.value.trim() || this.text.value.startsWith("/") || Date.now() - this.told < TYPING_EVERY) return;
    this.told = Date.now();
    post(`/people/${state.me}/typing`, { channel: this.channel }).catch(() => {});
  }

  focus() {
    (this.command ? this.command.el.querySelector("input") ?? this.send : this.text).focus();
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 180)}px`;
  }

  insert(words) {
    this.leaveCommand();
    this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
    this.changed();
  }

  reply(message) {
    this.leaveCommand();
    this.setMode({ reply: message });
    this.text.focus();
  }

  edit(message) {
    this.leaveCommand();
    this.setMode({ edit: message });
    this.text.value = message.content;
    this.grow();
    this.text.focus();
  }

  setMode(mode) {
    const leaving = this.mode?.edit && !mode;
    this.mode = mode;
    if (leaving) this.text.value = "";
    this.banner.hidden = !mode;
    if (mode) {
      fill(this.banner, icon(mode.reply ? "reply" : "edit"),
        mode.reply ? h("span", {}, "Answering ", h("strong", { text: authorOf(mode.reply).name }), h("span", { class: "muted", text: ` ${summary(mode.reply).slice(0, 80)}` })) : h("span", { text: "Editing your message" }),
        iconButton("close", "Cancel", () => { this.setMode(null); this.text.focus(); }));
    }
  }

  openPicker() {
    if (this.command) this.leaveCommand();
    this.text.value = "/";
    this.text.focus();
    this.changed();
  }

  changed() {
    this.grow();
    const value = this.text.value;
    if (value.startsWith("/") && !this.mode?.edit) {
      const typed = value.slice(1);
      const whole = [...state.commands].sort((a, b) => b.path.length - a.path.length).find((c) => typed.toLowerCase().startsWith(`${c.path} `));
      if (whole) return this.startCommand(whole.path, typed.slice(whole.path.length + 1));
      return this.suggest.show("Commands", this.matching(typed).map((c) => ({
        label: `/${c.path}`, detail: c.about, note: state.world.bots.find((b) => b.application_id === c.app)?.name, pick: () => this.startCommand(c.path),
      })), { empty: state.commands.length ? "No command is called that." : "No app has registered commands yet." });
    }
    const word = /(^|\s)([@#])([\p{L}\d._-]*)$/u.exec(value.slice(0, this.text.selectionStart));
    if (word) {
      const wanted = word[3].toLowerCase();
      const names = word[2] === "@"
        ? [...allUsers().map((u) => ({ name: u.name, detail: u.bot ? "app" : u.username })), ...state.world.roles.filter((r) => r.id !== state.world.guild.id).map((r) => ({ name: r.name, detail: "role" }))]
        : state.world.channels.filter((c) => c.type !== 4 && state.sees.channels.includes(c.id)).map((c) => ({ name: c.name, detail: c.topic }));
      const items = names.filter((n) => n.name.toLowerCase().includes(wanted)).slice(0, 8).map((n) => ({
        label: `${word[2]}${n.name.replace(/^@/, "")}`, detail: n.detail,
        pick: () => {
          const end = this.text.selectionStart;
          this.text.setRangeText(`${word[2]}${n.name.replace(/^@/, "")} `, end - word[3].length - 1, end, "end");
          this.suggest.hide();
          this.text.focus();
        },
      }));
      if (items.length) return this.suggest.show(word[2] === "@" ? "People and roles" : "Channels", items);
    }
    this.suggest.hide();
  }

  /** Commands for what was typed: those that begin with it first. */
  matching(typed) {
    const wanted = typed.trim().toLowerCase();
    const starts = state.commands.filter((c) => c.path.toLowerCase().startsWith(wanted));
    const within = state.commands.filter((c) => !starts.includes(c) && (c.path.toLowerCase().includes(wanted) || c.about?.toLowerCase().includes(wanted)));
    return [...starts, ...within].slice(0, 30);
  }

  key(event) {
    if (event.isComposing) return;
    if (this.suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.mode) {
      event.stopPropagation();
      this.setMode(null);
    } else if (event.key === "ArrowUp" && !this.text.value) {
      const own = this.conversation.messages.findLast((m) => m.author?.id === state.me && !m.ephemeral_for && (m.type ?? 0) === 0);
      if (own) {
        event.preventDefault();
        this.edit(own);
      }
    }
  }

  startCommand(path, typed = "") {
    const command = state.commands.find((c) => c.path === path) ?? state.commands.find((c) => c.path.startsWith(`${path} `));
    if (!command) return toast(`/${path} is not registered now.`, "bad");
    if (command.path !== path) {
      this.text.value = `/${path}`;
      this.text.focus();
      return this.changed();
    }
    this.suggest.hide();
    this.setMode(null);
    this.command = new CommandForm(command, this, typed);
    fill(this.slot, this.command.el);
    this.text.value = "";
    this.command.start();
  }

  /** Back to plain writing, with `text` in the box. */
  leaveCommand(text) {
    if (!this.command) return;
    this.command.suggest.hide();
    this.command = null;
    fill(this.slot, this.text);
    if (text !== undefined) {
      this.text.value = text;
      this.text.focus();
      this.changed();
    }
    this.grow();
  }

  async submit() {
    if (this.command) return this.command.submit();
    const content = encode(this.text.value.trim());
    const files = this.mode?.edit ? [] : this.tray.files;
    if (!content && !files.length) return;
    if (content.startsWith("/") && this.matching(content.slice(1)).length) {
      this.changed();
      return;
    }
    const mode = this.mode;
    const kept = this.text.value;
    const channel = this.channel;
    this.setMode(null);
    this.text.value = "";
    if (files.length) this.tray.clear();
    this.told = 0;
    this.grow();
    this.suggest.hide();
    try {
      if (mode?.edit) await post(`/people/${state.me}/messages/${mode.edit.id}/edit`, { content });
      else await post(`/people/${state.me}/messages`, { channel, content, ...(mode?.reply ? { reply_to: mode.reply.id } : {}), ...(files.length ? { files: await Promise.all(files.map(encoded)) } : {}) });
    } catch (error) {
      toast(error.message, "bad");
      if (this.channel === channel && !this.text.value) {
        this.text.value = kept;
        this.tray.add(files);
        this.grow();
      }
    }
  }
}

/** "@Budi" becomes <@id>, "#support" <#id>: longest names first, so that "@sre-lead" is not "@sre". */
function encode(text) {
  const names = [
    ...allUsers().flatMap((u) => [[`@${u.name}`, `<@${u.id}>`], [`@${u.username}`, `<@${u.id}>`]]),
    ...state.world.roles.filter((r) => r.id !== state.world.guild.id).map((r) => [`@${r.name.replace(/^@/, "")}`, `<@&${r.id}>`]),
    ...state.world.channels.filter((c) => c.type !== 4).map((c) => [`#${c.name}`, `<#${c.id}>`]),
  ].sort((a, b) => b[0].length - a[0].length);
  let out = "";
  for (let i = 0; i < text.length;) {
    const before = i > 0 ? text[i - 1] : " ";
    const hit = /[@#]/.test(text[i]) && /[\s(]/.test(before) && names.find(([name]) => text.startsWith(name, i) && !/[\p{L}\d_-]/u.test(text[i + name.length] ?? " "));
    if (hit) {
      out += hit[1];
      i += hit[0].length;
    } else {
      out += text[i++];
    }
  }
  return out;
}
