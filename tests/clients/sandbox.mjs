// Purpose: discord.js, unmodified apart from the address, lives a bot's life in the sandbox. Each thing that works is one line.
//
//   node tests/clients/sandbox.mjs READY.json
//
// READY.json is the line that `siaga sandbox --output json` prints. Needs discord.js in the folder SIAGA_NODE_MODULES.
// Exits with 1 and one sentence at the first thing that is not so.
import { readFileSync } from "node:fs";

import * as commands from "./sandbox/commands.mjs";
import * as content from "./sandbox/content.mjs";
import * as places from "./sandbox/places.mjs";
import { Scene } from "./sandbox/scene.mjs";
import * as trouble from "./sandbox/trouble.mjs";

const scene = new Scene(JSON.parse(readFileSync(process.argv[2], "utf8")), "observer");

try {
  await scene.login();
  // Each story has channels of its own, so that rate limits of one do not slow down another.
  await content.guild(scene);
  await content.messages(scene);
  await content.marks(scene);
  await content.directMessages(scene);
  await places.threads(scene);
  await places.channels(scene);
  await places.webhooks(scene);
  await commands.registration(scene);
  await commands.options(scene);
  await commands.answers(scene);
  await commands.components(scene);
  await commands.lateAnswers(scene);
  await trouble.connections(scene);
  await trouble.limits(scene);
  await trouble.errors(scene);
} catch (error) {
  console.error(error.stack);
  process.exitCode = 1;
} finally {
  await scene.client.destroy();
}
