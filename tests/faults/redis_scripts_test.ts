import { deepStrictEqual, ok, rejects } from "node:assert/strict";
import { Redis } from "ioredis";
import { addScripts } from "../../messaging/binders/redis/scripts.ts";
import { redisUrl, uniqueName } from "../support/brokers.ts";

Deno.test("redis: a script that the server has forgotten is sent whole, and runs once", async () => {
  const client = addScripts(new Redis(await redisUrl()));
  try {
    const stream = uniqueName("scripts");
    const later = Date.now() + 60_000;
    await client.appendEntries(stream, later, "", "k", "{}", "first");
    await client.script("FLUSH");

    await client.appendEntries(stream, later, "", "k", "{}", "second", "k", "{}", "third");
    await client.appendEntries(stream, later, "", "k", "{}", "fourth");

    const entries = await client.xrange(stream, "-", "+");
    deepStrictEqual(entries.map(([, fields]) => fields.at(-1)), [
      "first",
      "second",
      "third",
      "fourth",
    ]);
  } finally {
    client.disconnect();
  }
});

Deno.test("redis: a script that fails rejects with the error of the command in it", async () => {
  const client = addScripts(new Redis(await redisUrl()));
  try {
    const key = uniqueName("no-stream");
    await client.set(key, "text");

    await rejects(
      client.appendEntries(key, Date.now() + 60_000, "", "k", "{}", "body"),
      (error: Error) => (ok(error.message.startsWith("WRONGTYPE"), error.message), true),
    );
  } finally {
    client.disconnect();
  }
});
