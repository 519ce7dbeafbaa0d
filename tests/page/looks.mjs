// Purpose: every view in dark and light, on a desktop and on a phone: axe-core, nothing too wide, nothing too small.

/** How it looks. */
export async function run({ here, elsewhere, origin, world, assert, step, shot, accessible, open, state }) {
  for (const scheme of ["dark", "light"]) {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      await step(`${scheme} at ${width} is accessible and fits`, async () => {
        const view = await open(scheme, width, height, `#/c/${here.id}`, { reducedMotion: "reduce" });
        for (const hash of [`#/c/${here.id}`, `#/c/${here.id}/t/${state.thread.id}`, `#/c/${world.channels.find((c) => c.type === 15).id}`, "#/phones", "#/calls", "#/faults"]) {
          await view.page.goto(`${origin}/${hash}`);
          await view.page.locator("article, .phone, .calls .path, .posts, .bot").first().waitFor();
          await view.page.evaluate(() => document.fonts.ready);
          await shot(view.page, `${scheme}-${width}-${hash.replace(/\W+/g, "-").slice(1, 10)}`);
          await accessible(view.page, `${scheme} ${width} ${hash}`);
          assert(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${hash} is wider than the window`);
        }
        if (width < 500) {
          await view.page.goto(`${origin}/#/c/${here.id}`);
          await view.page.locator("article", { hasText: "Opened Checkout errors" }).scrollIntoViewIfNeeded();
          const low = await view.page.evaluate(() => [...document.querySelectorAll(".button, .icon-button, .composer button")].filter((b) => b.offsetParent && b.getBoundingClientRect().height < 40).map((b) => b.textContent || b.getAttribute("aria-label")));
          assert(!low.length, `lower than 40 pixels: ${low.join(", ")}`);
          // A finger that rests on a message opens its menu.
          const at = await view.page.locator("article", { hasText: "Opened Checkout errors" }).locator(".text").boundingBox();
          const touch = await view.context.newCDPSession(view.page);
          await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: at.x + at.width - 30, y: at.y + at.height - 3, radiusX: 1, radiusY: 1 }] });
          await view.page.getByRole("menuitem", { name: /Note this/ }).waitFor();
          await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
          await accessible(view.page, "a message's menu");
          await view.page.keyboard.press("Escape");
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
}
