// Purpose: the menus of a message, a thread and a person, with the apps' own commands in them.
import { get, post } from "/page/api.js";
import { ask } from "/page/dialogs.js";
import { avatar, fill, h, toast } from "/page/dom.js";
import { EMOJI, QUICK } from "/page/emoji.js";
import { act } from "/page/interactions.js";
import { openMenu, openPanel } from "/page/menus.js";
import { plain } from "/page/markdown.js";
import { isEphemeral, summary } from "/page/messages.js";
import { may, menuCommands, place, state, user } from "/page/state.js";
import { relative } from "/page/time.js";

const say = (promise) => promise.catch((error) => toast(error.message, "bad"));
const copy = (text) => navigator.clipboard?.writeText(text).then(() => toast("Copied."), () => toast("The browser does not allow copying.", "bad"));

async function runMenu(conversation, command, target) {
  const wait = conversation.pending(`${command.name} · waiting for the app`);
  const { failed } = await act("menu", { channel: conversation.channel, name: command.name, ...target });
  if (failed) wait.fail(failed);
  else wait.done();
}

const appName = (command) => state.world.bots.find((b) => b.application_id === command.application_id)?.name ?? "app";
const isOwnLine = (message) => ![0, 19, 20, 21, 23].includes(message.type ?? 0);

/** What can be done with a message. */
export function messageMenu(anchor, message, conversation, point) {
  const id = message.channel_id;
  const mine = message.author?.id === state.me;
  const open = !isEphemeral(message);
  const channel = place(id);
  const apps = open ? menuCommands(3) : [];
  const pinnable = open && !isOwnLine(message) && may(id, "PIN_MESSAGES");
  const threadable = open && !message.thread && [0, 19, 20, 23].includes(message.type ?? 0) && [0, 5].includes(channel?.type) && may(id, "CREATE_PUBLIC_THREADS");
  openMenu(anchor, "Message", [
    open ? { label: "React", row: [...QUICK.map(([text, label]) => ({ text, label, act: () => conversation.react(message, text) })), { text: "+", label: "More emoji", act: () => reactMenu(anchor, message, conversation, point) }] } : null,
    ...(apps.length ? [{ heading: "Apps" }, ...apps.map((c) => ({ icon: "app", label: c.name, detail: appName(c), act: () => runMenu(conversation, c, { message: message.id }) })), { line: true }] : []),
    open ? { icon: "reply", label: "Reply", act: () => conversation.reply(message) } : null,
    threadable ? { icon: "thread", label: "Start a thread", act: () => startThread(message, conversation) } : null,
    pinnable ? { icon: "pin", label: message.pinned ? "Unpin" : "Pin", act: () => conversation.pin(message, !message.pinned) } : null,
    message.reactions?.length ? { icon: "smile", label: "Who reacted", act: () => whoReacted(anchor, message, conversation) } : null,
    message.content ? { icon: "copy", label: "Copy text", act: () => copy(plain(message.content)) } : null,
    open ? { icon: "out", label: "Copy link", act: () => copy(`${location.origin}/#/c/${id}/m/${message.id}`) } : null,
    { icon: "hash", label: "Copy message id", act: () => copy(message.id) },
    mine && !isOwnLine(message) ? { icon: "edit", label: "Edit", act: () => conversation.composer.edit(message) } : null,
    open && (mine || (may(id, "MANAGE_MESSAGES") && channel?.type !== 1)) ? { icon: "trash", label: "Delete", danger: true, act: () => remove(message) } : null,
    open ? null : { icon: "close", label: "Dismiss", act: () => conversation.dismiss(message) },
  ], point);
}

function remove(message) {
  ask({
    title: "Delete this message?", text: summary(message).slice(0, 300) || "It has no text.", ok: "Delete", danger: true,
    act: () => post(`/people/${state.me}/messages/${message.id}/delete`),
  });
}

/** Every emoji there is to react with. */
export function reactMenu(anchor, message, conversation, point) {
  openMenu(anchor, "React", [{ label: "Reactions", grid: true, row: EMOJI.map(([text, label]) => ({ text, label, act: () => conversation.react(message, text) })) }], point);
}

async function whoReacted(anchor, message, conversation) {
  const body = openPanel(anchor, "Who reacted");
  if (!body) return;
  try {
    const found = await conversation.reacted(message);
    fill(body, found.length ? h("ul", { class: "who-reacted" }, found.map(([emoji, names]) => h("li", {}, h("span", { class: "big-emoji", text: emoji }), h("span", { text: names.join(", ") })))) : h("p", { class: "muted", text: "Nobody any more." }));
  } catch (error) {
    fill(body, h("p", { class: "muted", text: error.message }));
  }
}

function startThread(message, conversation) {
  ask({
    title: "Start a thread", ok: "Start", fields: [{ name: "name", label: "Name", max: 100, value: summary(message).slice(0, 60) }],
    act: async ({ name }) => {
      const { thread } = await post(`/people/${state.me}/threads`, { channel: message.channel_id, message: message.id, name });
      conversation.go(wideThread(thread));
    },
  });
}

