// Purpose: what an incident costs the person who answers it on a phone, from the page to closed, counted in the sandbox's own records.
//
//   node tests/clients/effort.mjs BINARY [PAYLOADS]
//
// Starts `BINARY demo --no-story` twice with fresh data, sends the alert of a SEV-1 and of a SEV-3, and does as the person who is paged
// what a responder does: acknowledge, read the runbook, command (SEV-1), note, update, resolve, and the postmortem where one is due.
// Needs Node 18 and nothing else; all addresses are on this machine. Prints a table. Exits with 1 and one sentence when a step is not offered.
//
// How it counts. A press is a tap. A select is one to open it, one for each choice, and one to close it when it takes several. A form
// is a tap into each field that is filled, its characters, and one to send. A command is a tap into the message box, its characters
// with the slash, a tap on its name in the list, for each option a tap and its characters, and one to send. What stands in another
// place than the one in view costs two taps to get there. Reading costs nothing but is counted: what the bot wrote where this person
// works, and what of it to them alone still stands at the end.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const [, , binary, payloads = "examples/payloads"] = process.argv;
if (!binary) {
  console.error("Usage: node tests/clients/effort.mjs BINARY [PAYLOADS]");
  process.exit(2);
}

const STORIES = {
  "SEV-1": { firing: "alertmanager-checkout-critical.json", resolved: "alertmanager-checkout-resolved.json", commands: true },
  "SEV-3": { firing: "alertmanager-search-warning.json", resolved: null, commands: false },
};
/** What a tired person types. */
const TYPED = {
  note: "4.2 broke the gateway client",
  know: "One in eight payments fails",
  doing: "rolling back 4.2",
  root: "no test with a real key",
  lessons: "roll back first",
  what: "test with a real key",
  changed: "https://git.example.com/pr/7",
};
const WAIT_MS = 30_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const components = (message) => (message.components ?? []).flatMap((row) => row.components ?? []);

/** A running demo with fresh data. */
async function start() {
  const data = mkdtempSync(join(tmpdir(), "siaga-effort-"));
  const child = spawn(resolve(binary), ["demo", "--no-story", "--output", "json", "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0", "--data", join(data, "state")], { cwd: data, stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ended.then(() => { throw new Error("The demo ended before it was ready."); }),
  ]);
  const ready = JSON.parse(line);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { ...ready, stop };
}

class Walk {
  constructor(demo) {
    Object.assign(this, { demo, taps: 0, chars: 0, control: new URL("/control", demo.page).href.replace(/\/$/, "") });
  }

