// Purpose: what the page knows: the world, who you are, what you can see; and the look-ups over it.
import { get } from "/page/api.js";

export const state = {
  world: null, // GET /control/world
  me: null, // id of the person you are
  sees: { channels: [], threads: [], dms: [], unread: {}, mentions: {} },
  commands: [], // every application command, flattened: see commands()
  raw: [], // the application command objects
  offset: 0, // domain clock minus this machine's clock, ms
};

const users = new Map();
const roles = new Map();
const places = new Map(); // channels and threads

/** Domain time, ms. */
export const now = () => Date.now() + state.offset;

export async function readWorld() {
  const world = await get("/world");
  state.world = world;
  state.offset = (world.now ?? Date.now()) - Date.now();
  if (Math.abs(state.offset) < 1500) state.offset = 0;
  users.clear();
  roles.clear();
  places.clear();
  for (const user of [...world.people, ...world.bots]) users.set(user.id, user);
  for (const role of world.roles) roles.set(role.id, role);
  for (const channel of world.channels) places.set(channel.id, channel);
  for (const thread of world.threads) places.set(thread.id, thread);
  world.people.sort((a, b) => a.name.localeCompare(b.name));
  if (!state.me || !users.has(state.me)) {
    // A link may say who to be (/?as=budi); else who one was last.
    const asked = new URLSearchParams(location.search).get("as");
    const kept = localStorage.getItem("sandbox.person");
    state.me = world.people.find((p) => asked && (p.username === asked || p.id === asked))?.id ?? (users.has(kept) ? kept : world.people[0]?.id ?? null);
  }
  return world;
}

export async function readSees() {
  const me = state.me;
  const sees = await get(`/people/${me}/channels`);
  if (me === state.me) state.sees = { unread: {}, mentions: {}, dms: [], threads: [], channels: [], may: {}, ...sees };
}

export async function readCommands() {
  const { commands } = await get(`/commands?as=${state.me}`);
  state.raw = commands.map((c) => localized(c, me()?.locale));
  state.commands = state.raw.filter((c) => (c.type ?? 1) === 1).flatMap(flatten)
    // By command; what is below one stays in the app's own order.
    .sort((a, b) => a.path.split(" ")[0].localeCompare(b.path.split(" ")[0]));
}

/** Descriptions and choices in the person's language where the app gives them; what is typed stays as it is. */
function localized(item, locale) {
  const out = { ...item };
  if (item.description_localizations?.[locale]) out.description = item.description_localizations[locale];
  if (item.options) out.options = item.options.map((o) => localized(o, locale));
  if (item.choices) out.choices = item.choices.map((c) => ({ ...c, name: c.name_localizations?.[locale] ?? c.name }));
  return out;
}

/** One entry per thing that can be typed: "incident open" with its options. */
function flatten(command) {
  const app = command.application_id;
  const below = (prefix, about, options, id) => {
    const subs = (options ?? []).filter((o) => o.type === 1 || o.type === 2);
    if (subs.length === 0) return [{ path: prefix, about, options: options ?? [], id, app }];
    return subs.flatMap((o) => below(`${prefix} ${o.name}`, o.description, o.options, id));
  };
  return below(command.name, command.description, command.options, command.id);
}

export const menuCommands = (type) => state.raw.filter((c) => c.type === type);

export const me = () => users.get(state.me);
export const user = (id) => users.get(id);
export const role = (id) => roles.get(id);
export const userName = (id) => users.get(id)?.name ?? users.get(id)?.username;
export const allUsers = () => [...users.values()];
export const dm = (id) => state.sees.dms.find((d) => d.id === id);

/** A channel, thread or direct message by id, as far as we know it. */
export function place(id) {
  const known = places.get(id);
  if (known) return known;
  const direct = dm(id);
  return direct ? { id, type: 1, name: direct.with.name, with: direct.with } : undefined;
}

const BITS = { ADD_REACTIONS: 6n, SEND_MESSAGES: 11n, MANAGE_MESSAGES: 13n, ATTACH_FILES: 15n, USE_APPLICATION_COMMANDS: 31n, MANAGE_THREADS: 34n, CREATE_PUBLIC_THREADS: 35n, CREATE_PRIVATE_THREADS: 36n, SEND_MESSAGES_IN_THREADS: 38n, PIN_MESSAGES: 51n };
/** Whether the person you are may do something in a place. */
export const may = (id, name) => ((BigInt(state.sees.may?.[id] ?? "0") >> BITS[name]) & 1n) === 1n;

/** Whether only some people see a place. */
export const isPrivate = (channel) => channel?.type === 12 || Boolean(channel?.private);

export const isThread = (channel) => [10, 11, 12].includes(channel?.type);
export const isVisible = (id) => state.sees.channels.includes(id) || state.sees.threads.includes(id) || Boolean(dm(id));

export function setPlace(channel) {
  if (!channel?.id) return;
  const list = isThread(channel) ? state.world.threads : state.world.channels;
  const at = list.findIndex((c) => c.id === channel.id);
  const merged = { ...(at < 0 ? {} : list[at]), ...channel };
  // Discord's own channel object keeps these two a level deeper.
  merged.archived = channel.thread_metadata?.archived ?? merged.archived;
  merged.locked = channel.thread_metadata?.locked ?? merged.locked;
  if (channel.permission_overwrites) {
    const everyone = channel.permission_overwrites.find((o) => o.id === state.world.guild.id);
    merged.private = Boolean(everyone && (BigInt(everyone.deny) >> 10n) & 1n);
  }
  if (at < 0) list.push(merged);
  else list[at] = merged;
  places.set(channel.id, merged);
}

export function dropPlace(id) {
  places.delete(id);
  state.world.threads = state.world.threads.filter((c) => c.id !== id);
  state.world.channels = state.world.channels.filter((c) => c.id !== id);
}

/** Compare two snowflakes as numbers. */
export function byId(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Milliseconds since the epoch of a snowflake. */
export const timeOf = (id) => Number(BigInt(id) >> 22n) + 1420070400000;

/** "#incidents", "INC-8 Checkout errors", "Siaga": how a place is called in a sentence. */
export function placeName(channel) {
  if (!channel) return "unknown channel";
  return channel.type === 1 || isThread(channel) ? channel.name : `#${channel.name}`;
}
