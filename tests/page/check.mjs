// Purpose: opens the sandbox's chat page in a real browser, plays the bot's part itself, and asserts what people can do there.
//
//   node tests/page/check.mjs http://127.0.0.1:PORT/ OUTPUT_FOLDER BOT_TOKEN
//
// Needs playwright-core and axe-core in a node_modules folder named by SIAGA_NODE_MODULES (or NODE_PATH), and a Chromium
// (CHROMIUM, default /usr/bin/chromium). Leaves screenshots in the folder. Exits with 1 and one sentence at the first failure.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { Bot } from "./bot.mjs";

const [, , base, out, token] = process.argv;
if (!base || !out || !token) {
  console.error("Usage: node tests/page/check.mjs URL OUTPUT_FOLDER BOT_TOKEN");
  process.exit(2);
}
const modules = process.env.SIAGA_NODE_MODULES ?? process.env.NODE_PATH ?? "node_modules";
const require = createRequire(join(process.cwd(), "check.mjs"));
const find = (name) => require.resolve(name, { paths: [join(modules, ".."), modules] });
const { chromium } = require(find("playwright-core"));
const axe = readFileSync(find("axe-core/axe.min.js"), "utf8");
mkdirSync(out, { recursive: true });

const server = new URL(base);
// The browser comes through a relay, so that its connections, and only those, can be cut.
const lines = new Set();
let cut = false;
const relay = createServer((near) => {
  if (cut) return near.destroy();
  const far = connect(Number(server.port || 80), server.hostname);
  const end = () => {
    near.destroy();
    far.destroy();
    lines.delete(end);
  };
  lines.add(end);
  for (const [from, to] of [[near, far], [far, near]]) from.on("error", end).on("close", end).pipe(to);
});
await new Promise((resolve) => relay.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${relay.address().port}`;
const control = async (path, body) => {
  const response = await fetch(`${server.origin}/control${path}`, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {});
  if (!response.ok) throw new Error(`/control${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

const seen = { failed: null, complaints: [] };
function assert(truth, sentence) {
  if (!truth) throw new Error(sentence);
}
const step = async (sentence, act) => {
  const began = Date.now();
  try {
    await act();
  } catch (error) {
    throw new Error(`It is not so that ${sentence}.\n  ${error.message.split("\n").slice(0, 12).join("\n  ")}`);
  }
  console.log(`ok  ${sentence} (${Date.now() - began} ms)`);
};

const world = await control("/world");
const text = world.channels.filter((c) => c.type === 0);
const here = text.find((c) => c.name === "incidents") ?? text[0];
const elsewhere = text.find((c) => c.name === "general" && c.id !== here.id) ?? text.find((c) => c.id !== here.id);
// The page begins as the first by name.
const [one, two] = world.people.sort((a, b) => a.name.localeCompare(b.name));

// ---- the bot's part ----
const bot = new Bot(server.origin, token);
const application = await bot.rest("GET", "/oauth2/applications/@me");
const heard = [];
const noted = [];
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
let picture = 0;

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
  if (name === "why") {
    noted.push(data.components.map((c) => (c.component ?? c.components[0]).value));
    return bot.answer(interaction, 4, { content: `Noted: ${noted.at(-1)[0]}`, flags: 64 });
  }
  if (name === "Note this" || name === "Call for help") return bot.answer(interaction, 4, { content: `Done: ${name}.`, flags: 64 });
}
await bot.login(onInteraction);

// ---- the browser ----
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
async function open(scheme, width, height) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, hasTouch: width < 500, isMobile: width < 500, locale: "en-GB", timezoneId: "Asia/Jakarta" });
  const page = await context.newPage();
  page.setDefaultTimeout(6000);
  page.on("pageerror", (error) => seen.complaints.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    // Refusals the check provokes and the cut connection are told in the console by the browser itself.
    if (message.type() === "error" && !/Failed to load resource|ERR_CONNECTION_|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/.test(message.text())) seen.complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob|about):/.test(request.url())) seen.complaints.push(`a request left this machine's sandbox: ${request.url()}`);
  });
  await page.goto(`${origin}/#/c/${here.id}`);
  await page.waitForSelector(".log");
  return { context, page };
}
const shot = (page, name) => page.screenshot({ path: join(out, `${String(++picture).padStart(2, "0")}-${name}.png`) });
async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const bad = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  assert(!bad.length, `${where}: ${bad.map((v) => `${v.id} (${v.impact}) at ${v.nodes[0].html.slice(0, 120)}`).join("; ")}`);
}

const { page } = await open("dark", 1280, 800);
const log = page.locator(".pane:not(.beside) .log");
const article = (words) => log.locator("article", { hasText: words });
const write = page.locator(".pane:not(.beside) .composer-text");
const shows = (words) => article(words).first().waitFor();
await page.evaluate(() => { window.sameDocument = true; });

