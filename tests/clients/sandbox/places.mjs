// Purpose: discord.js in the sandbox: threads, forum posts, channels, roles, overwrites, webhooks.
import { assert, discord, ok, refused } from "./scene.mjs";

const { ChannelType, Events, PermissionFlagsBits: Bits, ThreadAutoArchiveDuration: Archive } = discord;

export async function threads(scene) {
  const { guild, client } = scene;
  const place = scene.channel("incidents");
  const card = await place.send("a card");
  const thread = await card.startThread({ name: "from the card", autoArchiveDuration: Archive.OneWeek, reason: "story" });
  assert(thread.id === card.id && thread.type === ChannelType.PublicThread && (await card.fetch(true)).hasThread, "a thread from a message has the message's id, and the message says so");
  await refused(place.threads.create({ name: "again", startMessage: card.id }), 160004, "a second thread from it is refused (160004)");
  const open = await place.threads.create({ name: "without a message", type: ChannelType.PublicThread });
  assert(open.type === ChannelType.PublicThread && open.ownerId === client.user.id, "it opens a public thread without a message");
  const closed = await place.threads.create({ name: "a private one", type: ChannelType.PrivateThread, invitable: false });
  assert(closed.type === ChannelType.PrivateThread && closed.invitable === false, "it opens a private thread");
  const joined = scene.next(Events.ThreadMembersUpdate, (added) => added.has(scene.person("budi")));
  await closed.members.add(scene.person("budi"));
  await joined;
  assert((await closed.members.fetch({ cache: false })).size === 2, "it adds a member, hears of it and lists the members");
  const left = scene.next(Events.ThreadMembersUpdate, (_, removed) => removed.has(scene.person("budi")));
  await closed.members.remove(scene.person("budi"));
  await left;
  ok("it removes a member and hears of it");
  const heard = scene.next(Events.ThreadCreate, (_, fresh) => fresh);
  const theirs = await scene.other("author").post(`/channels/${place.id}/threads`, { body: { name: "another's", type: ChannelType.PublicThread } });
  assert((await heard)[0].id === theirs.id, "it hears of another's new thread");
  await thread.send("in the thread");
  const tags = scene.channel("ideas").availableTags;
  const post = await scene.channel("ideas").threads.create({ name: "A better till", message: { content: "like this" }, appliedTags: [tags[0].id, tags[1].id] });
  assert(post.appliedTags.length === 2 && (await post.fetchStarterMessage()).content === "like this", "it opens a forum post with tags and its first message");
  await post.setAppliedTags([tags[2].id]);
  assert((await guild.channels.fetch(post.id, { force: true })).appliedTags[0] === tags[2].id, "it changes the tags");
  const active = await guild.channels.fetchActiveThreads(false);
  assert([thread, open, closed, post].every((one) => active.threads.has(one.id)), "it lists the active threads");

  const asleep = scene.next(Events.ThreadUpdate, (_, after) => after.id === open.id && after.archived);
  await open.setArchived(true);
  await asleep;
  const archived = await place.threads.fetchArchived({ type: "public" }, false);
  assert(archived.threads.has(open.id) && !archived.threads.has(thread.id), "it archives a thread and finds it among the archived ones");
  await closed.setArchived(true);
  assert((await place.threads.fetchArchived({ type: "private", fetchAll: true }, false)).threads.has(closed.id), "archived private threads have their own list");
  await refused(client.rest.patch(`/channels/${open.id}`, { body: { name: "renamed" } }), 50083, "an archived thread is not changed (50083)");
  const awake = scene.next(Events.ThreadUpdate, (_, after) => after.id === open.id && !after.archived);
  await scene.acts("budi", "messages", { channel: open.id, content: "still here" });
  await awake;
  ok("somebody's message wakes an archived thread");
  await thread.edit({ archived: true, locked: true });
  const silent = await scene.acts("hendra", "messages", { channel: thread.id, content: "may I?" }).then(() => null, (error) => error.message);
  assert(silent?.includes("Thread is archived") && (await guild.channels.fetch(thread.id, { force: true })).locked, "a locked thread is closed to people");
  const deleted = scene.next(Events.ThreadDelete, (one) => one.id === post.id);
  await scene.other("author").delete(`/channels/${post.id}`);
  await deleted;
  await open.delete();
  await refused(client.channels.fetch(open.id, { force: true }), 10003, "it hears of a deleted thread, and deletes one itself (10003)");
}

