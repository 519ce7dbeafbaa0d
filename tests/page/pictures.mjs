// Purpose: plays the demo's incident with the real bot in a browser, as Budi on a desktop and on a phone, and takes the README's pictures.
//
//   node tests/page/pictures.mjs http://127.0.0.1:PORT/ OUTPUT_FOLDER
//
// Writes demo.png and phone.png. Needs what check.mjs needs, and a running `siaga demo`. Exits with 1 and one sentence at the first failure.
import { statSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "./setup.mjs";

const [, , base, out] = process.argv;
if (!base || !out) {
  console.error("Usage: node tests/page/pictures.mjs URL OUTPUT_FOLDER");
  process.exit(2);
}
/** A picture larger than this makes the README slow. */
const MOST_BYTES = 250_000;
const { control, open, accessible, assert, step, complaints, end } = await prepare(base, out);

/** The page as Budi, without the welcome. */
async function budi(scheme, width, height, hash) {
  const { page } = await open(scheme, width, height, `?as=budi${hash}`);
  await page.getByRole("button", { name: "Dismiss" }).first().click();
  return page;
}
const picture = async (page, name) => {
  // Nothing lies under the pointer.
  await page.mouse.move(2, 2);
  const path = join(out, name);
  await page.screenshot({ path, animations: "disabled" });
  assert(statSync(path).size < MOST_BYTES, `${name} is larger than ${MOST_BYTES} bytes`);
};

try {
  let world;
  let card;
  const find = (name) => world.channels.find((c) => c.name === name);
  await step("the demo opens an incident with a card, a thread and a room", async () => {
    for (const until = Date.now() + 60_000; Date.now() < until && !card; await new Promise((resolve) => setTimeout(resolve, 200))) {
      world = await control("/world");
      const { messages } = await control(`/channels/${find("incidents").id}/messages?as=budi`);
      card = messages.find((m) => m.embeds.some((e) => /INC-\d+/.test(e.title)) && m.thread);
      if (!world.channels.some((c) => c.name.startsWith("inc-"))) card = undefined;
    }
    assert(card, "there is none after a minute");
  });
  const phone = await budi("dark", 390, 844, `#/c/${world.channels.find((c) => c.name.startsWith("inc-")).id}`);
  await step("the page is on Budi's phone with its buttons", async () => {
    await phone.locator("article.mentions-me", { hasText: "Tap to answer" }).getByRole("button", { name: "Acknowledge" }).waitFor();
    await phone.locator("article", { hasText: "Why:" }).waitFor();
    await accessible(phone, "the room on a phone");
    await picture(phone, "phone.png");
  });
  await step("a press on Acknowledge is answered by the bot, and the page says who has it", async () => {
    await phone.locator("article.mentions-me", { hasText: "Tap to answer" }).getByRole("button", { name: "Acknowledge" }).tap();
    await phone.locator("article.ephemeral", { hasText: "You have it" }).waitFor();
    await phone.locator("article", { hasText: /Budi acknowledged/ }).waitFor();
  });
  await step("the card stands acknowledged beside its thread", async () => {
    const page = await budi("dark", 1280, 800, `#/c/${find("incidents").id}/t/${card.thread.id}`);
    await page.locator(".pane:not(.beside) article", { hasText: "ACKNOWLEDGED" }).getByRole("button", { name: "Resolve" }).waitFor();
    await page.locator(".pane.beside article").first().waitFor();
    await accessible(page, "the card beside its thread");
    await picture(page, "demo.png");
  });
  await step("nothing complained in the console and nothing left the machine", async () => assert(!complaints.length, complaints.slice(0, 5).join("; ")));
} catch (error) {
  console.error(error.message);
  if (complaints.length) console.error(`The browser said: ${complaints.slice(0, 5).join("; ")}`);
  process.exitCode = 1;
} finally {
  await end();
}
