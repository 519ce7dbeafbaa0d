// Purpose: phones, calls, faults, a lost connection, being somebody else.

/** The views beside the conversations. */
export async function run({ page, bot, one, two, here, elsewhere, origin, world, control, assert, step, shot, accessible, article, shows, cut }) {
  await step("the phones show who was notified, loud and silent, and a new page arrives live", async () => {
    await page.getByRole("button", { name: /^Sandbox tools/ }).click();
    await page.locator("#sidebar").getByRole("link", { name: /^Phones/ }).click();
    const phone = page.getByRole("region", { name: `${one.name}'s phone` });
    await phone.locator(".notice", { hasText: "Tap to answer" }).filter({ hasText: "Loud" }).first().waitFor();
    await phone.locator(".notice", { hasText: "quietly" }).filter({ hasText: "Silent" }).first().waitFor();
    await bot.post(elsewhere.id, { content: `<@${two.id}> you are next`, allowed_mentions: { users: [two.id] } });
    await page.getByRole("region", { name: `${two.name}'s phone` }).locator(".notice", { hasText: "you are next" }).waitFor();
    await shot(page, "phones");
    await accessible(page, "the phones");
  });
  await step("the calls show what the bot asked, a call opens, and the filter works", async () => {
    await page.getByRole("link", { name: "Calls" }).first().click();
    await page.locator(".calls tbody tr", { hasText: "/channels/{channel_id}/messages" }).first().waitFor();
    await page.getByRole("searchbox", { name: "Filter" }).fill("put pins");
    await page.waitForFunction(() => [...document.querySelectorAll(".calls tbody tr")].every((tr) => tr.textContent.includes("PUT")));
    await page.locator(".calls .unfold").first().press("Enter");
    await page.locator(".calls .detail", { hasText: `/channels/${here.id}/messages/pins/` }).waitFor();
    assert(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded") === "true"), "the focus did not stay on the call");
    await shot(page, "calls");
    await accessible(page, "the calls");
  });
  await step("the gateway events show what the bot was told, live", async () => {
    await page.getByRole("button", { name: "Gateway events" }).click();
    await page.getByRole("searchbox", { name: "Filter" }).fill("message_create");
    await page.locator(".calls .unfold", { hasText: "MESSAGE_CREATE" }).first().waitFor();
    await bot.post(elsewhere.id, { content: "seen on the wire" });
    await page.waitForFunction(() => document.querySelector(".calls tbody td")?.textContent.includes(":"));
    await page.locator(".calls .unfold").first().click();
    await page.locator(".calls .detail", { hasText: "seen on the wire" }).waitFor();
    await accessible(page, "the gateway events");
  });
  await step("a call shows what was sent and what was answered", async () => {
    await page.getByRole("button", { name: "REST calls" }).click();
    await page.getByRole("searchbox", { name: "Filter" }).fill("post /messages");
    await page.locator(".calls .unfold").first().click();
    await page.locator(".calls .detail").getByLabel("Sent").getByText("seen on the wire").waitFor();
    await page.locator(".calls .detail").getByLabel("Answer").getByText(elsewhere.id).first().waitFor();
  });
  await step("a fault is armed, strikes once, shows as done, and is cleared", async () => {
    await page.getByRole("link", { name: "Faults" }).first().click();
    await page.getByText("Nothing is armed.").waitFor();
    await page.getByLabel("What happens").selectOption({ label: "503, not available" });
    await page.getByRole("button", { name: "Arm" }).press("Enter");
    await page.locator(".armed-item.is-armed", { hasText: "POST /channels/{channel_id}/messages" }).waitFor();
    await accessible(page, "the faults");
    await shot(page, "faults");
    const refused = await bot.post(elsewhere.id, { content: "refused" }).then(() => null, (error) => error.message);
    assert(refused?.includes("503"), `the bot heard ${refused}`);
    await page.locator(".armed-item.is-done").waitFor();
    await bot.post(elsewhere.id, { content: "accepted" });
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("Nothing is armed.").waitFor();
  });
  await step("a held call is let go, a slow one is slow", async () => {
    await page.getByLabel("What happens").selectOption({ label: "Slow" });
    await page.getByLabel("Seconds").fill("0.4");
    await page.getByRole("button", { name: "Arm" }).click();
    await page.locator(".armed-item.is-armed").waitFor();
    const began = Date.now();
    await bot.post(elsewhere.id, { content: "late" });
    assert(Date.now() - began >= 400, "it was not slow");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByLabel("What happens").selectOption({ label: "Held until you let it go" });
    await page.getByRole("button", { name: "Arm" }).click();
    await page.locator(".armed-item.is-armed").waitFor();
    const held = bot.post(elsewhere.id, { content: "held" }).catch(() => {});
    await page.locator(".armed-item.is-held").waitFor();
    await page.getByRole("button", { name: "Let go" }).click();
    await page.locator(".armed-item.is-done").waitFor();
    await held;
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("Nothing is armed.").waitFor();
  });
  await step("a permission is taken and given back, a channel and direct messages are closed, the gateway is cut", async () => {
    await page.getByLabel("Where").selectOption({ label: `#${elsewhere.name}` });
    await page.getByRole("button", { name: "Take away" }).click();
    await page.locator(".armed-item", { hasText: `taken from siaga in #${elsewhere.name}` }).waitFor();
    const refused = await bot.post(elsewhere.id, { content: "may I" }).then(() => null, (error) => error.message);
    assert(refused?.includes("50013"), `the bot heard ${refused}`);
    await page.getByRole("button", { name: "Give back" }).click();
    await page.locator(".armed-item", { hasText: "taken from" }).waitFor({ state: "detached" });
    const made = await bot.rest("POST", `/guilds/${world.guild.id}/channels`, { name: "to-be-deleted", type: 0 });
    await page.getByLabel("Channel or thread").locator("option", { hasText: "to-be-deleted" }).waitFor({ state: "attached" });
    await page.getByLabel("Channel or thread").selectOption({ label: "#to-be-deleted" });
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByRole("dialog", { name: "Delete #to-be-deleted?" }).getByRole("button", { name: "Delete" }).click();
    await page.locator("#sidebar .place", { hasText: "to-be-deleted" }).waitFor({ state: "detached" });
    assert(await bot.post(made.id, { content: "gone" }).then(() => false, (error) => error.message.includes("10003")), "the channel is still there");
    await page.getByLabel("Direct messages of").selectOption({ value: two.username });
    await page.getByRole("button", { name: "Close them" }).click();
    await page.getByLabel("Direct messages of").locator("option", { hasText: `${two.name} (closed)` }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Open them" }).click();
    bot.onEnd = () => {};
    await page.getByRole("group", { name: "Gateway of siaga" }).getByRole("button", { name: "Cut" }).click();
    await page.locator(".bot", { hasText: "siaga" }).getByText("disconnected, may resume").waitFor();
  });
  await step("after a lost connection the page catches up", async () => {
    await page.goto(`${origin}/#/c/${here.id}`);
    await shows("ACKNOWLEDGED");
    cut(true);
    await page.locator("#lost").waitFor({ state: "visible" });
    await bot.post(here.id, { content: "said while you were away" });
    cut(false);
    await shows("said while you were away");
    await page.locator("#lost").waitFor({ state: "hidden" });
    // Nothing twice, nothing missed: the page shows what the sandbox has.
    const shown = await page.locator(".pane:not(.beside) .log article").evaluateAll((all) => all.map((a) => a.dataset.id));
    const { messages } = await control(`/channels/${here.id}/messages?as=${one.id}&limit=200`);
    const known = messages.map((m) => m.id).filter((id) => BigInt(id) >= BigInt(shown[0]));
    const missing = known.filter((id) => !shown.includes(id));
    assert(new Set(shown).size === shown.length && missing.length <= 1, `twice or missing: ${missing.length} of ${known.length}`);
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
}
