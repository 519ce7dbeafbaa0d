"""Purpose: discord.py in the sandbox: commands are registered, and every kind of interaction comes and is answered."""

import base64
import io
from typing import Optional, Union

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, locale_str

from scene import check, refused

INDONESIAN = {"all kinds of options": "semua pilihan", "service": "layanan", "small": "kecil", "Look Up": "Cari Orang"}


class Translator(app_commands.Translator):
    async def translate(self, string, locale, context):
        return INDONESIAN.get(string.message) if locale is discord.Locale.indonesian else None


def define(scene):
    """Commands whose callbacks hand on what they were given; the stories answer."""
    tree, calls = scene.tree, scene.calls
    group = app_commands.Group(name="try", description=locale_str("all kinds of options"))
    out = app_commands.Group(name="out", description="a group", parent=group)

    @out.command(name="loud", description="inside the group")
    async def loud(interaction: discord.Interaction, times: Range[int, 1, 3]):
        await calls.put((interaction, times))

    @group.command(name="all", description="everything")
    @app_commands.rename(service=locale_str("service"))
    @app_commands.choices(size=[Choice(name=locale_str("small"), value="s"), Choice(name="large", value="l")])
    async def everything(
        interaction: discord.Interaction,
        size: Choice[str],
        service: Optional[str],
        count: Optional[Range[int, 1, 9]],
        share: Optional[Range[float, 0.0, 1.5]],
        sure: Optional[bool],
        who: Optional[discord.Member],
        where: Optional[discord.TextChannel],
        team: Optional[discord.Role],
        anybody: Optional[Union[discord.Member, discord.Role]],
        proof: Optional[discord.Attachment],
        note: Optional[Range[str, 2, 20]],
    ):
        await calls.put((interaction, size, service, count, share, sure, who, where, team, anybody, proof, note))

    @everything.autocomplete("service")
    async def services(interaction: discord.Interaction, current: str):
        await calls.put((interaction, current))
        return [Choice(name="checkout", value="co")]

    def simple(name):
        @tree.command(name=name, description=f"runs {name}", guild=scene.place)
        async def run(interaction: discord.Interaction):
            await calls.put((interaction, name))

    for name in ("reply", "whisper", "think", "think-alone", "form", "panel", "late", "gone"):
        simple(name)

    @tree.context_menu(name=locale_str("Look Up"), guild=scene.place)
    async def look_up(interaction: discord.Interaction, member: discord.Member):
        await calls.put((interaction, member))

    @tree.context_menu(name="Keep This", guild=scene.place)
    async def keep(interaction: discord.Interaction, message: discord.Message):
        await calls.put((interaction, message))

    tree.add_command(group, guild=scene.place)


def contains(known, wanted):
    """Whether everything that was sent is in what came back."""
    if isinstance(wanted, dict):
        return all(contains(known.get(key), value) for key, value in wanted.items() if value not in (None, [], {}, False))
    if isinstance(wanted, (list, tuple)):
        return len(known) == len(wanted) and all(map(contains, known, wanted))
    return known == wanted


async def registration(scene):
    define(scene)
    tree, place = scene.tree, scene.place
    await tree.set_translator(Translator())
    synced = await tree.sync(guild=place)
    group = next(command for command in synced if command.name == "try")
    sent = await tree.get_command("try", guild=place).get_translated_payload(tree, tree.translator)
    # Commands of a server have no say about direct messages.
    sent.pop("dm_permission")
    raw = await scene.http.get_guild_command(scene.application_id, place.id, group.id)
    check(contains(raw, sent), "commands of the server are registered in bulk and read back equal, all option types and languages", (raw, sent))
    read = await tree.fetch_command(group.id, guild=place)
    service = next(option for option in read.options if option.name == "all").options[1]
    check(read.description_localizations[discord.Locale.indonesian] == "semua pilihan" and service.name_localizations[discord.Locale.indonesian] == "layanan", "with their translations")
    again = await tree.sync(guild=place)
    check([command.id for command in again] == [command.id for command in synced], "registering the same again changes nothing")
    check(len(await tree.fetch_commands(guild=place)) == len(synced) == 11, "they are listed")

    @tree.command(name="everywhere", description="runs everywhere")
    @app_commands.default_permissions(administrator=True)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def everywhere(interaction: discord.Interaction):
        await scene.calls.put((interaction, "everywhere"))

    await tree.sync()
    known = await tree.fetch_commands()
    check([command.name for command in known] == ["everywhere"] and known[0].default_member_permissions.administrator, "global commands are registered")
    check((await known[0].edit(description="changed")).description == "changed", "one is edited")
    await known[0].delete()
    await refused(tree.fetch_command(known[0].id), discord.NotFound, 10063, "a deleted command is unknown (10063)")
    wrong = scene.http.upsert_guild_command(scene.application_id, place.id, {"name": "Not Allowed", "description": "x"})
    error = await refused(wrong, discord.HTTPException, 50035, "a wrong name is refused (50035)")
    check("name: Command name is invalid" in error.text, "with the place of the mistake", error.text)