export async function channels(scene) {
  const { guild, client } = scene;
  const author = scene.other("author");
  const created = scene.next(Events.ChannelCreate);
  const theirs = await author.post(discord.Routes.guildChannels(guild.id), { body: { name: "theirs" } });
  assert((await created).id === theirs.id, "it hears of a new channel");
  const category = await guild.channels.create({ name: "Rooms", type: ChannelType.GuildCategory });
  const room = await guild.channels.create({
    name: "Room One", type: ChannelType.GuildText, parent: category, topic: "op=1", rateLimitPerUser: 5,
    permissionOverwrites: [{ id: guild.id, deny: Bits.ViewChannel }, { id: client.user.id, allow: Bits.ViewChannel }],
  });
  assert(room.name === "room-one" && room.parentId === category.id && room.topic === "op=1" && room.rateLimitPerUser === 5, "it creates a category and a channel in it");
  const member = await guild.members.fetch(scene.person("tono"));
  assert(!room.permissionsFor(member).has(Bits.ViewChannel), "the overwrites shut the others out");
  const opened = scene.next(Events.ChannelUpdate, (_, after) => after.id === room.id && after.permissionOverwrites.cache.has(member.id));
  await room.permissionOverwrites.create(member, { ViewChannel: true, SendMessages: false }, { reason: "let him in" });
  await opened;
  const { channels } = await scene.control("/people/tono/channels");
  assert(channels.includes(room.id) && room.permissionsFor(member).has(Bits.ViewChannel), "an overwrite of one member lets him in");
  const mute = await scene.acts("tono", "messages", { channel: room.id, content: "?" }).then(() => null, (error) => error.message);
  assert(mute?.includes("Missing Permissions"), "and what it denies is denied");
  await room.permissionOverwrites.delete(member);
  assert(!(await guild.channels.fetch(room.id, { force: true })).permissionOverwrites.cache.has(member.id), "it deletes an overwrite");
  const renamed = scene.next(Events.ChannelUpdate, (_, after) => after.id === room.id && after.name === "room-two");
  await room.edit({ name: "room-two", topic: "op=2" });
  await renamed;
  ok("it edits a channel and hears of it");
  await category.setPosition(2);
  ok("it moves a channel");
  const log = await guild.fetchAuditLogs({ type: discord.AuditLogEvent.ChannelCreate, limit: 5 });
  assert(log.entries.some((entry) => entry.targetId === room.id && entry.executorId === client.user.id), "the audit log knows who created it");

  const made = scene.next(Events.GuildRoleCreate);
  const another = await author.post(discord.Routes.guildRoles(guild.id), { body: { name: "another" } });
  assert((await made).id === another.id, "it hears of a new role");
  const role = await guild.roles.create({ name: "on call", permissions: [Bits.SendMessages], colors: { primaryColor: 0x3498db }, mentionable: true });
  assert(role.mentionable && role.colors.primaryColor === 0x3498db, "it creates a role");
  const changed = scene.next(Events.GuildRoleUpdate, (_, after) => after.id === role.id && after.name === "on duty");
  await role.edit({ name: "on duty", hoist: true });
  await changed;
  const given = scene.next(Events.GuildMemberUpdate, (_, after) => after.id === member.id && after.roles.cache.has(role.id));
  await member.roles.add(role);
  await given;
  ok("it edits a role, gives it to somebody and hears of both");
  await role.setPosition(1);
  ok("it moves a role");
  const took = scene.next(Events.GuildRoleDelete, (one) => one.id === role.id);
  await role.delete();
  await took;
  assert(!(await guild.members.fetch({ user: member.id, force: true })).roles.cache.has(role.id), "it deletes a role, and nobody has it any more");
  const quiet = scene.next(Events.GuildMemberUpdate, (_, after) => after.id === member.id && after.isCommunicationDisabled());
  await member.timeout(60_000, "cool down");
  await quiet;
  const refusedToSpeak = await scene.acts("tono", "messages", { channel: "general", content: "?" }).then(() => null, (error) => error.message);
  assert(refusedToSpeak?.includes("Missing Permissions"), "a time-out silences a member");
  await member.timeout(null);
  const banned = scene.next(Events.GuildBanAdd);
  await member.ban({ reason: "enough" });
  assert((await banned).user.id === member.id && (await guild.bans.fetch(member.id)).reason === "enough", "it bans somebody and reads the reason back");
  await guild.bans.remove(member.id);
  const told = scene.next(Events.GuildUpdate, (_, after) => after.name === "Toko Kami");
  await guild.setName("Toko Kami");
  await told;
  await guild.setName("Toko Kita");
  ok("it renames the server and hears of it");
  const gone = scene.next(Events.ChannelDelete, (one) => one.id === room.id);
  await room.delete("done");
  await gone;
  await category.delete();
  await refused(client.channels.fetch(room.id, { force: true }), 10003, "a deleted channel is an unknown channel (10003)");
}

export async function webhooks(scene) {
  const place = scene.channel("support");
  const told = scene.next(Events.WebhooksUpdate);
  const hook = await place.createWebhook({ name: "Alerts" });
  assert((await told).id === place.id && (await place.fetchWebhooks()).has(hook.id), "it creates a webhook, hears of it and lists it");
  const heard = scene.next(Events.MessageCreate, (message) => message.webhookId === hook.id);
  const sent = await hook.send({ content: "disk full", username: "Disk", embeds: [{ title: "sda" }] });
  assert((await heard).author.username === "Disk" && (await heard).embeds[0].title === "sda", "a webhook writes under its own name");
  assert((await hook.editMessage(sent, "disk fine")).content === "disk fine", "its message is edited");
  assert((await hook.fetchMessage(sent.id)).content === "disk fine", "and read back");
  await hook.deleteMessage(sent);
  const client = new discord.WebhookClient({ id: hook.id, token: hook.token }, { rest: scene.client.options.rest });
  const thread = await place.threads.create({ name: "for the hook", type: ChannelType.PublicThread });
  assert((await client.send({ content: "in a thread", threadId: thread.id })).channel_id === thread.id, "by its token alone it writes into a thread");
  assert((await hook.edit({ name: "Alarms" })).name === "Alarms", "it renames the webhook");
  await hook.delete();
  await refused(client.send("anybody?"), 10015, "a deleted webhook is an unknown webhook (10015)");
}
