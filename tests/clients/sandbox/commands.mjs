// Purpose: discord.js in the sandbox: commands are registered, and every kind of interaction comes and is answered.
import { assert, discord, ok, refused, within } from "./scene.mjs";

const { ApplicationCommandOptionType: Option, ApplicationCommandType: Kind, ButtonStyle, ChannelType, ComponentType, Events, MessageFlags, TextInputStyle } = discord;

const both = (en, id) => ({ "en-US": en, id });
const described = (type, name, more) => ({ type, name, description: `a ${name}`, ...more });
const everything = {
  integrationTypes: [0], type: Kind.ChatInput, name: "try", nameLocalizations: both("try", "coba"), description: "all kinds of options", descriptionLocalizations: both("all kinds of options", "semua pilihan"),
  options: [
    { type: Option.SubcommandGroup, name: "out", description: "a group", options: [{ type: Option.Subcommand, name: "loud", description: "inside the group", options: [described(Option.Integer, "times", { required: true, minValue: 1, maxValue: 3 })] }] },
    {
      type: Option.Subcommand, name: "all", description: "everything", options: [
        described(Option.String, "size", { required: true, choices: [{ name: "small", nameLocalizations: both("small", "kecil"), value: "s" }, { name: "large", value: "l" }] }),
        described(Option.String, "service", { autocomplete: true, nameLocalizations: both("service", "layanan") }),
        described(Option.Integer, "count", { minValue: 1, maxValue: 9 }), described(Option.Number, "share", { maxValue: 1.5 }), described(Option.Boolean, "sure"),
        described(Option.User, "who"), described(Option.Channel, "where", { channelTypes: [ChannelType.GuildText] }), described(Option.Role, "team"),
        described(Option.Mentionable, "anybody"), described(Option.Attachment, "proof"), described(Option.String, "note", { minLength: 2, maxLength: 20 }),
      ],
    },
  ],
};
const menus = [{ integrationTypes: [0], type: Kind.User, name: "Look Up", nameLocalizations: both("Look Up", "Cari Orang") }, { type: Kind.Message, name: "Keep This" }];
const simple = (name) => ({ type: Kind.ChatInput, name, description: `runs ${name}` });
const plain = ["reply", "whisper", "think", "think-alone", "form", "panel", "late", "gone"].map(simple);

export async function registration(scene) {
  const { guild, client } = scene;
  const made = await guild.commands.set([everything, ...menus, ...plain]);
  const read = await guild.commands.fetch({ withLocalizations: true });
  const known = read.find((command) => command.name === "try");
  assert(made.size === plain.length + 3 && known.equals(everything, true), "commands of the server are registered in bulk and read back equal, all option types and languages");
  assert(read.find((command) => command.name === "Look Up").equals(menus[0], true), "so are menu entries");
  const again = await guild.commands.set([everything, ...menus, ...plain]);
  assert(again.every((command) => made.get(command.id)?.version === command.version), "registering the same again changes nothing");
  const one = await guild.commands.create(simple("one"));
  assert((await guild.commands.edit(one, { description: "changed" })).description === "changed", "one command is made and edited");
  await guild.commands.delete(one);
  await refused(guild.commands.fetch(one.id, { force: true }), 10063, "a deleted command is unknown (10063)");
  await client.application.commands.set([{ ...simple("everywhere"), contexts: [0, 1], defaultMemberPermissions: 8n }]);
  const global = await client.application.commands.create(simple("anywhere"));
  const list = await client.application.commands.fetch();
  assert(list.size === 2 && list.find((command) => command.name === "everywhere").defaultMemberPermissions.bitfield === 8n, "global commands are registered in bulk and one by one");
  await client.application.commands.delete(global.id);
  const error = await refused(guild.commands.create({ ...simple("no"), name: "Not Allowed" }), 50035, "a wrong name is refused (50035)");
  assert(error.rawError.errors.name._errors[0].code, "with the place of the mistake");
}