async def slash(scene, command, **options):
    handle = await scene.acts("budi", "slash", channel="sre-ops", command=command, options=options)
    return (*await scene.called(), handle)


async def options(scene):
    asked = await scene.acts("budi", "autocomplete", channel="sre-ops", command="try all", options={"size": "s", "service": "che"}, focused="service")
    _, current = await scene.called()
    check(current == "che" and asked["choices"][0]["value"] == "co", "it is asked for choices while somebody types, and the person sees them")
    place = scene.place
    role = {name: discord.utils.get(place.roles, name=name) for name in ("sre", "support")}
    proof = {"filename": "proof.txt", "content_type": "text/plain", "base64": base64.b64encode(b"it happened").decode()}
    interaction, size, service, count, share, sure, who, where, team, anybody, file, note, _ = await slash(
        scene, "try all", size="l", service="co", count=3, share=0.5, sure=True, who=str(scene.person("sari")), where=str(scene.channel("support").id),
        team=str(role["sre"].id), anybody=str(role["support"].id), proof=proof, note="two words",
    )
    check(interaction.locale is discord.Locale.indonesian and interaction.guild_locale is discord.Locale.american_english, "a slash command comes with the person's language")
    check((size.value, service, count, share, sure, note) == ("l", "co", 3, 0.5, True, "two words"), "texts, numbers and yes or no arrive")
    check(who.display_name == "Sari" and where.name == "support" and team == role["sre"], "member, channel and role are resolved")
    check(anybody == role["support"], "so is somebody or some role")
    check(file.filename == "proof.txt" and await file.read() == b"it happened", "and the attached file can be fetched")
    check(interaction.channel.name == "sre-ops" and interaction.user.display_name == "Budi" and interaction.filesize_limit > 0 and interaction.entitlements == [], "the interaction carries channel, member and limits")
    await interaction.response.send_message("all there")
    loud, times, _ = await slash(scene, "try out loud", times=2)
    check(times == 2, "a sub-command inside a group arrives")
    await loud.response.send_message("loud")


class Form(discord.ui.Modal, title="Tell us"):
    what = discord.ui.TextInput(label="Title")
    why = discord.ui.Label(text="Why", component=discord.ui.TextInput(style=discord.TextStyle.paragraph, required=False))
    bad = discord.ui.Label(text="How bad", component=discord.ui.Select(options=[discord.SelectOption(label="very", value="v"), discord.SelectOption(label="a bit", value="b")]))

    def __init__(self, calls):
        super().__init__()
        self.calls = calls

    async def on_submit(self, interaction):
        await self.calls.put((interaction, self))


