"""Purpose: discord.py in the sandbox: threads, forum posts, channels, roles, overwrites, webhooks."""

import datetime

import discord

from scene import check, ok, refused


async def threads(scene):
    place = scene.channel("incidents")
    card = await place.send("a card")
    heard = scene.next("thread_create", lambda thread: thread.id == card.id)
    thread = await card.create_thread(name="from the card", auto_archive_duration=10080, reason="story")
    await heard
    check(thread.id == card.id and (await place.fetch_message(card.id)).flags.has_thread, "a thread from a message has the message's id, and the message says so")
    await refused(card.create_thread(name="again"), discord.HTTPException, 160004, "a second thread from it is refused (160004)")
    public = await place.create_thread(name="without a message", type=discord.ChannelType.public_thread)
    check(public.type is discord.ChannelType.public_thread and public.owner_id == scene.user.id, "it opens a public thread without a message")
    private = await place.create_thread(name="a private one", type=discord.ChannelType.private_thread, invitable=False)
    check(private.is_private() and not private.invitable, "it opens a private thread")
    budi = scene.place.get_member(scene.person("budi"))
    joined = scene.next("thread_member_join", lambda member: member.id == budi.id)
    await private.add_user(budi)
    await joined
    check(len(await private.fetch_members()) == 2, "it adds a member, hears of it and lists the members")
    left = scene.next("thread_member_remove", lambda member: member.id == budi.id)
    await private.remove_user(budi)
    await left
    ok("it removes a member and hears of it")
    forum = scene.channel("ideas")
    post = await forum.create_thread(name="A better till", content="like this", applied_tags=forum.available_tags[:2])
    check(len(post.thread.applied_tags) == 2 and post.message.content == "like this" and post.message.id == post.thread.id, "it opens a forum post with tags and its first message")
    await post.thread.edit(applied_tags=[forum.available_tags[2]])
    check((await scene.fetch_channel(post.thread.id)).applied_tags == [forum.available_tags[2]], "it changes the tags")
    active = {one.id for one in await scene.place.active_threads()}
    check({thread.id, public.id, private.id, post.thread.id} <= active, "it lists the active threads")

    asleep = scene.next("raw_thread_update", lambda update: update.thread_id == public.id)
    await public.edit(archived=True)
    check((await asleep).data["thread_metadata"]["archived"], "it archives a thread and hears of it")
    check([one.id async for one in place.archived_threads()] == [public.id], "and finds it among the archived ones")
    await private.edit(archived=True)
    check([one.id async for one in place.archived_threads(private=True)] == [private.id], "archived private threads have their own list")
    await refused(public.edit(name="renamed"), discord.HTTPException, 50083, "an archived thread is not changed (50083)")
    awake = scene.next("raw_thread_update", lambda update: update.thread_id == public.id)
    await scene.acts("budi", "messages", channel=public.id, content="still here")
    check(not (await awake).data["thread_metadata"]["archived"], "somebody's message wakes an archived thread")
    await thread.edit(archived=True, locked=True)
    silent = await scene.cannot("hendra", "messages", channel=thread.id, content="may I?")
    check("Thread is archived" in silent and (await scene.fetch_channel(thread.id)).locked, "a locked thread is closed to people")
    deleted = scene.next("raw_thread_delete", lambda gone: gone.thread_id == post.thread.id)
    await post.thread.delete()
    await deleted
    ok("it deletes a thread and hears of it")


