"""Purpose: an incident seen by discord.py, a client that knows nothing of us. It logs in as a second bot, hands in an
alert, and asserts what a member of the server would see.

    python tests/clients/discordpy.py READY.json PAYLOADS

READY.json is the line that `siaga demo --no-story --output json` prints. Exits with 1 and one sentence at the first thing
that is not so.
"""

import asyncio
import json
import re
import sys
from datetime import datetime, timezone
from pathlib import Path

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

DEADLINE_S = 30
CARD = re.compile(r"v1:[a-z]+:\d+:card")
PAGE = re.compile(r"v1:[a-z]+:\d+:p\d+")
ALL_RESOLVED = re.compile(r"v1:resolve:\d+:post")


class NotSo(Exception):
    """Something that must be so is not."""


def buttons(message):
    """The ids of a message's buttons: by them our messages are known."""
    return [child.custom_id or "" for row in message.components for child in getattr(row, "children", [])]


def has_button(message, pattern):
    return any(pattern.fullmatch(custom_id) for custom_id in buttons(message))


def is_card(message):
    return has_button(message, CARD)


def is_page(message):
    return has_button(message, PAGE) and len(message.raw_mentions) == 1


class Observer(discord.Client):
    """Remembers what the gateway tells, in order, and lets the story wait for it."""

    def __init__(self):
        intents = discord.Intents.none()
        intents.guilds = intents.members = intents.guild_messages = intents.message_content = True
        super().__init__(intents=intents)
        self.messages_heard = []
        self.pages_heard = []
        self.threads_heard = []
        self.channels_heard = []
        self.bell = asyncio.Condition()

    async def ring(self):
        async with self.bell:
            self.bell.notify_all()

    async def on_message(self, message):
        self.messages_heard.append(message)
        # A page loses its buttons when it is over, so what is a page is written down when it comes.
        if is_page(message):
            self.pages_heard.append((message.id, message.channel.id, message.raw_mentions[0]))
        await self.ring()

    async def on_message_edit(self, _before, _after):
        await self.ring()

    async def on_thread_create(self, thread):
        self.threads_heard.append(thread)
        await self.ring()

    async def on_guild_channel_create(self, channel):
        self.channels_heard.append(channel)
        await self.ring()

    async def until(self, sentence, look):
        """The first truthy answer of `look`, which is asked again after every event."""
        try:
            async with asyncio.timeout(DEADLINE_S), self.bell:
                while not (found := look()):
                    await self.bell.wait()
        except TimeoutError:
            raise NotSo(f"It did not happen within {DEADLINE_S} s that {sentence}.\n{self.history()}") from None
        print(f"ok  {sentence}")
        return found

    def check(self, truth, sentence):
        if not truth:
            raise NotSo(f"It is not so that {sentence}.\n{self.history()}")
        print(f"ok  {sentence}")

    def history(self):
        """Everything heard, for a person who reads a failure."""
        lines = ["What was heard:"]
        lines += [f"created: #{made.name}" for made in self.channels_heard + self.threads_heard]
        for message in self.messages_heard:
            text = message.content or " ".join(f"[{embed.title}] {embed.description or ''}" for embed in message.embeds)
            lines.append(f"#{message.channel}: {text}".replace("\n", " / "))
        return "\n  ".join(lines)