async def answers(scene):
    place = scene.channel("sre-ops")
    reply, _, handle = await slash(scene, "reply")
    told = await reply.response.send_message("here you are")
    seen = (await scene.outcome(handle))["message"]
    check(seen["content"] == "here you are" and str(told.message_id) == seen["id"] and (await reply.original_response()).interaction_metadata.user.id == scene.person("budi"), "it replies, and the reply comes back with the callback")
    more = await reply.followup.send("one more thing", wait=True)
    between = await reply.followup.send("between us", ephemeral=True, wait=True)
    check((await more.edit(content="one more thing!")).content == "one more thing!" and between.flags.ephemeral, "it follows up, also for one person only, and edits that")
    await reply.delete_original_response()
    check(int(seen["id"]) not in [message.id async for message in place.history(limit=20)], "it deletes its reply")

    alone, _, handle = await slash(scene, "whisper")
    await alone.response.send_message("psst", ephemeral=True)
    quiet = await scene.outcome(handle)
    others = (await scene.control("/channels/sre-ops/messages?as=rina"))["messages"]
    check(quiet["ephemeral"] and quiet["message"]["id"] not in [message["id"] for message in others], "an ephemeral reply is seen by one person only")
    await alone.edit_original_response(content="psst!")
    check((await scene.outcome(handle))["message"]["content"] == "psst!", "and can be edited")

    think, _, handle = await slash(scene, "think")
    await think.response.defer(thinking=True)
    await think.edit_original_response(content="thought", attachments=[discord.File(io.BytesIO(b"1"), "one.txt")])
    check((await scene.outcome(handle))["message"]["attachments"][0]["filename"] == "one.txt", "it thinks, then answers with a file")
    think, _, handle = await slash(scene, "think-alone")
    await think.response.defer(ephemeral=True, thinking=True)
    await think.followup.send("thought alone")
    seen = await scene.outcome(handle)
    check(seen["ephemeral"] and seen["message"]["content"] == "thought alone", "a deferred ephemeral reply stays one")

    ask, _, handle = await slash(scene, "form")
    await ask.response.send_modal(Form(scene.calls))
    shown = (await scene.outcome(handle))["modal"]
    check(shown["title"] == "Tell us", "it shows a form")
    names = [shown["components"][0]["components"][0]["custom_id"]] + [part["component"]["custom_id"] for part in shown["components"][1:]]
    handle = await scene.acts("budi", "submit", modal=handle["interaction"], fields=dict(zip(names, ("db down", "disk", ["v"]))))
    sent, form = await scene.called()
    check((form.what.value, form.why.component.value, form.bad.component.values) == ("db down", "disk", ["v"]), "the form comes back filled in")
    await sent.response.send_message("noted", ephemeral=True)
    check((await scene.outcome(handle))["message"]["content"] == "noted", "and is answered")

    await scene.acts("budi", "menu", channel="sre-ops", name="Look Up", user="maya")
    menu, member = await scene.called()
    check(member.display_name == "Maya", "a menu entry on somebody names them")
    await menu.response.send_message("Maya it is")
    written = await scene.acts("rina", "messages", channel="sre-ops", content="keep me")
    await scene.acts("budi", "menu", channel="sre-ops", name="Keep This", message=written["message"]["id"])
    menu, message = await scene.called()
    check(message.content == "keep me" and message.author.display_name == "Rina", "a menu entry on a message brings the message")
    await menu.response.send_message("kept")


def panel(scene, *items):
    """A view whose components hand on what they were given."""
    view = discord.ui.View(timeout=None)
    for item in items:

        async def hand(interaction, item=item):
            await scene.calls.put((interaction, getattr(item, "values", None)))

        item.callback = hand
        view.add_item(item)
    return view


