// Purpose: an incident seen by discord.js, a client that knows nothing of us. It logs in as a second bot, hands in an alert,
// and asserts what a member of the server would see.
//
//   node tests/clients/discordjs.mjs READY.json PAYLOADS
//
// READY.json is the line that `siaga demo --no-story --output json` prints. Needs discord.js in the folder
// SIAGA_NODE_MODULES. Exits with 1 and one sentence at the first thing that is not so.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [, , readyFile, payloads] = process.argv;
const modules = process.env.SIAGA_NODE_MODULES ?? "node_modules";
const require = createRequire(join(process.cwd(), "discordjs.mjs"));
const { ChannelType, Client, Events, GatewayIntentBits, version } = require(
  require.resolve("discord.js", { paths: [join(modules, ".."), modules] }),
);

const DEADLINE_MS = 30_000;
const demo = JSON.parse(readFileSync(readyFile, "utf8"));
const firing = readFileSync(join(payloads, "alertmanager-checkout-critical.json"), "utf8");
// What fires again after its end has a later beginning; with the same one it is a late report.
const firingAnew = firing.replace(/"startsAt":\s*"[^"]*"/g, `"startsAt": "${new Date().toISOString()}"`);
const resolved = readFileSync(join(payloads, "alertmanager-checkout-resolved.json"), "utf8");

// `.../api`: discord.js adds the version itself. The gateway's address it asks from there.
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: demo.api.replace(/\/+$/, "").replace(/\/v\d+$/, "") },
});

// ---- what the gateway told, in order ----

const heard = { messages: [], pages: [], threads: [], channels: [] };
const bells = new Set();
const ring = () => bells.forEach((look) => look());

// A page loses its buttons when it is over, so what is a page is written down when it comes.
client.on(Events.MessageCreate, (message) => {
  heard.messages.push(message);
  if (isPage(message)) heard.pages.push({ id: message.id, channelId: message.channelId, content: message.content, paged: message.mentions.users.first() });
  ring();
});
client.on(Events.MessageUpdate, ring);
client.on(Events.ThreadCreate, (thread, newlyCreated) => { if (newlyCreated) heard.threads.push(thread); ring(); });
client.on(Events.ChannelCreate, (channel) => { heard.channels.push(channel); ring(); });

/** Resolves with the first truthy answer of `look`, which is asked again after every event. */
function until(sentence, look) {
  return new Promise((resolve, reject) => {
    const tell = () => {
      const found = look();
      if (!found) return;
      done();
      console.log(`ok  ${sentence}`);
      resolve(found);
    };
    const deadline = setTimeout(() => {
      done();
      reject(new Error(`It did not happen within ${DEADLINE_MS / 1000} s that ${sentence}.\n${history()}`));
    }, DEADLINE_MS);
    const done = () => { bells.delete(tell); clearTimeout(deadline); };
    bells.add(tell);
    tell();
  });
}

function assert(truth, sentence) {
  if (!truth) throw new Error(`It is not so that ${sentence}.\n${history()}`);
  console.log(`ok  ${sentence}`);
}

/** Everything heard, for a person who reads a failure. */
function history() {
  const lines = heard.messages.map((message) => {
    const text = message.content || message.embeds.map((embed) => `[${embed.title}] ${embed.description ?? ""}`).join(" ");
    return `#${message.channel.name}: ${text.replaceAll("\n", " / ")}`;
  });
  const made = [...heard.channels, ...heard.threads].map((channel) => `created: #${channel.name} (type ${channel.type})`);
  return ["What was heard:", ...made, ...lines].join("\n  ");
}

// ---- what our messages are known by: their buttons ----

const buttons = (message) => message.components.flatMap((row) => row.components ?? []).map((button) => button.customId ?? "");
const isCard = (message) => buttons(message).some((id) => /^v1:[a-z]+:\d+:card$/.test(id));
const isPage = (message) => buttons(message).some((id) => /^v1:[a-z]+:\d+:p\d+$/.test(id)) && message.mentions.users.size === 1;
const saysAllResolved = (message) => buttons(message).some((id) => /^v1:resolve:\d+:post$/.test(id));

