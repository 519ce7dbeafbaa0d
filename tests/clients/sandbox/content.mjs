// Purpose: discord.js in the sandbox: the guild as it is seen, messages, files, pins, reactions, direct messages.
import { assert, discord, ok, refused, within } from "./scene.mjs";

const { ChannelType, Events } = discord;

export async function guild(scene) {
  const { guild, client } = scene;
  assert(guild?.name === "Toko Kita", `discord.js ${discord.version} logs in and sees the server`);
  const kinds = new Set(guild.channels.cache.map((channel) => channel.type));
  assert(kinds.has(ChannelType.GuildText) && kinds.has(ChannelType.GuildForum) && kinds.has(ChannelType.GuildCategory), "it sees text channels, a forum and a category");
  assert(scene.channel("incidents").parent?.name === "Incidents", "a channel knows its category");
  assert(guild.roles.everyone.id === guild.id && guild.roles.cache.some((role) => role.name === "sre" && role.mentionable), "it sees the roles");
  const members = await within(guild.members.fetch(), "members come in chunks");
  assert(members.size === 16 && members.get(scene.person("budi")).displayName === "Budi", "all members come when asked for over the gateway");
  const some = await within(guild.members.fetch({ query: "bu", limit: 5 }), "a query of members is answered");
  assert(some.first()?.user.username === "budi", "members are found by the beginning of a name");
  assert((await guild.members.fetchMe()).permissions.has("Administrator"), "it knows its own permissions");
  const fetched = await guild.members.search({ query: "ri" });
  assert(fetched.some((member) => member.user.username === "rina"), "members are searched over REST");
  assert((await client.application.fetch()).name === scene.bot, "it reads its own application");
  const left = scene.next(Events.GuildMemberRemove);
  await scene.acts("lina", "leave", {});
  assert((await left).user.username === "lina", "it hears that a member leaves");
  await refused(guild.members.fetch({ user: scene.person("lina"), force: true }), 10007, "who has left is an unknown member (10007)");
  const joined = scene.next(Events.GuildMemberAdd);
  await scene.acts("lina", "join", {});
  assert((await joined).user.username === "lina", "it hears that a member joins");
}

export async function messages(scene) {
  const general = scene.channel("general");
  const plain = await general.send("plain text");
  assert(plain.author.id === scene.client.user.id && (await general.messages.fetch({ message: plain.id, force: true })).content === "plain text", "it sends a text and reads it back");
  const rich = await general.send({ embeds: [{ title: "Title", description: "*markdown*", color: 0xe67e22, fields: [{ name: "n", value: "v", inline: true }], footer: { text: "foot" }, timestamp: new Date(0).toISOString() }] });
  assert(rich.embeds[0].title === "Title" && rich.embeds[0].fields[0].value === "v" && rich.embeds[0].timestamp.startsWith("1970"), "it sends an embed");
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256));
  const filed = await general.send({ content: "a file", files: [{ attachment: bytes, name: "räw data.bin", description: "all bytes" }] });
  const attachment = filed.attachments.first();
  const back = Buffer.from(await (await fetch(attachment.url)).arrayBuffer());
  assert(back.equals(bytes) && attachment.size === bytes.length && attachment.description === "all bytes", "a file comes back byte for byte");
  const changed = scene.next(Events.MessageUpdate, (_, after) => after.id === plain.id);
  await plain.edit("edited text");
  assert((await changed)[1].content === "edited text" && plain.editedTimestamp, "it edits a message and hears of it");
  const nonce = String(Date.now());
  const [one, two] = [await scene.channel("support").send({ content: "once", nonce, enforceNonce: true }), await scene.channel("support").send({ content: "once", nonce, enforceNonce: true })];
  assert(one.id === two.id && one.nonce === nonce, "the same nonce makes one message");
  const said = scene.next(Events.MessageCreate, (message) => message.author.username === "budi");
  const theirs = await scene.acts("budi", "messages", { channel: "general", content: "hello there" });
  assert((await said).content === "hello there" && (await said).member.displayName === "Budi", "it hears what a person writes, with the member");
  const replied = await (await said).reply("hello yourself");
  assert(replied.reference.messageId === theirs.message.id && (await replied.fetchReference()).content === "hello there", "it replies");
  const theirEdit = scene.next(Events.MessageUpdate, (_, after) => after.id === theirs.message.id);
  await scene.acts("budi", `messages/${theirs.message.id}/edit`, { content: "hello there!" });
  assert((await theirEdit)[1].content === "hello there!", "it hears of a person's edit");
  const typing = scene.next(Events.TypingStart);
  await scene.acts("rina", "typing", { channel: "general" });
  assert((await typing).user.id === scene.person("rina"), "it hears that a person is typing");
  await general.sendTyping();
  ok("it tells that it is typing");

  const gone = scene.next(Events.MessageDelete, (message) => message.id === plain.id);
  await plain.delete();
  await gone;
  await refused(general.messages.fetch({ message: plain.id, force: true }), 10008, "a deleted message is an unknown message (10008)");
  const bulk = scene.next(Events.MessageBulkDelete);
  await general.bulkDelete([rich, filed]);
  assert((await bulk)[0].size === 2, "it deletes messages in bulk and hears of all of them");
  const found = await general.messages.fetch({ after: theirs.message.id, limit: 10 });
  assert(found.has(replied.id) && !found.has(theirs.message.id), "history comes in pages");
}