async def components(scene):
    ui = discord.ui
    opened, _, handle = await slash(scene, "panel")
    buttons = [ui.Button(label=name, custom_id=name) for name in ("update", "later", "ask")]
    off = [ui.Button(label="off", custom_id="off", disabled=True), ui.Button(label="go", url="https://example.org/")]
    text = ui.Select(custom_id="text", min_values=0, max_values=2, options=[discord.SelectOption(label="A", value="a", emoji="🍎"), discord.SelectOption(label="B", value="b")])
    selects = [ui.UserSelect(custom_id="user"), ui.RoleSelect(custom_id="role"), ui.MentionableSelect(custom_id="any", max_values=2)]
    await opened.response.send_message("panel", view=panel(scene, *buttons, *off, text, *selects))
    message = (await scene.outcome(handle))["message"]["id"]

    async def press(name):
        handle = await scene.acts("rina", "press", message=message, custom_id=name)
        return (await scene.called())[0], handle

    async def choose(name, *values, on=message):
        await scene.acts("rina", "select", message=on, custom_id=name, values=[str(value) for value in values])
        return await scene.called()

    update, handle = await press("update")
    check(str(update.message.id) == message and update.data["custom_id"] == "update", "a pressed button arrives with its message")
    await update.response.edit_message(content="panel, pressed")
    check((await scene.outcome(handle))["message"]["content"] == "panel, pressed", "it updates the message")
    later, handle = await press("later")
    await later.response.defer()
    await later.edit_original_response(content="panel, later")
    check((await scene.outcome(handle))["message"]["content"] == "panel, later", "it defers the update and edits the message then")
    ask, handle = await press("ask")
    await ask.response.send_modal(Form(scene.calls))
    shown = (await scene.outcome(handle))["modal"]
    names = [shown["components"][0]["components"][0]["custom_id"], shown["components"][2]["component"]["custom_id"]]
    await scene.acts("rina", "submit", modal=handle["interaction"], fields=dict(zip(names, ("this", ["b"]))))
    asked, _ = await scene.called()
    check(str(asked.message.id) == message, "a form that a button opened belongs to the button's message")
    await asked.response.edit_message(content="panel, asked")
    check("disabled" in await scene.cannot("rina", "press", message=message, custom_id="off"), "a disabled button cannot be pressed")

    chosen, values = await choose("text", "a", "b")
    check(values == ["a", "b"], "chosen texts arrive")
    await chosen.response.defer()
    chosen, values = await choose("user", scene.person("maya"))
    check([member.display_name for member in values] == ["Maya"], "a chosen user arrives")
    await chosen.response.send_message("Maya", ephemeral=True)
    sre = discord.utils.get(scene.place.roles, name="sre")
    chosen, values = await choose("role", sre.id)
    check(values == [sre], "a chosen role arrives")
    await chosen.response.defer()
    chosen, values = await choose("any", sre.id, scene.person("maya"))
    check({value.id for value in values} == {sre.id, scene.person("maya")}, "chosen people and roles arrive together")
    await chosen.response.defer()
    where = ui.ChannelSelect(custom_id="place", channel_types=[discord.ChannelType.text])
    sent = await scene.channel("incident-status").send("where?", view=panel(scene, where))
    chosen, values = await choose("place", scene.channel("general").id, on=str(sent.id))
    check([channel.name for channel in values] == ["general"], "a chosen channel arrives")
    await chosen.response.defer()

    new = ui.LayoutView(timeout=None)
    button = ui.Button(label="v2", custom_id="v2")

    async def hand(interaction):
        await scene.calls.put((interaction, None))

    button.callback = hand
    new.add_item(ui.Container(ui.TextDisplay("# New"), ui.Separator(), ui.ActionRow(button)))
    sent = await scene.channel("incident-status").send(view=new)
    await scene.acts("rina", "press", message=str(sent.id), custom_id="v2")
    pressed, _ = await scene.called()
    check(pressed.message.flags.components_v2 and sent.components[0].children[0].content == "# New", "components of the second version are sent and pressed")
    await pressed.response.defer()


async def late_answers(scene):
    late, _, handle = await slash(scene, "late")
    check((await scene.outcome(handle))["state"] == "failed", "an interaction without an answer fails after three seconds")
    await refused(late.response.send_message("sorry"), discord.NotFound, 10062, "a late answer is refused (10062)")
    twice, _, _ = await slash(scene, "gone")
    await twice.response.send_message("once")
    # The library itself would not send a second one: it forgets the first.
    twice.response._response_type = None
    await refused(twice.response.send_message("twice"), discord.HTTPException, 40060, "a second first answer is refused (40060)")
    await twice.delete_original_response()
    await refused(scene.http.request(discord.http.Route("GET", f"/webhooks/{scene.application_id}/{twice.token}/messages/@original")), discord.NotFound, 10008, "a deleted answer is an unknown message (10008)")