async function hand(body, what) {
  const response = await fetch(demo.intake, {
    method: "POST",
    headers: { Authorization: `Bearer ${demo.intake_key}`, "Content-Type": "application/json" },
    body,
  });
  assert(response.status === 202, `${what} is accepted (${response.status})`);
}

async function main() {
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(demo.observer_token);
  await ready;
  const guild = client.guilds.cache.find((known) => known.id === String(demo.guild) || known.name === demo.guild);
  assert(guild, `discord.js ${version} logs in and sees the server ${demo.guild}`);
  const named = (name, type) => guild.channels.cache.find((channel) => channel.name === name && channel.type === type);
  const incidents = named("incidents", ChannelType.GuildText);
  const category = named("Incidents", ChannelType.GuildCategory);
  assert(incidents && category, "there are #incidents and the category Incidents");
  assert((await guild.members.fetch()).size > 1, "the members of the server can be listed");

  await hand(firing, "a critical alert of checkout");
  const card = await until("a card stands in #incidents", () => heard.messages.find((message) => message.channelId === incidents.id && isCard(message)));
  const thread = await until("there is a thread on the card", () => heard.threads.find((known) => known.parentId === incidents.id));
  assert(thread.id === card.id, "the thread is the card's own");
  const room = await until("a channel for the incident is created in the category", () => heard.channels.find((channel) => channel.parentId === category.id));
  const page = await until("somebody is paged there", () => heard.pages.find((known) => known.channelId === room.id));
  assert(page.content.includes(`<@${page.paged.id}>`), `the page is heard: it mentions ${page.paged.username}`);

  await hand(firing, "the same alert once more");
  await hand(resolved, "its end");
  const told = await until("the room is told that all alerts are resolved", () => heard.messages.find((message) => message.channelId === room.id && saysAllResolved(message)));
  await until("the page is over", () => heard.messages.some((message) => message.id === page.id && !isPage(message)));
  await hand(firingAnew, "the same alert for the third time");
  const later = (id) => BigInt(id) > BigInt(told.id);
  await until("the room is told that it fires again", () =>
    heard.messages.find((message) => message.channelId === room.id && later(message.id) && message.content.includes("fires again") && !isPage(message)),
  );
  // Soon after it was calm it flaps: nobody is rung twice for a step.
  await until("whoever was called still is: the page waits for an answer again", () => heard.messages.some((message) => message.id === page.id && isPage(message)));

  // Not what was heard, but what is there: read anew over REST.
  const cards = [...(await incidents.messages.fetch({ limit: 100, cache: false })).values()].filter(isCard);
  assert(cards.length === 1, `there is exactly one card (${cards.length})`);
  assert(cards[0].hasThread, "the card says that it has a thread");
  const threads = [...(await guild.channels.fetchActiveThreads(false)).threads.values()].filter((known) => known.parentId === incidents.id);
  assert(threads.length === 1 && threads[0].id === card.id, `there is exactly one thread under #incidents (${threads.length})`);
  const before = new Set(["incidents", "incident-status", "sre-ops"]);
  const rooms = [...(await guild.channels.fetch(undefined, { cache: false, force: true })).values()].filter(
    (channel) => channel.parentId === category.id && !before.has(channel.name),
  );
  assert(rooms.length === 1 && rooms[0].id === room.id, `there is exactly one created channel in the category (${rooms.length})`);
  const places = [incidents, rooms[0], threads[0]];
  const read = await Promise.all(places.map((place) => place.messages.fetch({ limit: 100, cache: false })));
  const open = read.flatMap((messages) => [...messages.values()]).filter(isPage);
  assert(open.length === 1 && open[0].id === page.id, `exactly one page waits for an answer (${open.length})`);
  assert(heard.pages.length === 1, `it fired twice, and one person was rung once (${heard.pages.length})`);
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.destroy();
}
