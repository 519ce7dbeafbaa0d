// Purpose: threads, forums, direct messages, files, pins, typing, and what Markdown and components look like.

/** What people do between channels. */
export async function run({ page, bot, one, two, here, elsewhere, origin, world, control, assert, step, shot, accessible, log, article, write, shows, state, heard }) {
  await step("a thread on the card appears as a link and opens beside the channel", async () => {
    state.thread = await bot.rest("POST", `/channels/${here.id}/messages/${state.card.id}/threads`, { name: "INC-8 for everybody", auto_archive_duration: 1440 });
    await article("ACKNOWLEDGED").locator("a[data-thread]").click();
    const beside = page.locator(".pane.beside");
    await beside.getByRole("heading", { name: "INC-8 for everybody" }).waitFor();
    await bot.post(state.thread.id, { content: "Update 1: we know, payments fail." });
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
    await bot.rest("PUT", `/channels/${here.id}/messages/pins/${state.card.id}`);
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
  const forum = world.channels.find((c) => c.type === 15);
  const general = page.locator("#sidebar .place", { hasText: "general" }).first();
  await step("a forum shows its posts, filters them by tag, and takes a new one", async () => {
    await control("/people/wati/threads", { channel: forum.id, name: "Dark mode for the shop", content: "Many shop at night.", tags: [forum.available_tags[0].id] });
    await page.locator("#sidebar .place", { hasText: forum.name }).first().click();
    await page.locator(".post", { hasText: "Many shop at night." }).waitFor();
    await accessible(page, "a forum");
    await page.getByRole("button", { name: "New post" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: /New post/ });
    await dialog.getByLabel("Title").fill("A script that restarts workers");
    await dialog.getByRole("button", { name: "Post" }).click();
    await dialog.getByText("A post needs a text or a file.").waitFor();
    await dialog.getByLabel("Text").fill("We do it **by hand** each week.");
    await dialog.getByLabel(forum.available_tags[1].name).check();
    await accessible(page, "a new post");
    await dialog.getByRole("button", { name: "Post" }).click();
    await page.getByRole("heading", { name: "A script that restarts workers" }).waitFor();
    await shows("We do it by hand each week.");
    await page.getByRole("link", { name: `in #${forum.name}` }).click();
    await page.getByRole("button", { name: forum.available_tags[1].name, exact: true }).click();
    await page.locator(".post", { hasText: "Dark mode" }).waitFor({ state: "detached" });
    await page.locator(".post", { hasText: "restarts workers" }).filter({ hasText: "0 answers" }).click();
    await page.getByRole("button", { name: "Thread", exact: true }).click();
    await page.getByRole("menuitem", { name: /Close this post/ }).click();
    await page.locator(".pane-head .tag", { hasText: "closed" }).waitFor();
    await write.fill("one more thought");
    await write.press("Enter");
    await page.locator(".pane-head .tag", { hasText: "closed" }).waitFor({ state: "detached" });
  });
  await step("a thread is started from a message, and a private one is marked as such", async () => {
    await general.click();
    await write.fill("checkout is slow");
    await write.press("Enter");
    await article("checkout is slow").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Start a thread" }).click();
    const dialog = page.getByRole("dialog", { name: "Start a thread" });
    await dialog.getByRole("button", { name: "Start" }).click();
    await page.locator(".pane.beside").getByRole("heading", { name: "checkout is slow" }).waitFor();
    await article("checkout is slow").locator("a[data-thread]").waitFor();
    await page.getByRole("button", { name: "Threads" }).click();
    await page.getByRole("dialog", { name: "Threads" }).getByText("checkout is slow").waitFor();
    await page.getByRole("button", { name: "New thread" }).click();
    const other = page.getByRole("dialog", { name: /New thread/ });
    await other.getByLabel("Name").fill("only among us");
    await other.getByLabel("Who sees it").selectOption("private");
    await other.getByRole("button", { name: "Start" }).click();
    await page.locator(".pane.beside .tag", { hasText: "private" }).waitFor();
    await page.locator("#sidebar .place", { hasText: "only among us" }).filter({ hasText: "private" }).waitFor();
    assert(!(await control("/people/wati/channels")).threads.includes(await page.evaluate(() => location.hash.split("/t/")[1])), "somebody else sees it");
    await page.keyboard.press("Escape");
  });
  await step("a file is sent with a message, and a picture is shown", async () => {
    await general.click();
    const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC", "base64");
    await page.locator(".pane:not(.beside) .composer input[type=file]").setInputFiles([{ name: "graph.png", mimeType: "image/png", buffer: dot }, { name: "why.txt", mimeType: "text/plain", buffer: Buffer.from("because") }]);
    await page.getByRole("button", { name: "Remove why.txt" }).waitFor();
    await write.fill("what the graph says");
    await write.press("Enter");
    await article("what the graph says").locator(".file", { hasText: "7 bytes" }).waitFor();
    await article("what the graph says").locator("img").waitFor();
    assert((await page.locator(".tray-file").count()) === 0, "the files are still beside the draft");
  });
  await step("a message is edited, answered, and deleted after a question", async () => {
    await write.press("ArrowUp");
    await write.fill("what the graph really says");
    await write.press("Enter");
    await article("really says").locator(".edited").waitFor();
    await article("really says").hover();
    await article("really says").getByRole("button", { name: "Reply" }).click();
    await write.fill("I see it too");
    await write.press("Enter");
    await article("I see it too").locator("a.context").click();
    await page.locator("article.flash", { hasText: "really says" }).waitFor();
    await article("I see it too").last().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete this message?" }).getByRole("button", { name: "Delete" }).click();
    await article("I see it too").waitFor({ state: "detached" });
  });
  await step("a pin is set and taken where it is permitted, and who reacted is told", async () => {
    const { message } = await control("/people/budi/messages", { channel: elsewhere.id, content: "read this first" });
    await control("/people/sari/reactions", { message: message.id, emoji: "👀" });
    await article("read this first").locator(".reaction", { hasText: "1" }).hover();
    await page.waitForFunction(() => document.querySelector(".reaction:hover")?.title === "Sari");
    await article("read this first").focus();
    await page.keyboard.press("Enter");
    assert((await page.getByRole("menuitem", { name: "Pin", exact: true }).count()) === 0, "who may not pin is offered to");
    await page.getByRole("menuitem", { name: "Who reacted" }).click();
    await page.getByRole("dialog", { name: "Who reacted" }).getByText("Sari").waitFor();
    await page.keyboard.press("Escape");
    await control("/people/rina/pins", { channel: elsewhere.id, message: message.id });
    await article("pinned a message here").first().waitFor();
    await control("/people/rina/pins", { channel: elsewhere.id, message: message.id, pinned: false });
    await page.getByRole("button", { name: "Pinned messages" }).click();
    await page.getByText("Nothing is pinned here.").waitFor();
    await page.keyboard.press("Escape");
  });
  await step("typing is shown, and told", async () => {
    await bot.rest("POST", `/channels/${elsewhere.id}/typing`);
    await page.locator(".typing", { hasText: "is typing" }).waitFor();
    const told = page.waitForRequest((r) => r.url().endsWith("/typing"));
    await write.pressSequentially("hm");
    await told;
    await write.fill("");
  });
  await step("a direct message is opened with the bot", async () => {
    await page.getByRole("button", { name: "New direct message" }).click();
    await page.getByRole("menuitem", { name: /^siaga/ }).click();
    await page.getByRole("heading", { name: "siaga" }).waitFor();
    await write.fill("hello bot");
    await write.press("Enter");
    await shows("hello bot");
    await page.locator("#sidebar .place[aria-current]", { hasText: "siaga" }).waitFor();
  });
  await step("Markdown looks as people know it, and a mentioned command starts", async () => {
    const id = (await bot.rest("GET", `/applications/${bot.id}/guilds/${world.guild.id}/commands`)).find((c) => c.name === "check").id;
    await bot.post(elsewhere.id, { content: `# Heading\n-# small\n- list\n  - nested\n1. first\n> quoted\n**bold** *it* __under__ ~~gone~~ ||secret|| [masked](https://example.com) <@${two.id}> <#${here.id}> <@&${world.roles[0].id}> </check show:${id}> <t:1700000000:D> <t:${Math.floor(Date.now() / 1000) - 60}:R>\n\`\`\`sh\nkubectl get pods\n\`\`\``, allowed_mentions: { parse: [] } });
    await general.click();
    const it = article("kubectl get pods").last();
    for (const wanted of [".heading-1", ".subtext", "ul ul li", "ol li", "blockquote", "strong", "em", "u", "s", ".spoiler", "a[href='https://example.com']", `[data-user="${two.id}"]`, `a[href="#/c/${here.id}"]`, ".mention.static", "time[data-tick]", "pre code"]) await it.locator(wanted).first().waitFor({ state: "attached" });
    await it.locator("time", { hasText: "15 November 2023" }).waitFor();
    await it.locator(".spoiler").press("Enter");
    await it.locator(".spoiler-open", { hasText: "secret" }).waitFor();
    await shot(page, "markdown");
    await it.getByRole("button", { name: "/check show" }).click();
    await page.keyboard.press("Enter");
    await shows("Only for your eyes.");
  });
  await step("every kind of select brings what was chosen to the bot", async () => {
    const kinds = [[3, { options: [{ label: "One", value: "1" }, { label: "Two", value: "2" }] }], [5, {}], [6, {}], [7, {}], [8, { channel_types: [0] }]];
    await bot.post(elsewhere.id, { content: "Five selects", components: kinds.map(([type, more]) => ({ type: 1, components: [{ type, custom_id: `pick-${type}`, placeholder: `Select ${type}`, ...more }] })) });
    const it = article("Five selects");
    const wanted = { 3: "Two", 5: two.name, 6: "@sre", 7: one.name, 8: `#${here.name}` };
    for (const [type] of kinds) {
      await it.getByLabel(`Select ${type}`).selectOption({ label: wanted[type] });
      await shows(`Picked with ${type}.`);
    }
    const last = heard.findLast((h) => h.name === "pick-5");
    assert(last.data.values[0] === two.id && last.data.resolved.users[two.id].username === two.username, "the bot was not told who");
  });
  await step("a form with selects and a private channel are shown as such", async () => {
    await bot.post(elsewhere.id, { content: "A longer form", components: [{ type: 1, components: [{ type: 2, style: 1, label: "Fill in", custom_id: "long form" }] }] });
    await article("A longer form").getByRole("button", { name: "Fill in" }).click();
    const dialog = page.getByRole("dialog", { name: "Everything" });
    await dialog.getByLabel("Who was it?").selectOption({ label: two.name });
    await dialog.getByLabel("How bad?").selectOption({ label: "Bad" });
    await accessible(page, "a form with selects");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await shows(`Who: ${two.id}, how: bad`);
  });
}
