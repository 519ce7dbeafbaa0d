// Purpose: discord.js in the sandbox: cut connections, resumes, rate limits of each scope, refusals as typed errors.
import { assert, discord, ok, refused, within } from "./scene.mjs";

const { Events } = discord;

export async function connections(scene) {
  const { client } = scene;
  const heard = [];
  const listen = (message) => { if (message.channel.name === "general" && message.content.startsWith("missed")) heard.push(message.content); };
  client.on(Events.MessageCreate, listen);
  const order = (body) => scene.control(`/gateway/${scene.bot}`, body);
  const says = (content) => scene.acts("budi", "messages", { channel: "general", content });
  for (const [name, body] of [["a cut connection", { do: "cut" }], ["a close with 4000", { do: "close", code: 4000 }], ["an op 7", { do: "reconnect" }], ["an op 9 that may be resumed", { do: "invalid", resumable: true }]]) {
    const resumed = scene.next(Events.ShardResume);
    await order(body);
    const [before, content] = [heard.length, `missed ${name}`];
    await says(content);
    await resumed;
    // What came after the resume comes after everything that was missed.
    const last = scene.next(Events.MessageCreate, (message) => message.content === `after ${name}`);
    await says(`after ${name}`);
    await last;
    assert(heard.length === before + 1 && heard.at(-1) === content, `${name} is resumed, and what was said meanwhile comes once`);
  }
  const sessions = async () => (await scene.control("/gateway")).sessions.filter((session) => session.bot === scene.bot && session.connected);
  const [old] = await sessions();
  const ready = scene.next(Events.ShardReady);
  await order({ do: "invalid" });
  await ready;
  const [fresh] = await sessions();
  assert(fresh.session_id !== old.session_id, "an op 9 that may not be resumed leads to a new session");
  client.off(Events.MessageCreate, listen);
}

export async function limits(scene) {
  const place = scene.channel("incident-status");
  const route = "/channels/{channel_id}/messages";
  for (const scope of ["user", "shared", "global"]) {
    const { seq } = await scene.control("/world");
    await scene.control("/faults", { method: "POST", route, bot: scene.bot, do: "status", status: 429, retry_after: 0.6, scope });
    const sent = await within(place.send(`after a 429 (${scope})`), "the message is sent in the end");
    const calls = (await scene.control(`/calls?after=${seq}`)).calls.filter((call) => call.route === route && call.method === "POST");
    assert(sent.content.includes(scope) && calls.map((call) => call.status).join() === "429,200" && calls[1].at - calls[0].at >= 500, `a 429 (${scope}) is waited for, and the message sent once`);
  }
  await scene.control("/faults", { method: "POST", route, bot: scene.bot, do: "status", status: 503 });
  await within(place.send("after a 503"), "the message is sent in the end");
  ok("a 503 is tried again");
}

export async function errors(scene) {
  const general = scene.channel("general");
  const form = await refused(general.send({ content: "x".repeat(2_001), embeds: [{ title: "t".repeat(257), fields: [{ name: "", value: "v" }] }] }), 50035, "a form with mistakes is refused (50035)");
  const { errors } = form.rawError;
  assert(errors.content._errors[0].code === "BASE_TYPE_MAX_LENGTH" && errors.embeds[0].title._errors && errors.embeds[0].fields[0].name._errors && form.status === 400, "all mistakes are told, each in its place", errors);
  await refused(general.send({ content: " " }), 50006, "an empty message is refused (50006)");
  await refused(scene.client.users.fetch("1", { force: true }), 10013, "an unknown user is told as such (10013)");
  assert((await scene.guild.roles.fetch("1", { force: true })) === null, "an unknown role is told as such (10011, which the client turns into nothing)");
  const rest = scene.other("shop-monitor");
  await refused(rest.get(discord.Routes.channelMessages(scene.channel("sre-private").id)), 50001, "a channel that a bot cannot see is closed to it (50001)");
  const message = await general.send("not yours");
  await refused(rest.delete(discord.Routes.channelMessage(general.id, message.id)), 50013, "what a bot may not do is refused (50013)");
  await refused(rest.patch(discord.Routes.channelMessage(general.id, message.id), { body: { content: "mine" } }), 50005, "another's message is not edited (50005)");
  const wrong = new discord.REST({ api: scene.client.options.rest.api, version: "10" }).setToken("wrong");
  const error = await wrong.get("/users/@me").then(() => null, (refusal) => refusal);
  assert(error instanceof discord.DiscordAPIError && error.status === 401, "a wrong token is refused (401)");
}
