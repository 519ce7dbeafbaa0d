// Purpose: start the page, follow the location and the live events, and hand each to the part that shows it.
import { follow } from "/page/api.js";
import { Calls } from "/page/calls.js";
import { Conversation } from "/page/conversation.js";
import { fill, h, iconButton, toast } from "/page/dom.js";
import { Faults } from "/page/faults.js";
import { Guide } from "/page/guide.js";
import { interactionEvent } from "/page/interactions.js";
import { closeFloat } from "/page/menus.js";
import { isEphemeral } from "/page/messages.js";
import { Phones } from "/page/phones.js";
import { drawSidebar } from "/page/sidebar.js";
import { dropPlace, isThread, isVisible, me, place, placeName, readCommands, readSees, readWorld, setPlace, state } from "/page/state.js";

const $ = (id) => document.getElementById(id);
const sidebar = $("sidebar");
const main = $("main");
const wide = matchMedia("(min-width: 1100px)");
const narrow = matchMedia("(max-width: 760px)");

let view = { name: "none" };
let ringing = 0;
let ready = false;

const shared = { go, openDrawer: () => drawer(true), onRead: () => soon("sees") };
const conversation = new Conversation({ ...shared, beside: false });
const beside = new Conversation({ ...shared, beside: true });
const phones = new Phones({ ...shared, openAs });
const calls = new Calls(shared);
const faults = new Faults(shared);
const shownConversations = () => (view.name === "c" ? [conversation, ...(view.beside ? [beside] : [])] : []);

// ---- location ----

function parseHash() {
  const [, name, channel, kind, id] = /^#\/(phones|calls|faults|c)\b(?:\/(\d+|@me))?(?:\/(t|m)\/(\d+))?/.exec(location.hash) ?? [];
  if (name === "phones" || name === "calls" || name === "faults") return { name };
  if (name === "c" && channel) return { name: "c", channel, beside: kind === "t" ? id : undefined, message: kind === "m" ? id : undefined };
  return { name: "c", channel: home() };
}

/** Where one starts: the first channel that has something for you, else the first with threads, else the first. */
function home() {
  const order = (a, b) => (a.position ?? 0) - (b.position ?? 0);
  const seen = state.world.channels.filter((c) => c.type !== 4 && state.sees.channels.includes(c.id)).sort(order);
  return (seen.find((c) => state.sees.mentions?.[c.id]) ?? seen.find((c) => /^inciden/.test(c.name)) ?? seen[0])?.id;
}

function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

async function route() {
  if (!ready) return;
  closeFloat();
  const next = parseHash();
  // A narrow window has one column: the thread becomes the view.
  if (next.beside && !wide.matches) {
    next.channel = next.beside;
    next.beside = undefined;
  }
  // A message link inside the thread that is open beside stays beside.
  const stay = view.name === "c" && view.beside && next.message && next.channel === view.beside && wide.matches;
  if (stay) {
    beside.show(view.beside, next.message);
    history.replaceState(null, "", `#/c/${view.channel}/t/${view.beside}`);
    return;
  }
  // Made a moment ago: known before its event has come.
  if ([next.channel, next.beside].some((id) => id && !place(id))) {
    const { hash } = location;
    await Promise.all([readWorld(), readSees()]).catch((error) => toast(error.message, "bad"));
    if (location.hash !== hash) return;
  }
  const moved = view.name !== next.name || view.channel !== next.channel;
  view = next;
  drawer(false);
  drawRail();
  try {
    if (view.name === "phones") {
      ringing = 0;
      guide.tick("looked");
      show(phones.el);
      title("Phones");
      await phones.show();
      drawRail();
    } else if (view.name === "calls") {
      show(calls.el);
      title("Calls");
      await calls.show();
    } else if (view.name === "faults") {
      show(faults.el);
      title("Faults");
      await faults.show();
    } else if (!view.channel || (state.sees.channels && !place(view.channel))) {
      show(h("section", { class: "pane" }, h("header", { class: "pane-head" }, iconButton("menu", "Channels", () => drawer(true), { class: "icon-button only-narrow" }), h("h1", { text: "Nothing here" })), h("p", { class: "empty", text: view.channel ? `${me()?.name ?? "This person"} cannot see that channel, or it is gone.` : "This person sees no channel." })));
      title("Nothing here");
    } else {
      show(conversation.el, view.beside ? beside.el : null);
      title(placeName(place(view.channel)));
      if (!view.beside) beside.close();
      const first = conversation.show(view.channel, view.message);
      if (view.beside) await beside.show(view.beside);
      await first;
      // The jump is done; reading again later must not jump again.
      if (view === next && view.message) history.replaceState(null, "", `#/c/${view.channel}`);
      if (moved && !narrow.matches && !view.message) conversation.composer.focus();
    }
  } catch (error) {
    toast(error.message, "bad");
  }
}

