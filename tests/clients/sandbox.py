"""Purpose: discord.py, unmodified apart from the address, lives a bot's life in the sandbox. Each thing that works is one line.

    python tests/clients/sandbox.py READY.json

READY.json is the line that `siaga sandbox --output json` prints. Exits with 1 and one sentence at the first thing that is
not so.
"""

import asyncio
import json
import sys
from pathlib import Path

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

# The stories live in a folder of their own, in which nothing is left behind.
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent / "sandbox"))

import commands  # noqa: E402
import content  # noqa: E402
import places  # noqa: E402
import trouble  # noqa: E402
from scene import NotSo, Scene  # noqa: E402

# Each story has channels of its own, so that rate limits of one do not slow down another.
STORIES = (
    content.guild, content.messages, content.marks, content.direct_messages, places.threads, places.channels, places.webhooks,
    commands.registration, commands.options, commands.answers, commands.components, commands.late_answers,
    trouble.connections, trouble.limits, trouble.errors,
)  # fmt: skip


async def live(scene):
    await scene.wait_until_ready()
    for story in STORIES:
        await story(scene)


async def main():
    ready = json.loads(Path(sys.argv[1]).read_text())
    # There is no option for these; discord.py adds the rest of the path itself.
    Route.BASE = f"{ready['api'].rstrip('/')}/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(ready["gateway"])
    async with Scene(ready, "observer") as scene:
        login = asyncio.create_task(scene.start(scene.token_of(scene.bot)))
        lived = asyncio.create_task(live(scene))
        # A login that fails must not leave the stories waiting.
        done, _ = await asyncio.wait({login, lived}, return_when=asyncio.FIRST_COMPLETED)
        try:
            for task in done:
                task.result()
        finally:
            lived.cancel()
            await scene.close()
            login.cancel()
            await asyncio.gather(login, lived, return_exceptions=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except NotSo as error:
        print(error, file=sys.stderr)
        sys.exit(1)