/** Somebody does something; gives the interaction as the client got it, and its handle. */
async function does(scene, person, what, body) {
  const came = scene.next(Events.InteractionCreate, (interaction) => interaction.user.id === scene.person(person));
  const handle = await scene.acts(person, what, body);
  return [await came, handle];
}

const slash = (scene, command, options) => does(scene, "budi", "slash", { channel: "sre-ops", command, options });

export async function options(scene) {
  const { guild } = scene;
  const typed = scene.acts("budi", "autocomplete", { channel: "sre-ops", command: "try all", options: { size: "s", service: "che" }, focused: "service" });
  const asked = await scene.next(Events.InteractionCreate, (interaction) => interaction.isAutocomplete());
  assert(asked.options.getFocused() === "che" && asked.options.getSubcommand() === "all", "it is asked for choices while somebody types");
  await asked.respond([{ name: "checkout", nameLocalizations: both("checkout", "kasir"), value: "co" }]);
  assert((await typed).choices[0].value === "co", "and the person sees them");

  const proof = Buffer.from("it happened");
  const given = {
    size: "l", service: "co", count: 3, share: 0.5, sure: true, who: scene.person("sari"), where: scene.channel("support").id, team: guild.roles.cache.find((role) => role.name === "sre").id,
    anybody: guild.roles.cache.find((role) => role.name === "support").id, proof: { filename: "proof.txt", content_type: "text/plain", base64: proof.toString("base64") }, note: "two words",
  };
  const [all] = await slash(scene, "try all", given);
  const o = all.options;
  assert(all.isChatInputCommand() && all.commandName === "try" && o.getSubcommand() === "all" && all.locale === "id" && all.guildLocale === "en-US", "a slash command comes with its sub-command and the person's language");
  assert(o.getString("size") === "l" && o.getInteger("count") === 3 && o.getNumber("share") === 0.5 && o.getBoolean("sure") && o.getString("note") === "two words", "texts, numbers and yes or no arrive");
  assert(o.getUser("who").username === "sari" && o.getMember("who").displayName === "Sari" && o.getChannel("where").name === "support" && o.getRole("team").name === "sre", "user, member, channel and role are resolved");
  assert(o.getMentionable("anybody").name === "support", "so is somebody or some role");
  const file = o.getAttachment("proof");
  assert(file.name === "proof.txt" && Buffer.from(await (await fetch(file.url)).arrayBuffer()).equals(proof), "and the attached file can be fetched");
  assert(all.channel?.name === "sre-ops" && all.member.displayName === "Budi" && all.attachmentSizeLimit > 0 && all.entitlements.size === 0, "the interaction carries channel, member and limits");
  await all.reply("all there");
  const [loud] = await slash(scene, "try out loud", { times: 2 });
  assert(loud.options.getSubcommandGroup() === "out" && loud.options.getInteger("times") === 2, "a sub-command inside a group arrives");
  await loud.reply({ content: "loud", withResponse: false });
}