  async ask(path, body) {
    const response = await fetch(`${this.control}${path}`, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {});
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async alert(file, { again } = {}) {
    let body = readFileSync(join(payloads, file), "utf8");
    if (again) body = JSON.stringify({ ...JSON.parse(body), status: "resolved", alerts: JSON.parse(body).alerts.map((alert) => ({ ...alert, status: "resolved", endsAt: new Date().toISOString() })) });
    const response = await fetch(this.demo.intake, { method: "POST", headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.demo.intake_key}` }, body });
    if (!response.ok) throw new Error(`The intake answered ${response.status}: ${await response.text()}`);
  }

  async until(sentence, look) {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await pause(100)) {
      const found = await look();
      if (found) return found;
    }
    throw new Error(`It did not happen that ${sentence}.`);
  }

  /** Whose phone rings first, and where that leads. */
  async rings() {
    this.world = await this.ask("/world");
    const patient = Date.now() + 3_000;
    return this.until("a phone rings", async () => {
      for (const person of this.world.people) {
        const { notifications } = await this.ask(`/people/${person.id}/notifications`);
        const loud = notifications.filter((n) => !n.silent && (n.kind === "mention" || n.kind === "dm"));
        // The mention leads to where people work; the direct message may come first.
        const first = loud.find((n) => n.kind === "mention") ?? (Date.now() > patient ? loud[0] : undefined);
        if (first) return { person, first };
      }
      return null;
    });
  }

  messages(place) {
    return this.ask(`/channels/${place}/messages?as=${this.me}&limit=200`).then(({ messages }) => messages);
  }

  async places() {
    const own = await this.ask(`/people/${this.me}/channels`);
    return [...own.channels, ...own.threads, ...own.dms.map((dm) => dm.id)];
  }

  /** The newest component whose id begins so, here or elsewhere. */
  async find(id, patience = WAIT_MS, end = "") {
    const here = async (place) => {
      for (const message of (await this.messages(place)).reverse()) {
        const found = components(message).find((c) => c.custom_id?.startsWith(id) && c.custom_id.endsWith(end) && !c.disabled);
        if (found) return { message, component: found, place };
      }
      return null;
    };
    for (const until = Date.now() + patience; Date.now() < until; await pause(150)) {
      const near = await here(this.place);
      if (near) return near;
      // What is said of it comes a moment later: elsewhere only after a second.
      if (Date.now() < until - patience + 1_000) continue;
      for (const place of await this.places()) {
        const far = place === this.place ? null : await here(place);
        if (far) {
          this.taps += 2;
          this.place = place;
          return far;
        }
      }
    }
    throw new Error(`Nothing begins with ${id}.`);
  }

  async act(how, body) {
    const { interaction } = await this.ask(`/people/${this.me}/${how}`, body);
    const outcome = await this.ask(`/interactions/${interaction}?wait_ms=8000`);
    if (outcome.state !== "answered") throw new Error(`${how} ${JSON.stringify(body)} was not answered: ${outcome.state}`);
    return this.sure(outcome);
  }

  /** What asks once is answered with yes. */
  async sure(outcome) {
    const yes = components(outcome.message ?? {}).find((c) => /^v1:sure:.*(?<!:leave)$/.test(c.custom_id ?? ""));
    if (!yes) return outcome;
    this.taps += 1;
    return this.act("press", { message: outcome.message.id, custom_id: yes.custom_id });
  }

  async press(id, end = "") {
    const { message, component } = await this.find(id, WAIT_MS, end);
    this.taps += 1;
    return this.act("press", { message: message.id, custom_id: component.custom_id });
  }

  /** Presses what stands here, else what More shows. */
  async pressBehindMore(id) {
    const here = (await this.messages(this.place)).some((message) => components(message).some((c) => c.custom_id?.startsWith(id)));
    if (!here) await this.press("v1:more:");
    return this.press(id);
  }

  async choose(id, values) {
    const { message, component } = await this.find(id);
    this.taps += 1 + values.length + (component.max_values > 1 ? 1 : 0);
    return this.act("select", { message: message.id, custom_id: component.custom_id, values });
  }

  /** Fills the fields of a form that are named; the others stay as they are. */
  async fill(outcome, texts) {
    if (!outcome.modal) throw new Error(`No form opened: ${outcome.message?.content}`);
    for (const text of Object.values(texts)) {
      this.taps += 1;
      this.chars += [...text].length;
    }
    this.taps += 1;
    return this.act("submit", { modal: outcome.modal.id, fields: texts });
  }

  async slash(command, options = {}) {
    this.taps += 3 + Object.keys(options).length;
    this.chars += command.length + 1 + Object.values(options).reduce((sum, text) => sum + [...text].length, 0);
    return this.act("slash", { channel: this.place, command, options });
  }
}

/** What the bot wrote where this person works, and to them alone. */
async function read(walk) {
  const bot = walk.world.bots.find((b) => b.username === "siaga").id;
  const by = (message) => message.author.id === bot && [0, 19, 20].includes(message.type);
  let [room, standing] = [0, 0];
  const own = await walk.ask(`/people/${walk.me}/channels`);
  for (const place of await walk.places()) {
    const direct = own.dms.some((dm) => dm.id === place);
    for (const message of (await walk.messages(place)).filter(by)) {
      const mine = direct || message.ephemeral_for === walk.me;
      if (mine) standing += 1;
      else if (place === walk.room && !message.ephemeral_for) room += 1;
    }
  }
  return { room, standing };
}

/** Loud and silent notifications of each role. */
async function notified(walk) {
  const world = await walk.ask("/world");
  const role = (person) => {
    if (person.id === walk.me) return "who answers";
    const names = (person.roles ?? []).map((id) => world.roles.find((r) => r.id === id)?.name.replace(/^@/, ""));
    return names.includes("sre") || names.includes("sre-lead") ? "other responders" : "everybody else";
  };
  const sums = {};
  for (const person of world.people) {
    const { notifications } = await walk.ask(`/people/${person.id}/notifications`);
    const sum = (sums[role(person)] ??= { loud: 0, silent: 0, people: 0 });
    sum.people += 1;
    for (const n of notifications) sum[n.silent ? "silent" : "loud"] += 1;
  }
  return sums;
}

async function play(severity) {
  const story = STORIES[severity];
  const demo = await start();
  try {
    const walk = new Walk(demo);
    await walk.alert(story.firing);
    const { person, first } = await walk.rings();
    walk.me = person.id;
    // A tap on the lock screen leads there.
    walk.taps += 1;
    walk.place = walk.room = first.channel;
    await walk.press("v1:ack:");
    // The answered page loses its buttons a moment later.
    await pause(1_500);
    await walk.pressBehindMore("v1:runbook:");
    if (story.commands) await walk.press("v1:take-command:");
    await walk.fill(await walk.press("v1:note:"), { note: TYPED.note });
    await pause(1_500);
    const before = await read(walk);
    await walk.fill(await walk.press("v1:update:"), { know: TYPED.know, doing: TYPED.doing });
    await walk.alert(story.resolved ?? story.firing, { again: !story.resolved });
    await pause(1_500);
    // What was being done stands in the form.
    const fixed = await walk.fill(await walk.press("v1:resolve:"), {});
    if (!/resolved/i.test(fixed.message?.content ?? "")) throw new Error(`It was not resolved: ${fixed.message?.content}`);
    const toResolved = { taps: walk.taps, chars: walk.chars };
    if (story.commands) {
      await walk.press("v1:postmortem:");
      // What was known last stands in its first field.
      await walk.fill(await walk.press("v1:pm-write:"), { root: TYPED.root, lessons: TYPED.lessons, what: TYPED.what, prevention: TYPED.changed });
      // Who knew first, and that nothing else was hit, is asked on the page.
      const closed = await walk.press("v1:pm-close:");
      const told = closed.message?.content ?? "";
      if (!/is closed/i.test(told)) throw new Error(`The postmortem was not closed: ${told.slice(0, 300)}`);
    }
    await pause(2_000);
    return { person, toResolved, taps: walk.taps, chars: walk.chars, before, after: await read(walk), sums: await notified(walk) };
  } finally {
    await demo.stop();
  }
}

try {
  const found = {};
  for (const severity of Object.keys(STORIES)) found[severity] = await play(severity);
  const all = Object.values(found);
  const row = (what, of) => `| ${what} | ${all.map(of).join(" | ")} |`;
  const role = (name) => (one) => {
    const sum = one.sums[name] ?? { loud: 0, silent: 0, people: 0 };
    return `${sum.loud} / ${sum.silent}`;
  };
  console.log([
    `| | ${Object.keys(found).join(" | ")} |`,
    `|---|${all.map(() => "---:|").join("")}`,
    row("taps, page to resolved", (one) => one.toResolved.taps),
    row("characters, page to resolved", (one) => one.toResolved.chars),
    row("taps, page to closed", (one) => one.taps),
    row("characters, page to closed", (one) => one.chars),
    row("public messages in the room before the first update", (one) => one.before.room),
    row("public messages in the room to the end", (one) => one.after.room),
    row("private messages left standing", (one) => one.after.standing),
    row("notifications, loud / silent: who answers", role("who answers")),
    row("the other responders together", role("other responders")),
    row("everybody else together", role("everybody else")),
  ].join("\n"));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
