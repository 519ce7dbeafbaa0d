"""Purpose: discord.py in the sandbox: cut connections, resumes, rate limits of each scope, refusals as typed errors."""

import discord

from scene import check, ok, refused


async def connections(scene):
    heard = []

    async def listen(message):
        if message.channel.name == "general" and message.content.startswith("missed"):
            heard.append(message.content)

    scene.on_message = listen
    ways = {
        "a cut connection": {"do": "cut"},
        "a close with 4000": {"do": "close", "code": 4000},
        "an op 7": {"do": "reconnect"},
        "an op 9 that may be resumed": {"do": "invalid", "resumable": True},
    }
    for name, order in ways.items():
        resumed = scene.next("resumed")
        await scene.control(f"/gateway/{scene.bot}", order)
        before = len(heard)
        await scene.acts("budi", "messages", channel="general", content=f"missed {name}")
        await resumed
        # What came after the resume comes after everything that was missed.
        last = scene.next("message", lambda message, name=name: message.content == f"after {name}")
        await scene.acts("budi", "messages", channel="general", content=f"after {name}")
        await last
        check(heard[before:] == [f"missed {name}"], f"{name} is resumed, and what was said meanwhile comes once", heard)

    async def session():
        sessions = (await scene.control("/gateway"))["sessions"]
        return [one["session_id"] for one in sessions if one["bot"] == scene.bot and one["connected"]]

    old = await session()
    again = scene.next("connect")
    ready = scene.next("ready")
    await scene.control(f"/gateway/{scene.bot}", {"do": "invalid"})
    await again
    await ready
    new = await session()
    check(len(new) == 1 and new != old, "an op 9 that may not be resumed leads to a new session")
    del scene.on_message


async def limits(scene):
    place = scene.channel("incident-status")
    route = "/channels/{channel_id}/messages"
    fault = {"method": "POST", "route": route, "bot": scene.bot, "do": "status"}

    async def calls(after):
        found = (await scene.control(f"/calls?after={after}"))["calls"]
        return [call for call in found if call["route"] == route and call["method"] == "POST"]

    for scope in ("user", "shared", "global"):
        seq = (await scene.control("/world"))["seq"]
        await scene.control("/faults", {**fault, "status": 429, "retry_after": 0.6, "scope": scope})
        sent = await place.send(f"after a 429 ({scope})")
        made = await calls(seq)
        waited = made[-1]["at"] - made[0]["at"]
        check(scope in sent.content and [call["status"] for call in made] == [429, 200] and waited >= 500, f"a 429 ({scope}) is waited for, and the message sent once", made)
    await scene.control("/faults", {**fault, "status": 502})
    await place.send("after a 502")
    ok("a 502 is tried again")


async def errors(scene):
    general = scene.channel("general")
    wrong = discord.Embed(title="t" * 257).add_field(name="", value="v")
    form = await refused(general.send("x" * 2_001, embed=wrong), discord.HTTPException, 50035, "a form with mistakes is refused (50035)")
    told = ("In content:", "In embeds.0.title:", "In embeds.0.fields.0.name:")
    check(form.status == 400 and all(place in form.text for place in told), "all mistakes are told, each in its place", form.text)
    await refused(general.send(" "), discord.HTTPException, 50006, "an empty message is refused (50006)")
    await refused(scene.fetch_user(1), discord.NotFound, 10013, "an unknown user is told as such (10013)")
    await refused(scene.fetch_channel(1), discord.NotFound, 10003, "an unknown channel is told as such (10003)")
    hidden = scene.weak("GET", f"/channels/{scene.channel('sre-private').id}/messages")
    await refused(hidden, discord.Forbidden, 50001, "a channel that a bot cannot see is closed to it (50001)")
    message = await general.send("not yours")
    path = f"/channels/{general.id}/messages/{message.id}"
    await refused(scene.weak("DELETE", path), discord.Forbidden, 50013, "what a bot may not do is refused (50013)")
    await refused(scene.weak("PATCH", path, {"content": "mine"}), discord.Forbidden, 50005, "another's message is not edited (50005)")
    stranger = discord.Client(intents=discord.Intents.none())
    try:
        async with stranger:
            await stranger.login("wrong")
        check(False, "a wrong token is refused")
    except discord.LoginFailure:
        ok("a wrong token is refused (401)")