function show(...elements) {
  const wanted = [welcome(), ...elements].filter(Boolean);
  if (wanted.length === main.children.length && wanted.every((el, i) => main.children[i] === el)) return;
  fill(main, wanted);
}

const title = (words) => {
  const mentions = Object.values(state.sees.mentions ?? {}).reduce((a, b) => a + b, 0);
  document.title = `${mentions ? `(${mentions}) ` : ""}${words} · Siaga sandbox`;
};

const guide = new Guide(() => conversation.el.isConnected && view.name === "c" && conversation.composer.focus());
const welcome = () => (guide.wanted ? guide.el : null);

// ---- the drawer of a narrow window ----

let opener = null;
function drawer(open) {
  if (open) opener = document.activeElement;
  document.body.classList.toggle("drawer-open", open);
  $("scrim").hidden = !open;
  main.inert = open && narrow.matches;
  sidebar.inert = narrow.matches && !open;
  if (open) (sidebar.querySelector("[aria-current]") ?? sidebar.querySelector("a"))?.focus();
  else if (opener?.isConnected && narrow.matches) {
    opener.focus();
    opener = null;
  }
}
$("scrim").addEventListener("click", () => drawer(false));
narrow.addEventListener("change", () => drawer(false));
wide.addEventListener("change", () => view.beside && !wide.matches && go(`#/c/${view.beside}`));
$("skip").addEventListener("click", (event) => {
  event.preventDefault();
  (main.querySelector(".log, .scroll") ?? main).focus();
});
sidebar.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && link.getAttribute("href") === location.hash) drawer(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (closeFloat()) event.preventDefault();
  else if (document.querySelector("dialog[open]")) return;
  else if (document.body.classList.contains("drawer-open")) drawer(false);
  else if (view.beside && beside.el.contains(document.activeElement)) go(`#/c/${view.channel}`);
});
document.addEventListener("visibilitychange", () => !document.hidden && shownConversations().forEach((c) => c.read()));

// ---- who you are ----

async function become(person) {
  if (person === state.me) return;
  state.me = person;
  localStorage.setItem("sandbox.person", person);
  conversation.channel = beside.channel = null;
  await Promise.all([readSees(), readCommands()]);
  if (view.name === "c" && !isVisible(view.channel) && !isThread(place(view.channel))) go(`#/c/${home() ?? ""}`);
  else await route();
  drawRail();
  toast(`You are ${me()?.name} now.`);
}

async function openAs(person, channel, message) {
  if (person !== state.me) {
    state.me = person;
    localStorage.setItem("sandbox.person", person);
    conversation.channel = beside.channel = null;
    await Promise.all([readSees(), readCommands()]);
    toast(`You are ${me()?.name} now.`);
  }
  go(`#/c/${channel}/m/${message}`);
}

// ---- live ----