async def channels(scene):
    place = scene.place
    created = scene.next("guild_channel_create")
    category = await place.create_category("Rooms")
    check((await created).id == category.id, "it creates a category and hears of it")
    shut = {place.default_role: discord.PermissionOverwrite(view_channel=False), place.me: discord.PermissionOverwrite(view_channel=True)}
    room = await place.create_text_channel("Room One", category=category, topic="op=1", slowmode_delay=5, overwrites=shut)
    check(room.name == "room-one" and room.category_id == category.id and room.topic == "op=1" and room.slowmode_delay == 5, "it creates a channel in it")
    tono = place.get_member(scene.person("tono"))
    check(not room.permissions_for(tono).view_channel, "the overwrites shut the others out")
    opened = scene.next("guild_channel_update", lambda _, after: after.id == room.id)
    await room.set_permissions(tono, view_channel=True, send_messages=False, reason="let him in")
    _, after = await opened
    seen = (await scene.control("/people/tono/channels"))["channels"]
    check(str(room.id) in seen and after.permissions_for(tono).view_channel, "an overwrite of one member lets him in")
    check("Missing Permissions" in await scene.cannot("tono", "messages", channel=room.id, content="?"), "and what it denies is denied")
    await room.set_permissions(tono, overwrite=None)
    check(tono not in (await scene.fetch_channel(room.id)).overwrites, "it deletes an overwrite")
    renamed = scene.next("guild_channel_update", lambda _, after: after.id == room.id and after.name == "room-two")
    await room.edit(name="room-two", topic="op=2")
    await renamed
    ok("it edits a channel and hears of it")
    await room.edit(position=0)
    await room.move(end=True)
    ok("it moves a channel")
    entries = [entry async for entry in place.audit_logs(action=discord.AuditLogAction.channel_create, limit=5)]
    check(any(entry.target.id == room.id and entry.user == scene.user for entry in entries), "the audit log knows who created it")

    made = scene.next("guild_role_create")
    role = await place.create_role(name="on call", permissions=discord.Permissions(send_messages=True), colour=0x3498DB, mentionable=True)
    check((await made).id == role.id and role.mentionable and role.colour.value == 0x3498DB, "it creates a role and hears of it")
    changed = scene.next("guild_role_update", lambda _, after: after.id == role.id and after.name == "on duty")
    await role.edit(name="on duty", hoist=True)
    await changed
    given = scene.next("member_update", lambda _, after: after.id == tono.id and after.get_role(role.id))
    await tono.add_roles(role)
    await given
    ok("it edits a role, gives it to somebody and hears of both")
    await role.edit(position=2)
    ok("it moves a role")
    took = scene.next("guild_role_delete", lambda one: one.id == role.id)
    await role.delete()
    await took
    check(not (await place.fetch_member(tono.id)).get_role(role.id), "it deletes a role, and nobody has it any more")
    await tono.timeout(datetime.timedelta(minutes=1))
    check("Missing Permissions" in await scene.cannot("tono", "messages", channel="general", content="?"), "a time-out silences a member")
    await tono.timeout(None)
    banned = scene.next("member_ban")
    await tono.ban(reason="enough")
    check((await banned)[1].id == tono.id and (await place.fetch_ban(tono)).reason == "enough", "it bans somebody and reads the reason back")
    await place.unban(tono)
    told = scene.next("guild_update", lambda _, after: after.name == "Toko Kami")
    await place.edit(name="Toko Kami")
    await told
    await place.edit(name="Toko Kita")
    ok("it renames the server and hears of it")
    gone = scene.next("guild_channel_delete", lambda one: one.id == room.id)
    await room.delete(reason="done")
    await gone
    await category.delete()
    await refused(scene.fetch_channel(room.id), discord.NotFound, 10003, "a deleted channel is an unknown channel (10003)")


async def webhooks(scene):
    place = scene.channel("support")
    told = scene.next("webhooks_update")
    hook = await place.create_webhook(name="Alerts")
    check((await told).id == place.id and hook in await place.webhooks() and hook in await scene.place.webhooks(), "it creates a webhook, hears of it and lists it")
    heard = scene.next("message", lambda message: message.webhook_id == hook.id)
    sent = await hook.send("disk full", username="Disk", embed=discord.Embed(title="sda"), wait=True)
    check((await heard).author.name == "Disk" and sent.embeds[0].title == "sda", "a webhook writes under its own name")
    check((await sent.edit(content="disk fine")).content == "disk fine", "its message is edited")
    check((await hook.fetch_message(sent.id)).content == "disk fine", "and read back")
    await sent.delete()
    bare = discord.Webhook.partial(hook.id, hook.token, session=scene.web)
    thread = await place.create_thread(name="for the hook", type=discord.ChannelType.public_thread)
    check((await bare.send("in a thread", thread=thread, wait=True)).channel.id == thread.id, "by its token alone it writes into a thread")
    forum = await scene.channel("ideas").create_webhook(name="Ideas")
    post = await forum.send("an idea", thread_name="From a hook", wait=True)
    check((await scene.fetch_channel(post.id)).name == "From a hook", "a webhook opens a forum post")
    await refused(forum.send("no thread"), discord.HTTPException, 220001, "without a thread it cannot write into a forum (220001)")
    check((await hook.edit(name="Alarms")).name == "Alarms", "it renames the webhook")
    await hook.delete()
    await refused(bare.send("anybody?"), discord.NotFound, 10015, "a deleted webhook is an unknown webhook (10015)")
