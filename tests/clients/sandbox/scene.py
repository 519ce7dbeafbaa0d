"""Purpose: what the stories of sandbox.py share: the client, the people of the guild, and waiting for what must happen."""

import asyncio

import aiohttp
import discord
from discord import app_commands

DEADLINE_S = 15


class NotSo(Exception):
    """Something that must be so is not."""


def ok(sentence):
    print(f"ok  {sentence}")


def check(truth, sentence, seen=None):
    if not truth:
        raise NotSo(f"It is not so that {sentence}." + (f"\nSeen: {seen}" if seen is not None else ""))
    ok(sentence)


async def refused(call, kind, code, sentence):
    """Fails with what was given instead; the sentence is told when the error is of the class and has the code."""
    try:
        given = await call
    except discord.HTTPException as error:
        check(isinstance(error, kind) and error.code == code, sentence, repr(error))
        return error
    raise NotSo(f"It is not so that {sentence}.\nSeen: accepted: {given!r}")


class Scene(discord.Client):
    def __init__(self, ready, bot):
        intents = discord.Intents.none()
        for wanted in ("guilds", "members", "moderation", "webhooks", "messages", "reactions", "typing", "message_content"):
            setattr(intents, wanted, True)
        super().__init__(intents=intents)
        self.ready_line = ready
        self.bot = bot
        self.tree = app_commands.CommandTree(self)
        # What the callbacks of commands, buttons, selects and forms were given.
        self.calls = asyncio.Queue()
        self.web = None

    def token_of(self, bot):
        return next(known["token"] for known in self.ready_line["bots"] if known["name"] == bot)

    def person(self, name):
        return int(next(known["id"] for known in self.ready_line["people"] if known["name"] == name))

    @property
    def place(self):
        return self.get_guild(int(self.ready_line["guild"]))

    def channel(self, name):
        return discord.utils.get(self.place.channels, name=name)

    async def control(self, path, body=None):
        """The control API: what people do, and what is ordered to go wrong."""
        address = self.ready_line["control"] + path
        call = self.web.get(address) if body is None else self.web.post(address, json=body)
        async with call as response:
            answer = await response.json()
            if response.status >= 400:
                raise NotSo(f"The sandbox refused {path}: {answer['error']}")
            return answer

    async def acts(self, name, what, /, **body):
        return await self.control(f"/people/{name}/{what}", {key: str(value) if isinstance(value, int) and value > 9999 else value for key, value in body.items()})

    async def cannot(self, name, what, /, **body):
        """The sentence with which an act is refused."""
        try:
            await self.acts(name, what, **body)
        except NotSo as refusal:
            return str(refusal)
        return ""

    async def outcome(self, handle):
        """How an interaction ended, as the person saw it."""
        return await self.control(f"/interactions/{handle['interaction']}?wait_ms=10000")

    def next(self, event, fits=None):
        """The next event of this name that fits, to be awaited. Ask before causing it."""
        return self.wait_for(event, check=fits, timeout=DEADLINE_S)

    async def called(self):
        """What the next callback was given."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.calls.get()

    async def raw(self, bot, method, path, body=None):
        """Another bot over plain REST: what a client does itself it may not hear about."""
        headers = {"Authorization": f"Bot {self.token_of(bot)}"}
        address = f"{self.ready_line['api']}/v10{path}"
        async with self.web.request(method, address, json=body, headers=headers) as response:
            return await response.json() if response.status != 204 else None

    async def weak(self, method, path, body=None):
        """A call of the bot that may only do what everybody may, with this library's errors."""
        client = discord.Client(intents=discord.Intents.none())
        async with client:
            await client.login(self.token_of("shop-monitor"))
            return await client.http.request(discord.http.Route(method, path), json=body)

    async def setup_hook(self):
        self.web = aiohttp.ClientSession()

    async def close(self):
        if self.web is not None:
            await self.web.close()
        await super().close()
