// Purpose: what the stories of sandbox.mjs share: the client, the people of the guild, and waiting for what must happen.
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = process.env.SIAGA_NODE_MODULES ?? "node_modules";
const require = createRequire(join(process.cwd(), "sandbox.mjs"));
export const discord = require(require.resolve("discord.js", { paths: [join(modules, ".."), modules] }));

const DEADLINE_MS = 15_000;
const { Client, Events, GatewayIntentBits: Intents, Partials } = discord;

/** Resolves like `promise`, or fails with the sentence when that takes too long. */
export function within(promise, sentence) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It did not happen within ${DEADLINE_MS / 1000} s that ${sentence}.`)), DEADLINE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const ok = (sentence) => console.log(`ok  ${sentence}`);

export function assert(truth, sentence, seen) {
  if (!truth) throw new Error(`It is not so that ${sentence}.${seen === undefined ? "" : `\nSeen: ${JSON.stringify(seen, null, 1)}`}`);
  ok(sentence);
}

/** Fails with what was given instead; the sentence is told when the error is the expected one. */
export async function refused(promise, code, sentence) {
  const error = await promise.then((value) => new Error(`accepted: ${JSON.stringify(value)}`), (refusal) => refusal);
  const typed = error instanceof discord.DiscordAPIError;
  if (!typed || error.code !== code) throw new Error(`It is not so that ${sentence}.\nSeen: ${error.stack}`);
  ok(sentence);
  return error;
}

export class Scene {
  constructor(ready, bot) {
    this.ready = ready;
    this.token = ready.bots.find((known) => known.name === bot).token;
    this.bot = bot;
    this.client = new Client({
      intents: [
        Intents.Guilds, Intents.GuildMembers, Intents.GuildModeration, Intents.GuildWebhooks, Intents.GuildMessages, Intents.GuildMessageReactions,
        Intents.GuildMessageTyping, Intents.DirectMessages, Intents.DirectMessageReactions, Intents.MessageContent,
      ],
      partials: [Partials.Channel],
      // `.../api`: discord.js adds the version itself. The gateway's address it asks from there.
      rest: { api: ready.api.replace(/\/+$/, "").replace(/\/v\d+$/, "") },
    });
    this.client.on(Events.Error, (error) => console.error(`discord.js: ${error.stack}`));
    this.client.on(Events.Warn, (warning) => console.error(`discord.js: ${warning}`));
  }

  /** The control API: what people do, and what is ordered to go wrong. */
  async control(path, body, method) {
    const response = await fetch(`${this.ready.control}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`The sandbox refused ${path}: ${answer.error}`);
    return answer;
  }

  person(name) {
    return this.ready.people.find((known) => known.name === name).id;
  }

  acts(name, what, body) {
    return this.control(`/people/${name}/${what}`, body);
  }

  /** How an interaction ended, as the person saw it. */
  outcome(interaction) {
    return this.control(`/interactions/${interaction.interaction}?wait_ms=10000`);
  }

  /** The next event of this name that fits. Ask before causing it. */
  next(event, fits = () => true) {
    return within(
      new Promise((resolve) => {
        const look = (...parts) => {
          if (!fits(...parts)) return;
          this.client.off(event, look);
          resolve(parts.length === 1 ? parts[0] : parts);
        };
        this.client.on(event, look);
      }),
      `discord.js tells of ${event}`,
    );
  }

  async login() {
    const ready = this.next(Events.ClientReady);
    await within(this.client.login(this.token), "the login is accepted");
    await ready;
    this.guild = this.client.guilds.cache.get(this.ready.guild);
    return this.guild;
  }

  /** Another bot over plain REST: of what the client does itself it may hear from the answer first, and then tells no event. */
  other(bot) {
    const { token } = this.ready.bots.find((known) => known.name === bot);
    return new discord.REST({ api: this.client.options.rest.api, version: "10" }).setToken(token);
  }

  channel(name) {
    return this.guild.channels.cache.find((known) => known.name === name);
  }
}
