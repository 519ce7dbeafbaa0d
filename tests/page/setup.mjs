// Purpose: what the parts of the page check share: a browser behind a relay that can be cut, the control API, steps and screenshots.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { join } from "node:path";

export function assert(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

/** One thing that must be so; says so with its time, or throws with the sentence. */
export async function step(sentence, act) {
  const began = Date.now();
  try {
    await act();
  } catch (error) {
    throw new Error(`It is not so that ${sentence}.\n  ${error.message.split("\n").slice(0, 12).join("\n  ")}`);
  }
  console.log(`ok  ${sentence} (${Date.now() - began} ms)`);
}

/** Starts relay and browser. `base`: the sandbox; `out`: the folder for screenshots. */
export async function prepare(base, out) {
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
  const control = async (path, body, method = body ? "POST" : "GET") => {
    const response = await fetch(`${server.origin}/control${path}`, { method, ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`/control${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-precise-memory-info"],
  });
  const complaints = [];
  async function open(scheme, width, height, hash = "", more = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, hasTouch: width < 500, isMobile: width < 500, locale: "en-GB", timezoneId: "Asia/Jakarta", ...more });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => complaints.push(`script error: ${error.message}`));
    page.on("console", (message) => {
      // Refusals the check provokes and the cut connection are told in the console by the browser itself.
      if (message.type() === "error" && !/Failed to load resource|ERR_CONNECTION_|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/.test(message.text())) complaints.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !/^(data|blob|about):/.test(request.url())) complaints.push(`a request left this machine's sandbox: ${request.url()}`);
    });
    await page.goto(`${origin}/${hash}`);
    await page.waitForSelector(".pane");
    return { context, page };
  }
  let pictures = 0;
  const shot = (page, name) => page.screenshot({ path: join(out, `${String(++pictures).padStart(2, "0")}-${name}.png`) });
  async function accessible(page, where) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
    const bad = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
    assert(!bad.length, `${where}: ${bad.map((v) => `${v.id} (${v.impact}) at ${v.nodes[0].html.slice(0, 120)}`).join("; ")}`);
  }
  return {
    server, origin, control, open, shot, accessible, complaints, assert, step,
    pictures: () => pictures,
    /** Cuts every connection of the browser, or lets it connect again. */
    cut: (now) => {
      cut = now;
      if (now) for (const end of lines) end();
    },
    end: async () => {
      relay.close();
      await browser.close();
    },
  };
}
