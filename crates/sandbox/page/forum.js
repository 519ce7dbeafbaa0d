// Purpose: a forum: its posts with tags and first words, filtered by tag, and the way to a new post.
import { get, post } from "/page/api.js";
import { ask } from "/page/dialogs.js";
import { fill, h, icon } from "/page/dom.js";
import { encoded } from "/page/files.js";
import { authorOf, summary } from "/page/messages.js";
import { may, place, state } from "/page/state.js";
import { relative } from "/page/time.js";

export class Forum {
  constructor({ go }) {
    this.go = go;
    this.posts = [];
    this.wanted = null; // id of the tag that posts must have
    this.bar = h("div", { class: "forum-bar" });
    this.list = h("ul", { class: "posts", "aria-label": "Posts" });
    this.empty = h("p", { class: "empty", hidden: true });
    this.el = h("div", { class: "log-box", hidden: true }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Posts" }, this.bar, this.list, this.empty));
  }

  async open(channel) {
    if (this.channel !== channel) Object.assign(this, { channel, wanted: null, posts: [] });
    try {
      const { posts } = await get(`/channels/${channel}/posts?as=${state.me}`);
      if (this.channel !== channel) return;
      this.posts = posts;
      this.draw();
    } catch (error) {
      fill(this.list);
      this.empty.hidden = false;
      this.empty.textContent = error.message;
    }
  }

  draw() {
    const tags = place(this.channel)?.available_tags ?? [];
    const key = document.activeElement?.dataset?.key;
    const inside = this.el.contains(document.activeElement);
    fill(this.bar,
      may(this.channel, "SEND_MESSAGES") ? h("button", { type: "button", class: "button primary", data: { key: "new-post" }, on: { click: () => this.create() } }, "New post") : null,
      tags.length ? h("div", { class: "tags", role: "group", "aria-label": "Show posts tagged" }, tags.map((t) => h("button", {
        type: "button", class: "tag-button", "aria-pressed": String(this.wanted === t.id), data: { key: `tag-${t.id}` },
        on: { click: () => { this.wanted = this.wanted === t.id ? null : t.id; this.draw(); } },
      }, t.emoji_name ? `${t.emoji_name} ` : null, t.name))) : null);
    const shown = this.posts.filter(({ thread }) => !this.wanted || thread.applied_tags?.includes(this.wanted));
    const open = shown.filter((p) => !p.thread.thread_metadata?.archived);
    const closed = shown.filter((p) => p.thread.thread_metadata?.archived);
    fill(this.list, open.map((p) => this.row(p, tags)), closed.length ? h("li", { class: "posts-older", text: "Older posts" }) : null, closed.map((p) => this.row(p, tags)));
    this.empty.hidden = shown.length > 0;
    this.empty.textContent = this.wanted ? "No post has that tag." : "No posts yet. Write the first one.";
    if (inside && key) [...this.el.querySelectorAll("[data-key]")].find((x) => x.dataset.key === key)?.focus();
  }

  row({ thread, first, active }, tags) {
    const worn = tags.filter((t) => thread.applied_tags?.includes(t.id));
    const unread = state.sees.unread?.[thread.id];
    return h("li", {}, h("a", { class: `post${unread ? " unread" : ""}`, href: `#/c/${thread.id}` },
      worn.length ? h("span", { class: "post-tags" }, worn.map((t) => h("span", { class: "tag", text: t.name }))) : null,
      h("strong", { class: "post-title", text: thread.name }),
      first ? h("span", { class: "post-first" }, h("span", { class: "post-who", text: `${authorOf(first).name}: ` }), summary(first).slice(0, 200) || "a file") : null,
      h("span", { class: "post-foot muted" }, icon("thread"), thread.message_count === 1 ? "1 answer" : `${thread.message_count ?? 0} answers`,
        active ? h("time", { datetime: new Date(active).toISOString(), data: { tick: active }, text: relative(active) }) : null,
        thread.thread_metadata?.locked ? "locked" : thread.thread_metadata?.archived ? "closed" : null, unread ? h("span", { class: "badge-new", text: "new" }) : null)));
  }

  create() {
    const { channel } = this;
    const tags = (place(channel)?.available_tags ?? []).filter((t) => !t.moderated || may(channel, "MANAGE_THREADS"));
    ask({
      title: `New post in ${place(channel)?.name}`, ok: "Post",
      fields: [
        { name: "name", label: "Title", max: 100 }, { name: "content", label: "Text", long: true, max: 2000, optional: true },
        ...(tags.length ? [{ name: "tags", label: "Tags", options: tags.map((t) => ({ value: t.id, label: t.name })), many: true, optional: !((place(channel)?.flags ?? 0) & 16) }] : []),
        { name: "files", label: "Files", files: true, optional: true },
      ],
      act: async ({ name, content, tags: worn = [], files }) => {
        if (!content && !files.length) throw new Error("A post needs a text or a file.");
        const { thread } = await post(`/people/${state.me}/threads`, { channel, name, content, tags: worn, files: await Promise.all(files.map(encoded)) });
        this.go(`#/c/${thread.id}`);
      },
    });
  }
}