async function run() {
  await step("the page opens with channels by category and says who you are", async () => {
    await page.locator("#sidebar .place", { hasText: here.name }).first().waitFor();
    assert(await page.getByRole("button", { name: new RegExp(`You are\\s*${one.name}`) }).isVisible(), "the control that says who you are is not there");
    assert((await page.locator(".pane-head h1").textContent()) === here.name, "the header does not name the channel");
  });
  await step("a typed message appears", async () => {
    await write.fill("hello from the *page check*");
    await write.press("Enter");
    await shows("hello from the page check");
    assert((await write.inputValue()) === "", "the box was not emptied");
  });
  let message;
  await step("a card that the bot posts appears by itself, with its fields and buttons", async () => {
    message = await bot.post(here.id, triggered());
    await shows("INC-8 · SEV-1 · TRIGGERED");
    assert(await article("TRIGGERED").getByRole("button", { name: "Acknowledge" }).isVisible(), "the button is not there");
    await page.locator("time", { hasText: /2 minutes ago/ }).first().waitFor();
    await shot(page, "card");
  });
  await step("an edit of the card shows without a reload", async () => {
    await bot.edit(message, { embeds: [{ ...message.embeds[0], title: "INC-8 · SEV-2 · TRIGGERED" }] });
    await shows("INC-8 · SEV-2 · TRIGGERED");
    assert((await article("SEV-1 · TRIGGERED").count()) === 0, "the old title is still there");
  });
  await step("hostile text stays text", async () => {
    await bot.post(here.id, { content: "<img src=x onerror=window.hacked=1> <script>window.hacked=1</script> [press](javascript:window.hacked=1) [https://bank.example](https://evil.example) ||```<b>" });
    await shows("onerror");
    assert(await page.evaluate(() => !window.hacked && !document.querySelector(".log img[src=x], .log script, .log b, .log a[href^='javascript']")), "some of it became an element");
  });
  await step("the command picker filters and shows descriptions", async () => {
    await write.fill("/");
    await page.getByRole("option", { name: /check open/ }).waitFor();
    await write.pressSequentially("check s");
    await page.getByRole("option", { name: /check slow.*Thinks first/ }).waitFor();
    assert((await page.getByRole("option", { name: /check open/ }).count()) === 0, "a command that does not fit is still offered");
    await shot(page, "picker");
    await page.keyboard.press("Escape");
  });
  await step("a command is filled in by keyboard with autocomplete and a choice, and its answer appears", async () => {
    await write.fill("/check op");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "title" }).or(page.getByRole("combobox", { name: "title" })).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "Please fill in title" }).waitFor();
    await page.keyboard.type("Checkout errors");
    await page.keyboard.press("Tab");
    await page.keyboard.type("che");
    await page.getByRole("option", { name: "checkout" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Add severity/ }).press("Enter");
    await page.getByRole("option", { name: "SEV-2" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await shot(page, "command");
    await accessible(page, "a command being filled in");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await shows("Opened Checkout errors on checkout, severity 2.");
    const last = heard.findLast((h) => h.name === "check open" && h.type === 2);
    assert(last.options.title === "Checkout errors" && last.options.severity === "2", `the bot was given ${JSON.stringify(last.options)}`);
  });
  const command = async (words) => {
    await write.fill(`/${words}`);
    await page.getByRole("option", { name: new RegExp(words) }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
  };
  await step("a deferred answer says that the app is thinking, then becomes the answer", async () => {
    await command("check slow");
    await log.locator("article .thinking").waitFor();
    await shows("Thought it through.");
    assert((await log.locator("article .thinking").count()) === 0, "it still says thinking");
  });
  await step("a private answer is marked and can be dismissed", async () => {
    await command("check show");
    await shows("Only for your eyes.");
    await shot(page, "private");
    await article("Only for your eyes.").getByRole("button", { name: "Dismiss" }).click();
    await article("Only for your eyes.").waitFor({ state: "detached" });
  });
  await step("a form opens from a button, refuses what is too short, and brings the text to the bot", async () => {
    await article("SEV-2 · TRIGGERED").getByRole("button", { name: "Can't take it" }).click();
    const dialog = page.getByRole("dialog", { name: "Say why" });
    await dialog.waitFor();
    await dialog.getByLabel("What do you know?").fill("short");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await dialog.getByText("At least 10 characters").waitFor();
    await shot(page, "form");
    await accessible(page, "a form");
    await dialog.getByLabel("What do you know?").fill("I am on a train without signal");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await dialog.waitFor({ state: "detached" });
    await shows("Noted: I am on a train without signal");
    assert(noted.at(-1)[0] === "I am on a train without signal", "the bot got something else");
  });
  await step("a form closes with Esc and nothing is sent", async () => {
    const before = noted.length;
    await article("SEV-2 · TRIGGERED").getByRole("button", { name: "Can't take it" }).click();
    await page.getByRole("dialog", { name: "Say why" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Say why" }).waitFor({ state: "detached" });
    assert(noted.length === before, "the form was sent");
  });
  await step("a pressed button changes the card in place", async () => {
    await article("SEV-2 · TRIGGERED").getByRole("button", { name: "Acknowledge" }).click();
    await shows("ACKNOWLEDGED");
    assert(await article("ACKNOWLEDGED").getByRole("button", { name: "Resolve" }).isVisible(), "the new buttons are not there");
  });
  await step("a command without an answer says in red that the application did not respond", async () => {
    const began = Date.now();
    await command("check never");
    await log.getByText("The application did not respond").waitFor();
    assert(Date.now() - began >= 2500, "it said so before three seconds had passed");
    await shot(page, "no-answer");
    await log.locator(".pending-note").getByRole("button", { name: "Dismiss" }).click();
  });
  await step("a message's menu has the app's command, by right click and by keyboard", async () => {
    await article("hello from the page check").click({ button: "right" });
    await page.getByRole("menuitem", { name: /Note this/ }).waitFor();
    await shot(page, "menu");
    await page.keyboard.press("Escape");
    await article("hello from the page check").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: /Note this/ }).press("Enter");
    await shows("Done: Note this.");
    assert(heard.at(-1).data.target_id, "the bot was not told which message");
  });
  await step("a person's menu has the app's command", async () => {
    await article("hello from the page check").locator("button.name").or(log.locator(`button.name[data-user="${one.id}"]`)).first().click();
    await page.getByRole("menuitem", { name: /Call for help/ }).click();
    await shows("Done: Call for help.");
  });
  await step("a reaction appears and goes away again", async () => {
    await article("hello from the page check").hover();
    await article("hello from the page check").getByRole("button", { name: "React" }).click();
    await page.getByRole("menuitem", { name: "Looking" }).click();
    await article("hello from the page check").locator(".reaction.mine").waitFor();
    await article("hello from the page check").locator(".reaction.mine").click();
    await article("hello from the page check").locator(".reaction").waitFor({ state: "detached" });
  });
  let thread;
  await step("a thread on the card appears as a link and opens beside the channel", async () => {
    thread = await bot.rest("POST", `/channels/${here.id}/messages/${message.id}/threads`, { name: "INC-8 for everybody", auto_archive_duration: 1440 });
    await article("ACKNOWLEDGED").locator("a[data-thread]").click();
    const beside = page.locator(".pane.beside");
    await beside.getByRole("heading", { name: "INC-8 for everybody" }).waitFor();
    await bot.post(thread.id, { content: "Update 1: we know, payments fail." });
    await beside.locator("article", { hasText: "Update 1" }).waitFor();
    await beside.locator(".composer-text").fill("thank you");
    await beside.locator(".composer-text").press("Enter");
    await beside.locator("article", { hasText: "thank you" }).waitFor();
    await shot(page, "thread");
    await accessible(page, "a thread beside its channel");
    await beside.getByRole("button", { name: "Close thread" }).click();
    await beside.waitFor({ state: "detached" });
  });
  await step("a pinned card is found under the pin button", async () => {
    await bot.rest("PUT", `/channels/${here.id}/messages/pins/${message.id}`);
    await page.getByRole("button", { name: "Pinned messages" }).click();
    await page.getByRole("dialog", { name: "Pinned messages" }).getByText("ACKNOWLEDGED").waitFor();
    await page.keyboard.press("Escape");
  });
  await step("a channel with something new is marked, a mention counts, and reading clears both", async () => {
    await bot.post(elsewhere.id, { content: `<@${one.id}> SEV-1 INC-8 Checkout errors 12 %. Tap to answer.`, allowed_mentions: { users: [one.id] } });
    await bot.post(elsewhere.id, { content: `<@${one.id}> quietly`, flags: 4096, allowed_mentions: { users: [one.id] } });
    const row = page.locator("#sidebar .place", { hasText: elsewhere.name }).first();
    await row.locator(".badge", { hasText: "2" }).waitFor();
    assert(await row.evaluate((el) => el.classList.contains("unread")), "the channel is not marked");
    await row.click();
    await page.locator("article.mentions-me", { hasText: "Tap to answer" }).waitFor();
    await page.waitForFunction((name) => ![...document.querySelectorAll("#sidebar .place")].some((el) => el.textContent.includes(name) && el.querySelector(".badge")), elsewhere.name);
    await shot(page, "mention");
  });
  await step("the phones show who was notified, loud and silent, and a new page arrives live", async () => {
    await page.getByRole("link", { name: /^Phones/ }).first().click();
    const phone = page.getByRole("region", { name: `${one.name}'s phone` });
    await phone.locator(".notice", { hasText: "Tap to answer" }).filter({ hasText: "Loud" }).first().waitFor();
    await phone.locator(".notice", { hasText: "quietly" }).filter({ hasText: "Silent" }).first().waitFor();
    await bot.post(elsewhere.id, { content: `<@${two.id}> you are next`, allowed_mentions: { users: [two.id] } });
    await page.getByRole("region", { name: `${two.name}'s phone` }).locator(".notice", { hasText: "you are next" }).waitFor();
    await shot(page, "phones");
    await accessible(page, "the phones");
  });
  await step("the calls show what the bot asked, and the filter works", async () => {
    await page.getByRole("link", { name: "Calls" }).first().click();
    await page.locator(".calls tbody tr", { hasText: "/channels/{channel_id}/messages" }).first().waitFor();
    await page.getByRole("searchbox", { name: "Filter calls" }).fill("put pins");
    await page.waitForFunction(() => [...document.querySelectorAll(".calls tbody tr")].every((tr) => tr.textContent.includes("PUT")));
    await shot(page, "calls");
    await accessible(page, "the calls");
  });
  await step("after a lost connection the page catches up", async () => {
    await page.goto(`${origin}/#/c/${here.id}`);
    await shows("ACKNOWLEDGED");
    cut = true;
    for (const end of lines) end();
    await page.locator("#lost").waitFor({ state: "visible" });
    await bot.post(here.id, { content: "said while you were away" });
    cut = false;
    await shows("said while you were away");
    await page.locator("#lost").waitFor({ state: "hidden" });
  });
  await step("all of that happened without one reload", async () => assert(await page.evaluate(() => window.sameDocument), "the page was loaded again"));
  await step("you can be somebody else, who does not see private answers, and the page remembers", async () => {
    await page.getByRole("button", { name: /You are/ }).click();
    await page.getByRole("menuitemradio", { name: new RegExp(`^${two.name}`) }).click();
    await page.getByRole("button", { name: new RegExp(`You are\\s*${two.name}`) }).waitFor();
    await shows("ACKNOWLEDGED");
    assert((await article("Done: Note this.").count()) === 0, "somebody else's private answer is shown");
    await page.reload();
    await page.getByRole("button", { name: new RegExp(`You are\\s*${two.name}`) }).waitFor();
  });
  for (const scheme of ["dark", "light"]) {
    for (const [width, height] of [[1280, 800], [375, 812]]) {
      await step(`${scheme} at ${width} is accessible and fits`, async () => {
        const view = await open(scheme, width, height);
        for (const hash of [`#/c/${here.id}`, `#/c/${here.id}/t/${thread.id}`, "#/phones", "#/calls"]) {
          await view.page.goto(`${origin}/${hash}`);
          await view.page.locator("article, .phone, .calls td").first().waitFor();
          await view.page.evaluate(() => document.fonts.ready);
          await shot(view.page, `${scheme}-${width}-${hash.replace(/\W+/g, "-").slice(1, 10)}`);
          await accessible(view.page, `${scheme} ${width} ${hash}`);
          assert(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${hash} is wider than the window`);
        }
        if (width < 500) {
          await view.page.goto(`${origin}/#/c/${here.id}`);
          await view.page.locator("article .button").first().waitFor();
          const low = await view.page.evaluate(() => [...document.querySelectorAll(".button, .icon-button, .composer button")].filter((b) => b.offsetParent && b.getBoundingClientRect().height < 40).map((b) => b.textContent || b.getAttribute("aria-label")));
          assert(!low.length, `lower than 40 pixels: ${low.join(", ")}`);
          await view.page.getByRole("button", { name: "Channels", exact: true }).click();
          await view.page.locator("#sidebar .place", { hasText: elsewhere.name }).first().waitFor();
          await shot(view.page, `${scheme}-drawer`);
          await accessible(view.page, "the drawer");
          await view.page.locator("#sidebar .place", { hasText: elsewhere.name }).first().click();
          await view.page.locator(".pane-head h1", { hasText: elsewhere.name }).waitFor();
          assert(await view.page.evaluate(() => !document.body.classList.contains("drawer-open")), "the drawer stays open");
        }
        await view.context.close();
      });
    }
  }
  await step("nothing complained in the console and nothing left the machine", async () => assert(!seen.complaints.length, seen.complaints.slice(0, 5).join("; ")));
}

try {
  await run();
  console.log(`The page does what it should. ${picture} screenshots in ${out}.`);
} catch (error) {
  console.error(error.message);
  if (seen.complaints.length) console.error(`The browser said: ${seen.complaints.slice(0, 5).join("; ")}`);
  await shot(page, "failure").catch(() => {});
  process.exitCode = 1;
} finally {
  bot.logout();
  relay.close();
  await browser.close();
}