function drawRail() {
  drawSidebar(sidebar, view, { become, ringing });
  guide.draw();
  // A phone's menu hides the channels: how many mentions wait behind it stands on its button.
  const waiting = Object.entries(state.sees.mentions ?? {}).reduce((sum, [id, n]) => sum + (id === view.channel || id === view.beside ? 0 : n), 0);
  document.body.classList.toggle("has-unread", waiting > 0);
  document.body.style.setProperty("--unread", `"${Math.min(99, waiting)}"`);
  for (const button of document.querySelectorAll("button.only-narrow")) {
    if (waiting) button.setAttribute("aria-description", `${waiting} unread ${waiting === 1 ? "mention" : "mentions"}`);
    else button.removeAttribute("aria-description");
  }
}

/** Read something again shortly; many events lead to one reading. */
const due = new Map();
function soon(what) {
  if (due.has(what)) return;
  due.set(what, setTimeout(async () => {
    due.delete(what);
    try {
      if (what === "world") {
        await readWorld();
        await Promise.all([readSees(), readCommands()]);
        await route();
      } else if (what === "commands") await readCommands();
      else await readSees();
      if (view.name === "c" && view.channel) title(placeName(place(view.channel)));
      drawRail();
      if (view.name === "faults") faults.people();
      // What may be done here may have changed.
      if (what === "sees") shownConversations().forEach((c) => c.head());
    } catch (error) {
      toast(error.message, "bad");
    }
  }, 120));
}

function onEvent(event) {
  const { kind } = event;
  if (view.name === "calls") calls.add(event);
  if (view.name === "faults") faults.changed();
  const open = (id) => shownConversations().filter((c) => c.channel === id);
  switch (kind) {
    case "message_create":
    case "message_update":
    case "ephemeral": {
      const message = event.message;
      guide.saw(message);
      const forWhom = message.ephemeral_for ?? (kind === "ephemeral" ? event.person : undefined);
      if (forWhom ? forWhom !== state.me : isEphemeral(message) && kind === "message_create") return;
      open(message.channel_id).forEach((c) => c.upsert(forWhom ? { ...message, ephemeral_for: forWhom } : message, kind === "message_update"));
      shownConversations().forEach((c) => c.feed.starterChanged(message));
      if (kind === "message_create") soon("sees");
      return;
    }
    case "message_delete":
      open(event.channel).forEach((c) => c.feed.remove(event.id));
      return soon("sees");
    case "channel_create":
    case "channel_update":
    case "thread_create":
    case "thread_update": {
      const changed = event.channel ?? event.thread;
      if (changed.type !== 1) setPlace(changed);
      open(changed.id).forEach((c) => c.head());
      // The link under a message shows the thread's name and length.
      if (event.thread) {
        shownConversations().forEach((c) => threadOn(c, changed));
        open(changed.parent_id).filter((c) => place(c.channel)?.type === 15).forEach((c) => c.forum.open(c.channel));
      }
      return soon("sees");
    }
    case "channel_delete":
    case "thread_delete": {
      const gone = event.channel ?? event.thread;
      const id = gone?.id ?? gone;
      dropPlace(id);
      if (view.channel === id || view.beside === id) go(`#/c/${view.channel === id ? home() ?? "" : view.channel}`);
      return soon("sees");
    }
    case "reaction":
      return open(event.channel).forEach((c) => c.feed.again(event.message));
    case "interaction":
      return interactionEvent(event);
    case "notification":
      if (view.name === "phones") phones.add(event.person, event.notification);
      else if (!event.notification.silent) ringing += 1;
      return soon("sees");
    case "commands":
      return soon("commands");
    case "typing":
      return open(event.channel).forEach((c) => c.setTyping(event.user));
    case "world":
      return soon("world");
    default:
  }
}

function threadOn(where, thread) {
  const message = where.messages.find((m) => m.id === thread.id || m.thread?.id === thread.id);
  if (!message || where.channel !== thread.parent_id) return;
  message.thread = { ...message.thread, ...thread };
  where.feed.redraw(message.id);
}

follow(
  async () => {
    const world = await readWorld();
    await Promise.all([readSees(), readCommands()]);
    ready = true;
    await guide.read();
    await route();
    return world.seq ?? 0;
  },
  onEvent,
  (how) => {
    $("lost").hidden = how === "live";
  },
);
window.addEventListener("hashchange", route);
