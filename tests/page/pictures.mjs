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
  // What a newcomer reads first, on every kind of window.
  const guides = [];
  for (const scheme of ["dark", "light"]) {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      const { page } = await open(scheme, width, height, "?as=budi");
      guides.push({ page, name: `${scheme}-${width}` });
    }
  }
  const guide = (page) => page.getByRole("complementary", { name: "Start here" });
  const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.querySelector(".welcome").getBoundingClientRect().height <= innerHeight / 2);
  await step("the panel says what Siaga is, who you are and what to do now, and leads there", async () => {
    for (const { page, name } of guides) {
      await guide(page).getByText("You are Budi").waitFor();
      await guide(page).getByText(/INC-1 pages you/).waitFor();
      await accessible(page, `the panel, ${name}`);
      assert(await fits(page), `the panel is too large, ${name}`);
      await page.screenshot({ path: join(out, `guide-${name}.png`) });
    }
    const { page } = guides[1];
    assert(await page.locator("button.only-narrow").first().getAttribute("aria-description"), "the phone's menu does not say that mentions wait behind it");
    await guide(page).getByRole("link").first().click();
    await page.locator("article").getByRole("button", { name: "Acknowledge" }).first().waitFor();
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
  await step("after the acknowledgement the panel names the next three steps and ticks what is done", async () => {
    for (const { page, name } of guides) {
      const steps = guide(page).getByRole("list", { name: "Next steps" }).getByRole("listitem");
      await steps.first().waitFor();
      assert((await steps.count()) === 4, `there are ${await steps.count()} steps, ${name}`);
      assert((await steps.filter({ hasText: ", done" }).count()) === 1, `one step is ticked, ${name}`);
      await accessible(page, `the steps, ${name}`);
      assert(await fits(page), `the steps are too large, ${name}`);
      await page.screenshot({ path: join(out, `guide-${name}-steps.png`) });
    }
    const { page } = guides[0];
    await guide(page).getByRole("link", { name: "Phones" }).click();
    await guide(page).getByRole("listitem").filter({ hasText: "Phones" }).filter({ hasText: ", done" }).waitFor();
    await guide(page).getByRole("button", { name: "Dismiss" }).click();
    await page.reload();
    await page.waitForSelector(".pane");
    assert((await guide(page).count()) === 0, "what was dismissed comes back");
    for (const { page: over } of guides) await over.close();
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
