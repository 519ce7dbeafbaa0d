// Purpose: one message as an element: author, content, embeds, components, attachments, reactions, thread link, notes.
import { avatar, fill, h, icon } from "/page/dom.js";
import { color, components, ownUrl, picture, safe } from "/page/components.js";
import { size } from "/page/files.js";
import { nameOf } from "/page/interactions.js";
import { inlineMarkdown, link, markdown, plain } from "/page/markdown.js";
import { place, state, timeOf, user, userName } from "/page/state.js";
import { clock, full, stamp, timestamp } from "/page/time.js";

const FLAG = { ephemeral: 64, loading: 128, failedThread: 256, silent: 4096 };
const has = (message, flag) => ((message.flags ?? 0) & flag) !== 0;

export const isEphemeral = (message) => Boolean(message.ephemeral_for) || has(message, FLAG.ephemeral);
export const timeOfMessage = (message) => Date.parse(message.timestamp) || timeOf(message.id);

/** The author as this page names people: the server's names first. */
export function authorOf(message) {
  const known = user(message.author?.id);
  return {
    id: message.author?.id,
    name: message.webhook_id && !known ? message.author?.username : known?.name ?? message.author?.global_name ?? message.author?.username ?? "Somebody",
    bot: known?.bot ?? message.author?.bot ?? false,
  };
}

/** Whether the message addresses the person you are. */
export function mentionsMe(message) {
  const mine = state.world.people.find((p) => p.id === state.me);
  return message.author?.id !== state.me && (
    (message.mentions ?? []).some((u) => u.id === state.me) ||
    (message.mention_roles ?? []).some((r) => mine?.roles.includes(r)) ||
    Boolean(message.mention_everyone));
}

/** Whether `message` continues `previous`: same author, within seven minutes, no header of its own. */
export function continues(previous, message) {
  return Boolean(previous) && previous.author?.id === message.author?.id && ![0, 20, 23].every((t) => t !== (message.type ?? 0)) &&
    (message.type ?? 0) !== 19 && !message.message_reference && !usedBy(message) && [0, 19, 20, 23].includes(previous.type ?? 0) &&
    isEphemeral(previous) === isEphemeral(message) && !message.embeds?.length &&
    !previous.embeds?.length && !previous.components?.length && !previous.thread &&
    timeOfMessage(message) - timeOfMessage(previous) < 7 * 60_000 &&
    new Date(timeOfMessage(previous)).toDateString() === new Date(timeOfMessage(message)).toDateString();
}

function usedBy(message) {
  const old = message.interaction;
  const data = message.interaction_metadata;
  const kind = data?.type ?? old?.type;
  if (kind !== 2) return null;
  const name = old?.name ?? data?.name;
  return { who: old?.user ?? data?.user, name: name ? (message.type === 23 ? name : `/${name}`) : nameOf(data?.id ?? old?.id) };
}

/** A sentence for screen readers and previews. */
export function summary(message) {
  const words = plain(message.content) || message.embeds?.map((e) => plain(e.title || e.description || "")).filter(Boolean).join(". ") || textIn(message.components) || (message.attachments?.length ? "an attachment" : has(message, FLAG.loading) ? "is thinking" : "");
  return words;
}
function textIn(list) {
  for (const component of list ?? []) {
    const found = component.type === 10 ? plain(component.content) : textIn(component.components);
    if (found) return found;
  }
  return "";
}

/**
 * The element. `about` says how: {compact, referenced, bare, conversation} where conversation has
 * react(message, emoji), dismiss(message), menu(message, anchor, point), reply(message).
 */
