"""Purpose: discord.py in the sandbox: the guild as it is seen, messages, files, pins, reactions, direct messages."""

import datetime
import io

import discord

from scene import check, ok, refused


class Counted:
    """The library's own decompression, with a count of what passes through it."""

    def __init__(self, inner):
        self.inner, self.frames = inner, 0

    def decompress(self, data):
        self.frames += 1
        return self.inner.decompress(data)


async def guild(scene):
    place = scene.place
    check(place.name == "Toko Kita", f"discord.py {discord.__version__} logs in and sees the server")
    check(scene.ws._decompressor.COMPRESSION_TYPE == "zlib-stream", "it asked for frames in one zlib stream")
    scene.ws._decompressor = counted = Counted(scene.ws._decompressor)
    check(place.text_channels and place.forums and place.categories, "it sees text channels, a forum and a category")
    check(scene.channel("incidents").category.name == "Incidents", "a channel knows its category")
    check(place.default_role.id == place.id and discord.utils.get(place.roles, name="sre").mentionable, "it sees the roles")
    check(place.chunked and len(place.members) == 16, "all members came in chunks")
    check(place.get_member(scene.person("budi")).display_name == "Budi", "a member has a name")
    found = await place.query_members("bu", limit=5)
    check([member.name for member in found] == ["budi"], "members are found by the beginning of a name")
    check(counted.frames > 0, "and what comes over the gateway is compressed")
    check(place.me.guild_permissions.administrator, "it knows its own permissions")
    check(len([member async for member in place.fetch_members(limit=None)]) == 16, "the members are listed over REST")
    check((await scene.application_info()).name == scene.bot, "it reads its own application")
    left = scene.next("member_remove")
    await scene.acts("lina", "leave")
    check((await left).name == "lina", "it hears that a member leaves")
    await refused(place.fetch_member(scene.person("lina")), discord.NotFound, 10007, "who has left is an unknown member (10007)")
    joined = scene.next("member_join")
    await scene.acts("lina", "join")
    check((await joined).name == "lina", "it hears that a member joins")


async def messages(scene):
    general = scene.channel("general")
    plain = await general.send("plain text")
    check((await general.fetch_message(plain.id)).content == "plain text", "it sends a text and reads it back")
    embed = discord.Embed(title="Title", description="*markdown*", colour=0xE67E22, timestamp=datetime.datetime.fromtimestamp(0, datetime.UTC))
    rich = await general.send(embed=embed.add_field(name="n", value="v").set_footer(text="foot"))
    check(rich.embeds[0].title == "Title" and rich.embeds[0].fields[0].value == "v" and rich.embeds[0].timestamp == embed.timestamp, "it sends an embed")
    data = bytes(index * 31 % 256 for index in range(70_000))
    filed = await general.send("a file", file=discord.File(io.BytesIO(data), "data.bin", description="all bytes"))
    check(await filed.attachments[0].read() == data and filed.attachments[0].description == "all bytes", "a file comes back byte for byte")
    changed = scene.next("message_edit", lambda _, after: after.id == plain.id)
    await plain.edit(content="edited text")
    check((await changed)[1].content == "edited text", "it edits a message and hears of it")
    kept = await filed.edit(attachments=[*filed.attachments, discord.File(io.BytesIO(b"2"), "two.txt")])
    check([one.filename for one in kept.attachments] == ["data.bin", "two.txt"], "it adds a file to a message")

    said = scene.next("message", lambda message: message.author.name == "budi")
    await scene.acts("budi", "messages", channel="general", content="hello there")
    theirs = await said
    check(theirs.content == "hello there" and theirs.author.display_name == "Budi", "it hears what a person writes, with the member")
    replied = await theirs.reply("hello yourself")
    check(replied.reference.message_id == theirs.id and replied.type is discord.MessageType.reply, "it replies")
    their_edit = scene.next("message_edit", lambda _, after: after.id == theirs.id)
    await scene.acts("budi", f"messages/{theirs.id}/edit", content="hello there!")
    check((await their_edit)[1].content == "hello there!", "it hears of a person's edit")
    typing = scene.next("typing")
    await scene.acts("rina", "typing", channel="general")
    check((await typing)[1].id == scene.person("rina"), "it hears that a person is typing")
    async with general.typing():
        ok("it tells that it is typing")

    gone = scene.next("message_delete", lambda message: message.id == plain.id)
    await plain.delete()
    await gone
    await refused(general.fetch_message(plain.id), discord.NotFound, 10008, "a deleted message is an unknown message (10008)")
    bulk = scene.next("raw_bulk_message_delete")
    await general.delete_messages([rich, filed])
    check((await bulk).message_ids == {rich.id, filed.id}, "it deletes messages in bulk and hears of all of them")
    found = [message.id async for message in general.history(after=theirs, limit=10)]
    check(replied.id in found and theirs.id not in found, "history comes in pages")


async def marks(scene):
    place = scene.channel("sre")
    message = await place.send("worth keeping")
    told = scene.next("guild_channel_pins_update")
    await message.pin(reason="found by discord.py")
    await told
    check([pin.id async for pin in place.pins()] == [message.id], "it pins, hears of it and lists the pins")
    await message.unpin()
    check([pin async for pin in place.pins()] == [], "it unpins")
    added = scene.next("reaction_add", lambda _, user: user.id == scene.person("rina"))
    await message.add_reaction("👍")
    await scene.acts("rina", "reactions", message=message.id, emoji="👍")
    reaction, rina = await added
    check(str(reaction.emoji) == "👍" and reaction.count == 2, "it reacts and hears a person's reaction")
    users = [user.id async for user in reaction.users()]
    check(len(users) == 2 and rina.id in users, "it lists who has reacted")
    removed = scene.next("reaction_remove", lambda _, user: user.id == rina.id)
    await reaction.remove(rina)
    await removed
    ok("it takes a person's reaction away and hears of it")
    emptied = scene.next("reaction_clear_emoji")
    await reaction.clear()
    await emptied
    await message.add_reaction("🚀")
    cleared = scene.next("reaction_clear")
    await message.clear_reactions()
    await cleared
    check((await place.fetch_message(message.id)).reactions == [], "it takes one emoji's and all reactions away")


async def direct_messages(scene):
    user = await scene.fetch_user(scene.person("sari"))
    dm = await user.create_dm()
    check(dm.recipient == user, "it opens a direct message")
    await dm.send("just for you")
    dms = (await scene.control("/people/sari/channels"))["dms"]
    read = (await scene.control(f"/channels/{dms[0]['id']}/messages?as=sari"))["messages"]
    check(read[-1]["content"] == "just for you", "the person reads it")
    answered = scene.next("message", lambda message: message.guild is None and message.author.id == user.id)
    await scene.acts("sari", "messages", channel=f"@{scene.bot}", content="thank you")
    check((await answered).content == "thank you", "it hears the answer")
    await scene.acts("agus", "dms", closed=True)
    closed = await scene.fetch_user(scene.person("agus"))
    await refused(closed.send("hello?"), discord.Forbidden, 50007, "closed direct messages are told as such (50007)")
