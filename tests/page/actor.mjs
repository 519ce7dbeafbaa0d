// Purpose: the part of the bot that the page check plays: its commands, its card, and how it answers.
import { Bot } from "./bot.mjs";

/** Logs the bot in. Gives {bot, triggered, heard, noted}: what it was asked, and what forms brought. */
export async function play({ server, token, world, one, two }) {
  const bot = new Bot(server.origin, token);
  const heard = [];
  const noted = [];
  const application = await bot.rest("GET", "/oauth2/applications/@me");
  await bot.rest("PUT", `/applications/${application.id}/guilds/${world.guild.id}/commands`, [
    {
      name: "check", type: 1, description: "Commands of the page check",
      options: [
        {
          type: 1, name: "open", description: "Open something and say so",
          options: [
            { type: 3, name: "title", description: "What is wrong", required: true, max_length: 80 },
            { type: 3, name: "service", description: "Which service", required: true, autocomplete: true },
            { type: 3, name: "severity", description: "How bad it is", choices: [{ name: "SEV-1", value: "1" }, { name: "SEV-2", value: "2" }] },
            { type: 4, name: "count", description: "How many", min_value: 1 },
          ],
        },
        { type: 1, name: "show", description: "A private answer" },
        { type: 1, name: "slow", description: "Thinks first, answers then" },
        { type: 1, name: "never", description: "Never answers" },
      ],
    },
    { name: "Note this", type: 3 },
    { name: "Call for help", type: 2 },
  ]);
  const card = (status, color, buttons) => ({
    embeds: [{
      title: `INC-8 · SEV-1 · ${status}`, description: "**Checkout errors 12 %**", color,
      fields: [
        { name: "Impact", value: "Most customers cannot pay" }, { name: "Service", value: "checkout (owner Payments)", inline: true },
        { name: "Started", value: `<t:${Math.floor(Date.now() / 1000) - 125}:R>`, inline: true }, { name: "Alerts", value: "3 firing · 1 resolved", inline: true },
        { name: "Paged", value: `<@${one.id}>, next <@${two.id}>` },
      ],
      footer: { text: "Page check" },
    }],
    components: [{ type: 1, components: buttons }],
  });
  const triggered = () => card("TRIGGERED", 0xd03a44, [
    { type: 2, style: 1, label: "Acknowledge", custom_id: "ack" }, { type: 2, style: 2, label: "Can't take it", custom_id: "form" },
    { type: 2, style: 5, label: "Runbook", url: "https://runbooks.example.com/checkout" },
  ]);

  async function onInteraction(interaction) {
    const { data, type } = interaction;
    const name = data.custom_id ?? [data.name, data.options?.[0]?.type === 1 ? data.options[0].name : ""].join(" ").trim();
    const options = Object.fromEntries((data.options?.[0]?.options ?? []).map((o) => [o.name, o.value]));
    heard.push({ name, type, options, data });
    if (type === 4) return bot.answer(interaction, 8, { choices: ["checkout", "search", "orders"].filter((s) => s.startsWith(options.service ?? "")).map((s) => ({ name: s, value: s })) });
    if (name === "check open") return bot.answer(interaction, 4, { content: `Opened **${options.title}** on ${options.service}, severity ${options.severity ?? "none"}.` });
    if (name === "check show") return bot.answer(interaction, 4, { content: "Only for your eyes.", flags: 64 });
    if (name === "check slow") {
      await bot.answer(interaction, 5);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      return bot.editAnswer(interaction, { content: "Thought it through." });
    }
    if (name === "ack") {
      return bot.answer(interaction, 7, card("ACKNOWLEDGED", 0xe0a526, [{ type: 2, style: 1, label: "Update", custom_id: "form" }, { type: 2, style: 3, label: "Resolve", custom_id: "resolve" }]));
    }
    if (name === "form") {
      return bot.answer(interaction, 9, {
        title: "Say why", custom_id: "why",
        components: [
          { type: 18, label: "What do you know?", description: "One sentence", component: { type: 4, style: 2, custom_id: "know", min_length: 10, max_length: 200, required: true } },
          { type: 18, label: "Anything else?", component: { type: 4, style: 1, custom_id: "else", required: false, max_length: 100 } },
        ],
      });
    }
    if (name.startsWith("pick-")) return bot.answer(interaction, 4, { content: `Picked with ${name.slice(5)}.`, flags: 64 });
    if (name === "long form") {
      return bot.answer(interaction, 9, {
        title: "Everything", custom_id: "everything",
        components: [
          { type: 18, label: "Who was it?", component: { type: 5, custom_id: "who" } },
          { type: 18, label: "How bad?", component: { type: 3, custom_id: "how", options: [{ label: "Fine", value: "fine" }, { label: "Bad", value: "bad" }] } },
        ],
      });
    }
    if (name === "everything") {
      const [who, how] = data.components.map((c) => c.component.values[0]);
      return bot.answer(interaction, 4, { content: `Who: ${who}, how: ${how}`, flags: 64 });
    }
    if (name === "why") {
      noted.push(data.components.map((c) => (c.component ?? c.components[0]).value));
      return bot.answer(interaction, 4, { content: `Noted: ${noted.at(-1)[0]}`, flags: 64 });
    }
    if (name === "Note this" || name === "Call for help") return bot.answer(interaction, 4, { content: `Done: ${name}.`, flags: 64 });
  }
  bot.id = application.id;
  await bot.login(onInteraction);
  return { bot, triggered, heard, noted };
}