export function messageElement(given, { compact = false, bare = false, conversation = null } = {}) {
  // The first line of a thread shows the message the thread hangs on; its buttons are that message's.
  const starter = given.type === 21 && given.referenced_message;
  const message = starter ? { ...starter, channel_id: starter.channel_id ?? given.message_reference?.channel_id, thread: undefined } : given;
  const author = authorOf(message);
  const at = timeOfMessage(message);
  const system = systemText(message, author);
  const el = h("article", {
    class: ["message", compact ? "compact" : "", mentionsMe(message) ? "mentions-me" : "", isEphemeral(message) ? "ephemeral" : "", system ? "system" : "", bare ? "bare" : ""].filter(Boolean).join(" "),
    tabindex: bare ? undefined : "-1", data: { id: given.id }, "aria-label": `${author.name}, ${stamp(at)}`,
  });
  if (system) {
    fill(el, h("span", { class: "gutter" }, icon(system.icon)), h("div", { class: "body" }, h("div", { class: "text" }, system.words, " ", time(at))));
  } else {
    const used = usedBy(message);
    fill(el,
      reference(message),
      used ? h("div", { class: "context" }, icon("app"), h("span", {}, h("strong", { text: userName(used.who?.id) ?? used.who?.global_name ?? used.who?.username ?? "Somebody" }), " used ", h("span", { class: "used", text: used.name || "a command" }))) : null,
      h("span", { class: "gutter" }, compact ? h("time", { class: "small-time", datetime: new Date(at).toISOString(), title: full(at), text: clock(at) }) : avatar(author)),
      h("div", { class: "body" },
        compact ? null : h("div", { class: "author" },
          bare ? h("span", { class: "name", text: author.name }) : h("button", { type: "button", class: "name", "aria-haspopup": "menu", data: { user: author.id }, text: author.name }),
          author.bot ? h("span", { class: "tag", text: "app" }) : null, time(at),
          message.edited_timestamp && !message.content ? edited(message) : null,
          has(message, FLAG.silent) ? h("span", { class: "silent-mark", title: "Sent without a notification" }, icon("silent"), h("span", { class: "unseen", text: "silent" })) : null),
        contentOf(message),
        (message.embeds ?? []).map(embed),
        (message.attachments ?? []).map(attachment),
        bare ? null : components(message),
        bare ? null : reactions(message, conversation),
        bare ? null : threadLink(message),
        isEphemeral(message) && !bare ? h("div", { class: "only-you" }, icon("eye"), "Only you can see this · ",
          h("button", { type: "button", class: "text-button", on: { click: () => conversation?.dismiss(message) } }, "Dismiss")) : null));
  }
  if (!bare && !system && conversation) {
    el.append(h("div", { class: "tools" },
      tool("smile", "React", (event) => conversation.reactMenu(message, event.currentTarget)),
      isEphemeral(message) ? null : tool("reply", "Reply", () => conversation.reply(message)),
      tool("more", "More", (event) => conversation.menu(message, event.currentTarget))));
  }
  return el;
}

const tool = (name, label, listener) => h("button", { type: "button", class: "tool", tabindex: "-1", "aria-label": label, title: label, on: { click: listener } }, icon(name));
const time = (at) => h("time", { class: "time", datetime: new Date(at).toISOString(), title: full(at), text: stamp(at) });

function contentOf(message) {
  if (has(message, FLAG.loading)) return h("div", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), `${authorOf(message).name} is thinking…`);
  if (!message.content) return null;
  const box = h("div", { class: "markdown" }, markdown(message.content));
  if (message.edited_timestamp) {
    const mark = edited(message);
    const last = box.lastElementChild;
    if (last?.classList.contains("text")) last.append(" ", mark);
    else box.append(mark);
  }
  return box;
}

const edited = (message) => h("span", { class: "edited", title: full(Date.parse(message.edited_timestamp)), text: "(edited)" });

function reference(message) {
  if ((message.type ?? 0) !== 19 && !message.referenced_message) return null;
  const to = message.referenced_message;
  if (!to) return h("div", { class: "context" }, icon("reply"), h("em", { text: "The message this answers is gone." }));
  const who = authorOf(to);
  return h("a", { class: "context", href: `#/c/${to.channel_id ?? message.channel_id}/m/${to.id}` }, icon("reply"), h("strong", { text: who.name }), h("span", { class: "preview", text: summary(to).slice(0, 160) || "a message" }));
}