async def story(client, demo, payloads):
    firing = (payloads / "alertmanager-checkout-critical.json").read_bytes()
    # What fires again after its end has a later beginning; with the same one it is a late report.
    now = datetime.now(timezone.utc).isoformat().encode()
    firing_anew = re.sub(rb'"startsAt":\s*"[^"]*"', b'"startsAt": "' + now + b'"', firing)
    resolved = (payloads / "alertmanager-checkout-resolved.json").read_bytes()
    key = {"Authorization": f"Bearer {demo['intake_key']}", "Content-Type": "application/json"}

    async with aiohttp.ClientSession() as http:

        async def hand(body, what):
            async with http.post(demo["intake"], data=body, headers=key) as response:
                client.check(response.status == 202, f"{what} is accepted ({response.status})")

        await client.wait_until_ready()
        guild = next((known for known in client.guilds if str(demo["guild"]) in (str(known.id), known.name)), None)
        client.check(guild, f"discord.py {discord.__version__} logs in and sees the server {demo['guild']}")
        incidents = discord.utils.get(guild.text_channels, name="incidents")
        category = discord.utils.get(guild.categories, name="Incidents")
        client.check(incidents and category, "there are #incidents and the category Incidents")
        client.check(len([member async for member in guild.fetch_members()]) > 1, "the members of the server can be listed")
        already = {channel.id for channel in category.channels}

        def first(channel, wanted):
            return next((m for m in client.messages_heard if m.channel.id == channel.id and wanted(m)), None)

        await hand(firing, "a critical alert of checkout")
        card = await client.until("a card stands in #incidents", lambda: first(incidents, is_card))
        thread = await client.until(
            "there is a thread on the card",
            lambda: next((known for known in client.threads_heard if known.parent_id == incidents.id), None),
        )
        client.check(thread.id == card.id, "the thread is the card's own")
        room = await client.until(
            "a channel for the incident is created in the category",
            lambda: next((made for made in client.channels_heard if made.category_id == category.id), None),
        )
        page = await client.until(
            "somebody is paged there",
            lambda: next((known for known in client.pages_heard if known[1] == room.id), None),
        )
        client.check(guild.get_member(page[2]), f"the page is heard: it mentions {guild.get_member(page[2])}")

        await hand(firing, "the same alert once more")
        await hand(resolved, "its end")
        told = await client.until(
            "the room is told that all alerts are resolved",
            lambda: first(room, lambda message: has_button(message, ALL_RESOLVED)),
        )
        # The library keeps the messages it has heard up to date.
        await client.until("the page is over", lambda: any(m.id == page[0] and not is_page(m) for m in client.messages_heard))
        await hand(firing_anew, "the same alert for the third time")
        await client.until(
            "the room is told that it fires again",
            lambda: first(room, lambda m: m.id > told.id and "fires again" in m.content and not is_page(m)),
        )
        # Soon after it was calm it flaps: nobody is rung twice for a step.
        await client.until(
            "whoever was called still is: the page waits for an answer again",
            lambda: any(m.id == page[0] and is_page(m) for m in client.messages_heard),
        )

        # Not what was heard, but what is there: read anew over REST.
        cards = [message async for message in incidents.history(limit=100) if is_card(message)]
        client.check(len(cards) == 1, f"there is exactly one card ({len(cards)})")
        client.check(cards[0].flags.has_thread, "the card says that it has a thread")
        threads = [known for known in await guild.active_threads() if known.parent_id == incidents.id]
        client.check([known.id for known in threads] == [card.id], f"there is exactly one thread under #incidents ({len(threads)})")
        channels = await guild.fetch_channels()
        rooms = [made for made in channels if getattr(made, "category_id", None) == category.id and made.id not in already]
        client.check([made.id for made in rooms] == [room.id], f"there is exactly one created channel in the category ({len(rooms)})")
        places = [incidents, rooms[0], threads[0]]
        waiting = [message for place in places async for message in place.history(limit=100) if is_page(message)]
        client.check(len(waiting) == 1 and waiting[0].id == page[0], f"exactly one page waits for an answer ({len(waiting)})")
        client.check(len(client.pages_heard) == 1, f"it fired twice, and one person was rung once ({len(client.pages_heard)})")


async def main():
    demo = json.loads(Path(sys.argv[1]).read_text())
    # There is no option for these; discord.py adds the rest of the path itself.
    api = demo["api"].rstrip("/")
    Route.BASE = api if re.search(r"/v\d+$", api) else f"{api}/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(demo["gateway"])
    async with Observer() as client:
        login = asyncio.create_task(client.start(demo["observer_token"]))
        told = asyncio.create_task(story(client, demo, Path(sys.argv[2])))
        # A login that fails must not leave the story waiting.
        done, _ = await asyncio.wait({login, told}, return_when=asyncio.FIRST_COMPLETED)
        try:
            for task in done:
                task.result()
        finally:
            told.cancel()
            await client.close()
            login.cancel()
            await asyncio.gather(login, told, return_exceptions=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except NotSo as error:
        print(error, file=sys.stderr)
        sys.exit(1)
