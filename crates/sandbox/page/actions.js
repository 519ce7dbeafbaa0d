// Purpose: the menus of a message and of a person, with the apps' own commands in them.
import { post } from "/page/api.js";
import { avatar, h, toast } from "/page/dom.js";
import { act } from "/page/interactions.js";
import { openMenu } from "/page/menus.js";
import { plain } from "/page/markdown.js";
import { isEphemeral } from "/page/messages.js";
import { dm, menuCommands, state, user } from "/page/state.js";

export const QUICK = [["👍", "Thumbs up"], ["✅", "Done"], ["👀", "Looking"], ["🙏", "Thanks"], ["🎉", "Party"], ["❌", "No"]];

async function runMenu(conversation, command, target) {
  const wait = conversation.pending(`${command.name} · waiting for the app`);
  const { failed } = await act("menu", { channel: conversation.channel, name: command.name, ...target });
  if (failed) wait.fail(failed);
  else wait.done();
}

const appName = (command) => state.world.bots.find((b) => b.application_id === command.application_id)?.name ?? "app";

/** What can be done with a message. */
export function messageMenu(anchor, message, conversation, point) {
  const mine = message.author?.id === state.me;
  const apps = isEphemeral(message) ? [] : menuCommands(3);
  const say = (promise) => promise.catch((error) => toast(error.message, "bad"));
  openMenu(anchor, "Message", [
    isEphemeral(message) ? null : { label: "React", row: QUICK.map(([text, label]) => ({ text, label, act: () => conversation.react(message, text) })) },
    ...(apps.length ? [{ heading: "Apps" }, ...apps.map((c) => ({ icon: "app", label: c.name, detail: appName(c), act: () => runMenu(conversation, c, { message: message.id }) })), { line: true }] : []),
    isEphemeral(message) ? null : { icon: "reply", label: "Reply", act: () => conversation.reply(message) },
    message.content ? { icon: "copy", label: "Copy text", act: () => navigator.clipboard?.writeText(plain(message.content)).then(() => toast("Copied.")) } : null,
    { icon: "hash", label: "Copy message id", act: () => navigator.clipboard?.writeText(message.id).then(() => toast("Copied.")) },
    mine ? { icon: "edit", label: "Edit", act: () => conversation.composer.edit(message) } : null,
    mine ? { icon: "trash", label: "Delete", danger: true, act: () => say(post(`/people/${state.me}/messages/${message.id}/delete`)) } : null,
    isEphemeral(message) ? { icon: "close", label: "Dismiss", act: () => conversation.dismiss(message) } : null,
  ], point);
}

/** Who somebody is, and what can be done with them. */
export function userMenu(anchor, id, conversation, point) {
  const known = user(id);
  if (!known) return;
  const names = (known.roles ?? []).map((r) => state.world.roles.find((x) => x.id === r)?.name).filter((n) => n && n !== "@everyone");
  const direct = state.sees.dms.find((d) => d.with.id === id);
  const apps = menuCommands(2);
  openMenu(anchor, known.name, [
    { heading: h("span", { class: "who" }, avatar(known), h("span", {}, h("strong", { text: known.name }), h("span", { class: "muted block", text: [`@${known.username}`, known.bot ? "app" : names.join(", ")].filter(Boolean).join(" · ") }))) },
    ...apps.map((c) => ({ icon: "app", label: c.name, detail: appName(c), act: () => runMenu(conversation, c, { user: id }) })),
    apps.length ? { line: true } : null,
    { icon: "at", label: "Mention", act: () => conversation.composer.insert(`@${known.name} `) },
    direct && dm(direct.id) ? { icon: "at", label: "Direct messages", act: () => { location.hash = `#/c/${direct.id}`; } } : null,
    { icon: "copy", label: "Copy user id", act: () => navigator.clipboard?.writeText(id).then(() => toast("Copied.")) },
  ], point);
}