export async function answers(scene) {
  const [reply, asReply] = await slash(scene, "reply");
  const told = await reply.reply({ content: "here you are", withResponse: true });
  const seen = await scene.outcome(asReply);
  assert(seen.message.content === "here you are" && told.resource.message.id === seen.message.id && (await reply.fetchReply()).interactionMetadata.user.id === scene.person("budi"), "it replies, and the reply comes back with the callback");
  const follow = await reply.followUp("one more thing");
  const whisper = await reply.followUp({ content: "between us", flags: MessageFlags.Ephemeral });
  assert(follow.id && whisper.flags.has(MessageFlags.Ephemeral), "it follows up, also for one person only");
  await reply.webhook.editMessage(follow, "one more thing!");
  await reply.deleteReply();
  assert(!(await scene.channel("sre-ops").messages.fetch({ limit: 20, cache: false })).has(seen.message.id), "it deletes its reply");

  const [alone, asAlone] = await slash(scene, "whisper");
  await alone.reply({ content: "psst", flags: MessageFlags.Ephemeral });
  const quiet = await scene.outcome(asAlone);
  assert(quiet.ephemeral && !(await scene.control(`/channels/sre-ops/messages?as=rina`)).messages.some((message) => message.id === quiet.message.id), "an ephemeral reply is seen by one person only");
  await alone.editReply("psst!");
  assert((await scene.outcome(asAlone)).message.content === "psst!", "and can be edited");

  const [think, asThink] = await slash(scene, "think");
  await think.deferReply();
  await think.editReply({ content: "thought", files: [{ attachment: Buffer.from("1"), name: "one.txt" }] });
  assert((await scene.outcome(asThink)).message.attachments[0].filename === "one.txt", "it thinks, then answers with a file");
  const [thinkAlone, asThinkAlone] = await slash(scene, "think-alone");
  await thinkAlone.deferReply({ flags: MessageFlags.Ephemeral });
  await thinkAlone.editReply("thought alone");
  assert((await scene.outcome(asThinkAlone)).ephemeral, "a deferred ephemeral reply stays one");

  const [form, asForm] = await slash(scene, "form");
  await form.showModal({
    title: "Tell us", customId: "tell", components: [
      { type: ComponentType.ActionRow, components: [{ type: ComponentType.TextInput, customId: "title", label: "Title", style: TextInputStyle.Short, required: true }] },
      { type: ComponentType.Label, label: "Why", component: { type: ComponentType.TextInput, customId: "why", style: TextInputStyle.Paragraph, required: false } },
      { type: ComponentType.Label, label: "How bad", component: { type: ComponentType.StringSelect, customId: "bad", options: [{ label: "very", value: "v" }, { label: "a bit", value: "b" }] } },
    ],
  });
  assert((await scene.outcome(asForm)).kind === "modal", "it shows a form");
  const [sent, asSent] = await does(scene, "budi", "submit", { modal: asForm.interaction, fields: { title: "db down", why: "disk", bad: ["v"] } });
  assert(sent.isModalSubmit() && sent.fields.getTextInputValue("title") === "db down" && sent.fields.getTextInputValue("why") === "disk" && sent.fields.getStringSelectValues("bad")[0] === "v", "the form comes back filled in");
  await sent.reply({ content: "noted", flags: MessageFlags.Ephemeral });
  assert((await scene.outcome(asSent)).message.content === "noted", "and is answered");

  const [person] = await does(scene, "budi", "menu", { channel: "sre-ops", name: "Look Up", user: "maya" });
  assert(person.isUserContextMenuCommand() && person.targetUser.username === "maya" && person.targetMember.displayName === "Maya", "a menu entry on somebody names them");
  await person.reply("Maya it is");
  const written = await scene.acts("rina", "messages", { channel: "sre-ops", content: "keep me" });
  const [kept] = await does(scene, "budi", "menu", { channel: "sre-ops", name: "Keep This", message: written.message.id });
  assert(kept.isMessageContextMenuCommand() && kept.targetMessage.content === "keep me", "a menu entry on a message brings the message");
  await kept.reply("kept");
}

const row = (...components) => ({ type: ComponentType.ActionRow, components });
const button = (customId, more) => ({ type: ComponentType.Button, style: ButtonStyle.Primary, label: customId, customId, ...more });