const wideThread = (thread) => (matchMedia("(min-width: 1100px)").matches ? `#/c/${thread.parent_id}/t/${thread.id}` : `#/c/${thread.id}`);

/** What can be done with a thread. */
export function threadMenu(anchor, thread) {
  const manages = may(thread.id, "MANAGE_THREADS");
  const owns = thread.owner_id === state.me;
  const change = (what, words) => () => say(post(`/people/${state.me}/threads/${thread.id}`, what).then(() => toast(words)));
  const isPost = place(thread.parent_id)?.type === 15;
  const kind = isPost ? "post" : "thread";
  const wakes = thread.archived && (manages || (!thread.locked && may(thread.id, "SEND_MESSAGES_IN_THREADS")));
  openMenu(anchor, `This ${kind}`, [
    { heading: thread.name },
    wakes ? { icon: "out", label: `Reopen this ${kind}`, act: change({ archived: false }, "It is open again.") } : null,
    !thread.archived && (manages || (owns && !thread.locked)) ? { icon: "close", label: `Close this ${kind}`, detail: "It leaves the list; writing in it opens it again", act: change({ archived: true }, "It is closed now.") } : null,
    manages ? { icon: "lock", label: thread.locked ? "Unlock" : "Lock", detail: thread.locked ? "Everybody may write again" : "Only those who manage threads may write", act: change({ locked: !thread.locked }, thread.locked ? "Everybody may write again." : "Only those who manage threads may write now.") } : null,
    (manages || owns) && !thread.archived ? { icon: "edit", label: "Rename", act: () => ask({ title: `Rename this ${kind}`, ok: "Rename", fields: [{ name: "name", label: "Name", max: 100, value: thread.name }], act: (values) => post(`/people/${state.me}/threads/${thread.id}`, values) }) } : null,
    { icon: "copy", label: "Copy link", act: () => copy(`${location.origin}/#/c/${thread.id}`) },
    { icon: "hash", label: "Copy id", act: () => copy(thread.id) },
  ]);
}

/** All threads of a channel, and the way to a new one. */
export async function threadsPanel(anchor, channel, conversation) {
  const body = openPanel(anchor, "Threads");
  if (!body) return;
  try {
    const { posts } = await get(`/channels/${channel.id}/posts?as=${state.me}`);
    const row = ({ thread, active }) => h("a", { class: "post", href: wideThread(thread) }, h("strong", { class: "post-title", text: thread.name }),
      h("span", { class: "post-foot muted" }, thread.type === 12 ? "private · " : "", thread.message_count === 1 ? "1 message" : `${thread.message_count} messages`, active ? h("time", { data: { tick: active }, text: relative(active) }) : null, thread.thread_metadata.archived ? "closed" : null));
    const start = () => ask({
      title: `New thread in #${channel.name}`, ok: "Start",
      fields: [{ name: "name", label: "Name", max: 100 }, { name: "kind", label: "Who sees it", value: "public", options: [{ value: "public", label: "Everybody here" }, { value: "private", label: "Only who is mentioned in it" }] }],
      act: async ({ name, kind }) => {
        const { thread } = await post(`/people/${state.me}/threads`, { channel: channel.id, name, private: kind === "private" });
        conversation.go(wideThread(thread));
      },
    });
    fill(body, may(channel.id, "CREATE_PUBLIC_THREADS") ? h("button", { type: "button", class: "button primary small", on: { click: start } }, "New thread") : null,
      posts.length ? h("div", { class: "posts" }, posts.map(row)) : h("p", { class: "muted", text: "No threads here yet." }));
  } catch (error) {
    fill(body, h("p", { class: "muted", text: error.message }));
  }
}

/** Write to somebody alone. */
export const openDirect = (id, go) => say(post(`/people/${state.me}/dm`, { with: id }).then(({ channel }) => go(`#/c/${channel}`)));

/** Who somebody is, and what can be done with them. */
export function userMenu(anchor, id, conversation, point) {
  const known = user(id);
  if (!known) return;
  const names = (known.roles ?? []).map((r) => state.world.roles.find((x) => x.id === r)?.name).filter((n) => n && n !== "@everyone");
  const apps = menuCommands(2);
  openMenu(anchor, known.name, [
    { heading: h("span", { class: "who" }, avatar(known), h("span", {}, h("strong", { text: known.name }), h("span", { class: "muted block", text: [`@${known.username}`, known.bot ? "app" : names.join(", ")].filter(Boolean).join(" · ") }))) },
    ...apps.map((c) => ({ icon: "app", label: c.name, detail: appName(c), act: () => runMenu(conversation, c, { user: id }) })),
    apps.length ? { line: true } : null,
    place(conversation.channel)?.type === 15 ? null : { icon: "at", label: "Mention", act: () => conversation.composer.insert(`@${known.name} `) },
    id === state.me ? null : { icon: "send", label: "Direct message", act: () => openDirect(id, conversation.go) },
    { icon: "copy", label: "Copy user id", act: () => copy(id) },
  ], point);
}
