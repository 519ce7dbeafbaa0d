// Purpose: opens the sandbox's chat page in a real browser, plays the bot's part itself, and asserts what people can do there.
//
//   node tests/page/check.mjs http://127.0.0.1:PORT/ OUTPUT_FOLDER BOT_TOKEN
//
// Needs playwright-core and axe-core in a node_modules folder named by SIAGA_NODE_MODULES (or NODE_PATH), and a Chromium
// (CHROMIUM, default /usr/bin/chromium). Leaves screenshots in the folder. Exits with 1 and one sentence at the first failure.
import { play } from "./actor.mjs";
import * as basics from "./basics.mjs";
import * as long from "./long.mjs";
import * as looks from "./looks.mjs";
import * as rooms from "./rooms.mjs";
import { prepare } from "./setup.mjs";
import * as views from "./views.mjs";

const [, , base, out, token] = process.argv;
if (!base || !out || !token) {
  console.error("Usage: node tests/page/check.mjs URL OUTPUT_FOLDER BOT_TOKEN");
  process.exit(2);
}
const shared = await prepare(base, out);
const { assert, step, complaints } = shared;
const world = await shared.control("/world");
const text = world.channels.filter((c) => c.type === 0);
const here = text.find((c) => c.name === "incidents") ?? text[0];
const elsewhere = text.find((c) => c.name === "general" && c.id !== here.id) ?? text.find((c) => c.id !== here.id);
// The page begins as the first by name.
const [one, two] = world.people.sort((a, b) => a.name.localeCompare(b.name));
const part = await play({ server: shared.server, token, world, one, two });

const { page } = await shared.open("dark", 1280, 800, `#/c/${here.id}`);
const log = page.locator(".pane:not(.beside) .log");
const article = (words) => log.locator("article", { hasText: words });
const write = page.locator(".pane:not(.beside) .composer-text");
const shows = (words) => article(words).first().waitFor();
await page.evaluate(() => { window.sameDocument = true; });

try {
  // `state` carries the card and its thread from one part to the next.
  const all = { ...shared, ...part, page, world, here, elsewhere, one, two, log, article, write, shows, state: {} };
  for (const { run } of [basics, rooms, long, views, looks]) await run(all);
  await step("nothing complained in the console and nothing left the machine", async () => assert(!complaints.length, complaints.slice(0, 5).join("; ")));
  console.log(`The page does what it should. ${shared.pictures()} screenshots in ${out}.`);
} catch (error) {
  console.error(error.message);
  if (complaints.length) console.error(`The browser said: ${complaints.slice(0, 5).join("; ")}`);
  await shared.shot(page, "failure").catch(() => {});
  process.exitCode = 1;
} finally {
  part.bot.logout();
  await shared.end();
}