export async function components(scene) {
  const [open, asOpen] = await slash(scene, "panel");
  await open.reply({
    content: "panel", components: [
      row(button("update"), button("later"), button("ask"), button("off", { disabled: true }), { type: ComponentType.Button, style: ButtonStyle.Link, label: "go", url: "https://example.org/" }),
      row({ type: ComponentType.StringSelect, customId: "text", minValues: 0, maxValues: 2, options: [{ label: "A", value: "a", emoji: "🍎" }, { label: "B", value: "b", default: true }] }),
      row({ type: ComponentType.UserSelect, customId: "user" }), row({ type: ComponentType.RoleSelect, customId: "role" }), row({ type: ComponentType.MentionableSelect, customId: "any", maxValues: 2 }),
    ],
  });
  const panel = (await scene.outcome(asOpen)).message;
  const press = (id) => does(scene, "rina", "press", { message: panel.id, custom_id: id });
  const choose = (custom_id, values, message = panel.id) => does(scene, "rina", "select", { message, custom_id, values });
  const [update, asUpdate] = await press("update");
  assert(update.isButton() && update.customId === "update" && update.message.id === panel.id, "a pressed button arrives with its message");
  await update.update("panel, pressed");
  assert((await scene.outcome(asUpdate)).message.content === "panel, pressed", "it updates the message");
  const [later, asLater] = await press("later");
  await later.deferUpdate();
  await later.editReply("panel, later");
  assert((await scene.outcome(asLater)).message.content === "panel, later", "it defers the update and edits the message then");
  const [ask, asAsk] = await press("ask");
  await ask.showModal({ title: "Ask", customId: "asked", components: [{ type: ComponentType.Label, label: "What", component: { type: ComponentType.TextInput, customId: "what", style: TextInputStyle.Short } }] });
  await scene.outcome(asAsk);
  const [asked] = await does(scene, "rina", "submit", { modal: asAsk.interaction, fields: { what: "this" } });
  assert(asked.isFromMessage() && asked.message.id === panel.id, "a form that a button opened belongs to the button's message");
  await asked.update("panel, asked");
  const off = await scene.acts("rina", "press", { message: panel.id, custom_id: "off" }).then(() => null, (error) => error.message);
  assert(off?.includes("disabled"), "a disabled button cannot be pressed");

  const [text] = await choose("text", ["a", "b"]);
  assert(text.isStringSelectMenu() && text.values.join() === "a,b", "chosen texts arrive");
  await text.deferUpdate();
  const [user] = await choose("user", [scene.person("maya")]);
  assert(user.isUserSelectMenu() && user.users.first().username === "maya" && user.members.first().displayName === "Maya", "a chosen user arrives");
  await user.reply({ content: "Maya", flags: MessageFlags.Ephemeral });
  const sre = scene.guild.roles.cache.find((role) => role.name === "sre").id;
  const [role] = await choose("role", [sre]);
  assert(role.isRoleSelectMenu() && role.roles.first().name === "sre", "a chosen role arrives");
  await role.deferUpdate();
  const [any] = await choose("any", [sre, scene.person("maya")]);
  assert(any.isMentionableSelectMenu() && any.roles.has(sre) && any.users.has(scene.person("maya")), "chosen people and roles arrive together");
  await any.deferUpdate();
  const places = await scene.channel("incident-status").send({ content: "where?", components: [row({ type: ComponentType.ChannelSelect, customId: "place", channelTypes: [ChannelType.GuildText] })] });
  const [place] = await choose("place", [scene.channel("general").id], places.id);
  assert(place.isChannelSelectMenu() && place.channels.first().name === "general", "a chosen channel arrives");
  await place.deferUpdate();

  const v2 = await scene.channel("incident-status").send({
    flags: MessageFlags.IsComponentsV2,
    components: [{ type: ComponentType.Container, components: [{ type: ComponentType.TextDisplay, content: "# New" }, { type: ComponentType.Separator }, row(button("v2"))] }],
  });
  const [pressed] = await does(scene, "rina", "press", { message: v2.id, custom_id: "v2" });
  assert(pressed.component.label === "v2" && v2.components[0].components[0].content === "# New", "components of the second version are sent and pressed");
  await pressed.deferUpdate();
}

export async function lateAnswers(scene) {
  const [late, asLate] = await slash(scene, "late");
  assert((await scene.outcome(asLate)).state === "failed", "an interaction without an answer fails after three seconds");
  await refused(late.reply("sorry"), 10062, "a late answer is refused (10062)");
  const [twice] = await slash(scene, "gone");
  await twice.reply("once");
  await refused(scene.client.rest.post(discord.Routes.interactionCallback(twice.id, twice.token), { body: { type: 4, data: { content: "twice" } }, auth: false }), 40060, "a second first answer is refused (40060)");
  await within(twice.deleteReply(), "the answer is deleted");
  await refused(twice.fetchReply(), 10008, "a deleted answer is an unknown message (10008)");
  ok("interactions end as they do at Discord");
}
