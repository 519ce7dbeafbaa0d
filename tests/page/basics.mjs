// Purpose: messages and interactions: a card, commands, forms, menus, reactions.

/** What people do in a channel where a bot works. */
export async function run({ page, bot, one, here, assert, step, shot, accessible, log, article, write, shows, state, heard, noted, triggered }) {
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
  await step("a card that the bot posts appears by itself, with its fields and buttons", async () => {
    state.card = await bot.post(here.id, triggered());
    await shows("INC-8 · SEV-1 · TRIGGERED");
    assert(await article("TRIGGERED").getByRole("button", { name: "Acknowledge" }).isVisible(), "the button is not there");
    await page.locator("time", { hasText: /2 minutes ago/ }).first().waitFor();
    await shot(page, "card");
  });
  await step("an edit of the card shows without a reload", async () => {
    await bot.edit(state.card, { embeds: [{ ...state.card.embeds[0], title: "INC-8 · SEV-2 · TRIGGERED" }] });
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
}
