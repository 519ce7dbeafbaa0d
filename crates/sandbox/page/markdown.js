// Purpose: Discord's Markdown as DOM nodes. The text may be hostile (alerts): it only ever becomes text nodes and http(s) links.
import { h } from "/page/dom.js";
import { place, placeName, role, state, user } from "/page/state.js";
import { timestamp } from "/page/time.js";

const DEEPEST = 12;
const RULES = {
  user: /<@!?(\d{1,20})>/y,
  role: /<@&(\d{1,20})>/y,
  channel: /<#(\d{1,20})>/y,
  command: /<\/([^:>\n]{1,100}):(\d{1,20})>/y,
  time: /<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y,
  emoji: /<a?:(\w{1,32}):(\d{1,20})>/y,
  angled: /<(https?:\/\/[^\s>]+)>/y,
  masked: /\[([^[\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"\n]*")?\)/y,
  bare: /https?:\/\/[^\s<]*[^\s<.,:;"'\])!?*_~|`]/y,
  everyone: /@(?:everyone|here)\b/y,
  spoiler: /\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y,
  strong: /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y,
  underline: /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y,
  strike: /~~((?:\\[\s\S]|[^\\])+?)~~/y,
  star: /\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y,
  under: /_((?:__|\\[\s\S]|[^\\_])+?)_(?![A-Za-z0-9])/y,
};

/** A fragment for message content, an embed's description or a field. */
export function markdown(text) {
  const out = document.createDocumentFragment();
  let rest = String(text ?? "");
  while (rest) {
    const open = rest.indexOf("```");
    const close = open < 0 ? -1 : rest.indexOf("```", open + 3);
    if (close < 0 || close === open + 3) {
      blocks(rest, out);
      break;
    }
    if (open > 0) blocks(rest.slice(0, open).replace(/\n$/, ""), out);
    const inside = rest.slice(open + 3, close);
    const language = /^[\w+#-]{1,20}\n/.exec(inside);
    const code = (language ? inside.slice(language[0].length) : inside).replace(/^\n/, "").replace(/\n$/, "");
    out.append(h("pre", { class: "code-block", tabindex: "0", role: "region", "aria-label": language ? `Code, ${language[0].trim()}` : "Code" }, h("code", { text: code })));
    rest = rest.slice(close + 3).replace(/^\n/, "");
  }
  return out;
}

/** One line only: titles, footers, field names. */
export function inlineMarkdown(text) {
  const out = document.createDocumentFragment();
  out.append(...inline(String(text ?? ""), 0));
  return out;
}

function blocks(text, out) {
  const lines = text.split("\n");
  let paragraph = [];
  const flush = () => {
    if (paragraph.length && paragraph.join("").trim() !== "") out.append(h("div", { class: "text" }, inline(paragraph.join("\n"), 0)));
    paragraph = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line.startsWith(">>> ")) {
      flush();
      const quote = h("blockquote");
      blocks([line.slice(4), ...lines.slice(i + 1)].join("\n"), quote);
      out.append(quote);
      return;
    }
    if (line.startsWith("> ")) {
      flush();
      const quoted = [];
      while (i < lines.length && lines[i].startsWith("> ")) quoted.push(lines[i++].slice(2));
      i--;
      const quote = h("blockquote");
      blocks(quoted.join("\n"), quote);
      out.append(quote);
      continue;
    }
    const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
    if (heading) {
      flush();
      // Looks like a heading; the page's own outline stays free of message text.
      out.append(h("div", { class: `heading heading-${heading[1].length}` }, inline(heading[2], 0)));
      continue;
    }
    const small = /^-# +(\S.*)$/.exec(line);
    if (small) {
      flush();
      out.append(h("div", { class: "subtext" }, inline(small[1], 0)));
      continue;
    }
    if (LIST.test(line)) {
      flush();
      const items = [];
      while (i < lines.length && LIST.test(lines[i])) {
        const item = LIST.exec(lines[i]);
        if (items.length && item[1].length <= items[0][1].length && /\d/.test(item[2]) !== /\d/.test(items[0][2])) break;
        items.push(item);
        i++;
      }
      i--;
      out.append(list(items));
      continue;
    }
    paragraph.push(line);
  }
  flush();
}

const LIST = /^( *)([-*]|\d{1,9}\.) +(\S.*)$/;
function list(items) {
  const ordered = /\d/.test(items[0][2]);
  const el = h(ordered ? "ol" : "ul", ordered ? { start: parseInt(items[0][2], 10) } : {});
  const base = items[0][1].length;
  for (let i = 0; i < items.length; i++) {
    const item = h("li", {}, inline(items[i][3], 0));
    const nested = [];
    while (i + 1 < items.length && items[i + 1][1].length > base) nested.push(items[++i]);
    if (nested.length) item.append(list(nested));
    el.append(item);
  }
  return el;
}

function inline(text, depth) {
  const out = [];
  let plain = "";
  let i = 0;
  const push = (node, length) => {
    if (plain) out.push(plain);
    plain = "";
    out.push(node);
    i += length;
  };
  const at = (rule) => {
    rule.lastIndex = i;
    return rule.exec(text);
  };
  if (depth > DEEPEST) return [text];
  while (i < text.length) {
    const c = text[i];
    const before = i > 0 ? text[i - 1] : "";
    let m;
    if (c === "\\" && /[!-/:-@[-`{-~]/.test(text[i + 1] ?? "")) {
      plain += text[i + 1];
      i += 2;
      continue;
    }
    if (c === "`") {
      const run = /`+/y;
      run.lastIndex = i;
      const ticks = run.exec(text)[0];
      const end = closing(text, ticks, i + ticks.length);
      if (end > 0) {
        let code = text.slice(i + ticks.length, end);
        if (ticks.length > 1) code = code.replace(/^ (?=`)|(?<=`) $/g, "");
        push(h("code", { class: "inline-code", text: code }), end + ticks.length - i);
      } else {
        plain += ticks;
        i += ticks.length;
      }
      continue;
    }
    if (c === "<") {
      if ((m = at(RULES.user))) { push(userMention(m[1]), m[0].length); continue; }
      if ((m = at(RULES.role))) { push(roleMention(m[1]), m[0].length); continue; }
      if ((m = at(RULES.channel))) { push(channelMention(m[1]), m[0].length); continue; }
      if ((m = at(RULES.command))) { push(h("button", { type: "button", class: "mention", data: { command: m[1] }, text: `/${m[1]}` }), m[0].length); continue; }
      if ((m = at(RULES.time))) { push(timestamp(Number(m[1]) * 1000, m[2]), m[0].length); continue; }
      if ((m = at(RULES.emoji))) { push(h("span", { class: "inline-code", text: `:${m[1]}:` }), m[0].length); continue; }
      if ((m = at(RULES.angled))) { push(link(m[1], m[1]), m[0].length); continue; }
    }
    if (c === "[" && (m = at(RULES.masked))) {
      // A masked link whose text is itself an address would lie about where it goes: shown as typed.
      if (/https?:\/\/|www\./i.test(m[1])) {
        plain += `[${m[1]}](`;
        i += m[1].length + 3;
      } else {
        push(link(m[2], inline(m[1], depth + 1)), m[0].length);
      }
      continue;
    }
    if (c === "h" && !/\w/.test(before) && (m = at(RULES.bare))) { push(link(m[0], m[0]), m[0].length); continue; }
    if (c === "@" && (m = at(RULES.everyone))) { push(h("span", { class: "mention static", text: m[0] }), m[0].length); continue; }
    if (c === "|" && (m = at(RULES.spoiler))) { push(spoiler(inline(m[1], depth + 1)), m[0].length); continue; }
    if (c === "*" && (m = at(RULES.strong))) { push(h("strong", {}, inline(m[1], depth + 1)), m[0].length); continue; }
    if (c === "_" && (m = at(RULES.underline))) { push(h("u", {}, inline(m[1], depth + 1)), m[0].length); continue; }
    if (c === "~" && (m = at(RULES.strike))) { push(h("s", {}, inline(m[1], depth + 1)), m[0].length); continue; }
    if (c === "*" && (m = at(RULES.star))) { push(h("em", {}, inline(m[1], depth + 1)), m[0].length); continue; }
    if (c === "_" && !/\w/.test(before) && (m = at(RULES.under))) { push(h("em", {}, inline(m[1], depth + 1)), m[0].length); continue; }
    plain += c;
    i += 1;
  }
  if (plain) out.push(plain);
  return out;
}

/** Where a run of exactly these ticks closes, or -1. */
function closing(text, ticks, from) {
  for (let at = text.indexOf(ticks, from); at >= 0; at = text.indexOf(ticks, at)) {
    let end = at;
    while (text[end] === "`") end++;
    if (end - at === ticks.length) return at;
    at = end;
  }
  return -1;
}

/** A link; one to a message of this server stays on the page. */
export function link(url, label) {
  const own = /^https?:\/\/(?:[^/]*\.)?(?:discord\.com|localhost|127\.0\.0\.1)(?::\d+)?\/channels\/(\d+|@me)\/(\d+)(?:\/(\d+))?$/.exec(url);
  if (own && (own[1] === "@me" || own[1] === state.world?.guild?.id)) {
    const shown = typeof label === "string" && label === url ? `${placeName(place(own[2]))}${own[3] ? " › message" : ""}` : label;
    return h("a", { class: "link", href: `#/c/${own[2]}${own[3] ? `/m/${own[3]}` : ""}`, title: url }, shown);
  }
  return h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer", title: url }, label);
}

function userMention(id) {
  const known = user(id);
  if (!known) return h("span", { class: "mention static", text: "@unknown" });
  return h("button", { type: "button", class: `mention${id === state.me ? " is-me" : ""}`, data: { user: id }, text: `@${known.name ?? known.username}` });
}

function roleMention(id) {
  const known = role(id);
  return h("span", { class: `mention static${state.world.people.find((p) => p.id === state.me)?.roles.includes(id) ? " is-me" : ""}`, text: `@${known?.name ?? "unknown-role"}` });
}

function channelMention(id) {
  const known = place(id);
  if (!known) return h("span", { class: "mention static", text: "#unknown" });
  return h("a", { class: "mention", href: `#/c/${id}`, text: `#${known.name}` });
}

function spoiler(children) {
  const el = h("button", { type: "button", class: "spoiler", "aria-label": "Spoiler, press to show" }, h("span", { class: "spoiler-text", "aria-hidden": "true" }, children));
  el.addEventListener("click", () => {
    el.replaceWith(h("span", { class: "spoiler-open" }, ...el.firstChild.childNodes));
  });
  return el;
}

/** Content as plain words: reply previews, announcements. */
export function plain(text) {
  return String(text ?? "")
    .replace(/<@!?(\d+)>/g, (_, id) => `@${user(id)?.name ?? "unknown"}`)
    .replace(/<@&(\d+)>/g, (_, id) => `@${role(id)?.name ?? "role"}`)
    .replace(/<#(\d+)>/g, (_, id) => `#${place(id)?.name ?? "channel"}`)
    .replace(/<\/([^:>]+):\d+>/g, "/$1")
    .replace(/<t:(-?\d+)(?::\w)?>/g, (_, unix) => new Date(Number(unix) * 1000).toLocaleString())
    .replace(/```\w*|[*_~`|]{1,3}/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