function systemText(message, author) {
  const name = h("strong", { text: author.name });
  switch (message.type ?? 0) {
    case 4: return { icon: "edit", words: [name, ` renamed this to ${message.content}.`] };
    case 6: return { icon: "pin", words: [name, " pinned ", message.message_reference?.message_id ? h("a", { class: "link", href: `#/c/${message.channel_id}/m/${message.message_reference.message_id}`, text: "a message" }) : "a message", " here."] };
    case 7: return { icon: "people", words: [name, " joined."] };
    case 18: return { icon: "thread", words: [name, " started a thread: ", message.message_reference?.channel_id ? h("a", { class: "link", href: `#/c/${message.message_reference.channel_id}`, text: message.content }) : message.content] };
    case 21: return message.referenced_message ? null : { icon: "thread", words: ["The first message of this thread is gone."] };
    default: return null;
  }
}

/** An embed card. */
export function embed(e) {
  const title = e.title ? (safe(e.url) ? link(e.url, inlineMarkdown(e.title)) : inlineMarkdown(e.title)) : null;
  const box = h("div", { class: "embed" },
    e.author?.name ? h("div", { class: "embed-author" }, safe(e.author.url) ? link(e.author.url, e.author.name) : e.author.name) : null,
    title ? h("div", { class: "embed-title" }, title) : null,
    e.description ? h("div", { class: "embed-text markdown" }, markdown(e.description)) : null,
    e.fields?.length ? h("dl", { class: "embed-fields" }, e.fields.map((f) => h("div", { class: f.inline ? "field-inline" : "field-wide" }, h("dt", {}, inlineMarkdown(f.name)), h("dd", { class: "markdown" }, markdown(f.value))))) : null,
    e.image ? picture(e.image, e.image.description || `Image of ${e.title ?? "the card"}`) : null,
    e.thumbnail ? picture(e.thumbnail, "Small image", "thumbnail") : null,
    e.footer?.text || e.timestamp ? h("div", { class: "embed-foot" }, e.footer?.text, e.footer?.text && e.timestamp ? " · " : null, e.timestamp ? timestamp(Date.parse(e.timestamp), "f") : null) : null);
  if (Number.isInteger(e.color)) box.style.borderLeftColor = color(e.color);
  return box;
}

function attachment(file) {
  const spoiler = file.filename?.startsWith("SPOILER_");
  if (file.content_type?.startsWith("image/") && !spoiler) return h("a", { class: "attached-picture", href: ownUrl(file.url ?? ""), target: "_blank", rel: "noopener", title: "Open the picture" }, picture({ url: file.url }, file.description || file.filename, "attached"));
  const address = ownUrl(file.url ?? "");
  const url = address.startsWith("/") ? address : safe(address);
  return h("div", { class: "file" }, icon("file"), h("div", {}, h("a", { class: "link", href: url, download: file.filename, text: file.filename || "file" }), h("div", { class: "muted", text: file.description ? `${size(file.size)} · ${file.description}` : size(file.size) })));
}

function reactions(message, conversation) {
  if (!message.reactions?.length) return null;
  // Who it was is asked when somebody wants to know.
  const tell = async (event) => {
    const button = event.currentTarget;
    if (button.title || !conversation) return;
    const found = await conversation.reacted(message).catch(() => []);
    const names = found.find(([emoji]) => emoji === button.dataset.emoji)?.[1];
    if (names) button.title = names.join(", ");
  };
  return h("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, message.reactions.map((r) => h("button", {
    type: "button", class: `reaction${r.me ? " mine" : ""}`, "aria-pressed": String(Boolean(r.me)), "aria-label": `${r.emoji?.name}, ${r.count}`, data: { emoji: r.emoji?.name, key: `react-${message.id}-${r.emoji?.name}` },
    on: { click: () => conversation?.react(message, r.emoji?.id ? `${r.emoji.name}:${r.emoji.id}` : r.emoji?.name), pointerenter: tell, focus: tell },
  }, h("span", { text: r.emoji?.id ? `:${r.emoji.name}:` : r.emoji?.name }), h("span", { class: "count", text: String(r.count) }))));
}

function threadLink(message) {
  const thread = message.thread ? { ...message.thread, ...place(message.thread.id) } : null;
  if (!thread) return null;
  const count = thread.message_count ?? 0;
  return h("a", { class: "thread-link", href: `#/c/${thread.id}`, data: { thread: thread.id, parent: message.channel_id } }, icon("thread"),
    h("span", { class: "thread-name", text: thread.name }), h("span", { class: "muted", text: count === 1 ? "1 message" : `${count} messages` }), icon("back"));
}
