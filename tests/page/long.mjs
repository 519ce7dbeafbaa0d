// Purpose: a channel with thousands of messages: quick to open, bounded on the screen, and the reader's place never moves.

const MANY = 5000;

/** How a long history reads. */
export async function run({ page, here, world, open, assert, step, control, shows }) {
  const place = world.channels.find((c) => c.name === "sre-ops");
  const log = page.locator(".pane:not(.beside) .log");
  await step(`${MANY} messages are written while the page is open elsewhere`, async () => {
    await page.locator("#sidebar .place", { hasText: here.name }).first().click();
    for (let from = 0; from < MANY; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => control("/people/sari/messages", { channel: place.id, content: `message ${from + i} of many` })));
    }
  });
  await step("the long channel opens quickly at its end and keeps a bounded number on the screen", async () => {
    const fresh = await open("dark", 1280, 800, `#/c/${here.id}`);
    const second = fresh.page;
    await second.locator("#sidebar .place", { hasText: place.name }).first().waitFor();
    const took = await second.evaluate(async (id) => {
      const began = performance.now();
      location.hash = `#/c/${id}`;
      while (!document.querySelector(".log article")?.textContent.includes("of many")) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    }, place.id);
    const view = second.locator(".pane:not(.beside) .log");
    await second.waitForFunction(() => { const l = document.querySelector(".log"); return l.scrollHeight - l.scrollTop - l.clientHeight < 4; });
    // Far back: page after page is read, and the far end is let go.
    let oldest = "";
    for (let turn = 0; turn < 10; turn++) {
      oldest = await second.evaluate(() => document.querySelector(".log article").dataset.id);
      await view.evaluate((l) => { l.scrollTop = 0; });
      await second.waitForFunction((was) => document.querySelector(".log article").dataset.id !== was, oldest);
    }
    const shown = await view.locator("article").count();
    const heap = await second.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
    console.log(`    opened in ${Math.round(took)} ms; ${shown} messages on the screen after reading 550 back; ${(heap / 1048576).toFixed(1)} MiB of script memory`);
    assert(took < 1500, `it took ${Math.round(took)} ms`);
    assert(shown <= 300, `${shown} messages are on the screen`);
    assert(heap < 60 * 1048576, `${heap} bytes of script memory`);
    // What is being read stays where it is while others write and while more is read.
    await view.evaluate((l) => { l.scrollTop = l.scrollHeight / 2; });
    const where = () => second.evaluate(() => {
      const top = document.querySelector(".log").getBoundingClientRect().top;
      const a = [...document.querySelectorAll(".log article")].find((x) => x.getBoundingClientRect().top >= top);
      return { id: a.dataset.id, at: Math.round(a.getBoundingClientRect().top) };
    });
    const before = await where();
    const { message } = await control("/people/sari/messages", { channel: place.id, content: "written while somebody reads" });
    await control(`/people/budi/reactions`, { message: before.id, emoji: "👀" });
    await view.locator(`article[data-id="${before.id}"] .reaction`).waitFor();
    const after = await where();
    assert(before.id === after.id && Math.abs(before.at - after.at) <= 1, `it moved from ${before.at} to ${after.at}`);
    await second.getByRole("button", { name: /New messages|To the newest/ }).click();
    await view.locator(`article[data-id="${message.id}"]`).waitFor();
    // A link far back lands on its message.
    const { messages } = await control(`/channels/${place.id}/messages?as=sari&limit=1&before=${oldest}`);
    await second.evaluate((hash) => { location.hash = hash; }, `#/c/${place.id}/m/${messages[0].id}`);
    await view.locator(`article.flash[data-id="${messages[0].id}"]`).waitFor();
    await fresh.context.close();
  });
  await step("many messages at once all arrive, in order, with the end in view", async () => {
    await page.locator("#sidebar .place", { hasText: place.name }).first().click();
    await shows("of many");
    await Promise.all(Array.from({ length: 100 }, (_, i) => control("/people/budi/messages", { channel: place.id, content: `storm ${i}` })));
    await page.waitForFunction(() => [...document.querySelectorAll(".pane:not(.beside) .log article")].filter((a) => a.textContent.includes("storm ")).length === 100);
    const ids = await log.locator("article").evaluateAll((all) => all.map((a) => a.dataset.id));
    assert(ids.every((id, i) => !i || BigInt(ids[i - 1]) < BigInt(id)), "they are not in order");
    assert(await log.evaluate((l) => l.scrollHeight - l.scrollTop - l.clientHeight < 48), "the end is not in view");
  });
}