export async function marks(scene) {
  const place = scene.channel("sre");
  const message = await place.send("worth keeping");
  const told = scene.next(Events.ChannelPinsUpdate);
  await message.pin("found by discord.js");
  await told;
  const pins = await place.messages.fetchPins();
  assert(pins.items.length === 1 && pins.items[0].message.id === message.id, "it pins, hears of it and lists the pins");
  await message.unpin();
  assert((await place.messages.fetchPins()).items.length === 0, "it unpins");
  const added = scene.next(Events.MessageReactionAdd, (reaction, user) => user.id === scene.person("rina"));
  await message.react("👍");
  await scene.acts("rina", "reactions", { channel: "sre", message: message.id, emoji: "👍" });
  const [reaction] = await added;
  assert(reaction.emoji.name === "👍" && reaction.count === 2, "it reacts and hears a person's reaction");
  const users = await reaction.users.fetch();
  assert(users.size === 2 && users.has(scene.person("rina")), "it lists who has reacted");
  const removed = scene.next(Events.MessageReactionRemove, (_, user) => user.id === scene.person("rina"));
  await reaction.users.remove(scene.person("rina"));
  await removed;
  ok("it takes a person's reaction away and hears of it");
  const emptied = scene.next(Events.MessageReactionRemoveEmoji);
  await reaction.remove();
  await emptied;
  await message.react("🚀");
  const all = scene.next(Events.MessageReactionRemoveAll);
  await message.reactions.removeAll();
  await all;
  assert((await place.messages.fetch({ message: message.id, force: true })).reactions.cache.size === 0, "it takes one emoji's and all reactions away");
}

export async function directMessages(scene) {
  const { client } = scene;
  const user = await client.users.fetch(scene.person("sari"));
  const dm = await user.createDM();
  assert(dm.type === ChannelType.DM && dm.recipientId === user.id, "it opens a direct message");
  await dm.send("just for you");
  const { dms } = await scene.control("/people/sari/channels");
  const { messages } = await scene.control(`/channels/${dms[0].id}/messages?as=sari`);
  assert(messages.at(-1).content === "just for you", "the person reads it");
  const answered = scene.next(Events.MessageCreate, (message) => message.channelId === dm.id && message.author.id === user.id);
  await scene.acts("sari", "messages", { channel: `@${scene.bot}`, content: "thank you" });
  assert((await answered).content === "thank you" && !(await answered).inGuild(), "it hears the answer");
  await scene.acts("agus", "dms", { closed: true });
  const closed = await client.users.fetch(scene.person("agus"));
  await refused(closed.send("hello?"), 50007, "closed direct messages are told as such (50007)");
  await refused(client.users.send(scene.client.user.id, "me?"), 50007, "it cannot write to itself (50007)");
}
