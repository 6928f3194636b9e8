import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { createBinder } from "./binders/memory/binder.ts";
import { createMemoryBroker } from "./binders/memory/broker.ts";
import { defineChannel } from "./channel.ts";
import { parseMessagingConfig } from "./config.ts";
import { silentLogger } from "./logger.ts";
import { createMessaging, type MessagingOptions } from "./messaging.ts";
import type { MessagingEvent } from "./observe.ts";
import { until } from "./testing/conformance/until.ts";

const channel = defineChannel({
  name: "notes",
  schema: { parse: (input: unknown) => input as { id: string; n: number } },
  keyOf: ({ id }) => id,
});

function create(options: Partial<MessagingOptions> & { env?: Record<string, string> } = {}) {
  const bindings = ["notes-in", "notes-audit-in", "notes-out"];
  const config = parseMessagingConfig(options.env ?? {}, { bindings, defaultBinder: "memory" });
  return createMessaging({ config, application: "tests", ...options });
}

Deno.test("messaging delivers what a source sends to a sink", async () => {
  await using messaging = create();
  const got: number[] = [];
  messaging.sink(channel, ({ payload }) => Promise.resolve(void got.push(payload.n)), {
    group: "g",
  });
  messaging.start();

  await messaging.source(channel).send({ id: "a", n: 1 });

  await until(() => got.length === 1, "the note arrives");
});

Deno.test("messaging shows every binding with its lag", async () => {
  await using messaging = create();
  messaging.source(channel);
  messaging.sink(channel, () => Promise.resolve(), { group: "g" });
  messaging.start();
  await messaging.source(channel).partitionCount();
  await until(
    async () => (await messaging.bindings()).every(({ state }) => state === "running"),
    "both run",
  );

  const rows = await messaging.bindings();

  deepStrictEqual(
    rows.map(({ name, direction, group, lag }) => [name, direction, group, lag]),
    [["notes-out", "source", null, null], ["notes-in", "sink", "g", 0]],
  );
});

Deno.test("messaging logs once that a binding is down, be it a source or a sink", async () => {
  const down: unknown[] = [];
  const logger = {
    ...silentLogger,
    warn: (message: string, fields?: Record<string, unknown>) =>
      void (message === "A binding is down" && down.push(fields?.["binding"])),
  };
  const binders = { memory: () => Promise.reject(new Error("no broker")) };
  await using messaging = create({ logger, binders });
  messaging.source(channel);
  messaging.sink(channel, () => Promise.resolve(), { group: "g" });

  messaging.start();

  await until(() => down.length === 2, "both are logged");
  deepStrictEqual(down.sort(), ["notes-in", "notes-out"]);
});

Deno.test("messaging refuses a need its binder cannot give, for good", async () => {
  await using messaging = create();
  messaging.sink(channel, () => Promise.resolve(), { group: "g", needs: ["durable"] });

  messaging.start();

  strictEqual((await messaging.fatal).name, "MissingFeatureError");
  strictEqual((await messaging.bindings())[0]?.state, "failed");
});

Deno.test("messaging refuses another partition count, for good", async () => {
  const memory = createMemoryBroker();
  memory.open("notes", 3);
  await using messaging = create({ memory });
  messaging.source(channel);

  messaging.start();

  strictEqual((await messaging.fatal).name, "PartitionCountError");
});

Deno.test("messaging pauses and resumes a sink, and stops and starts it", async () => {
  await using messaging = create();
  const got: number[] = [];
  const source = messaging.source(channel);
  messaging.sink(channel, ({ payload }) => Promise.resolve(void got.push(payload.n)), {
    group: "g",
  });
  messaging.start();
  const state = async () => (await messaging.bindings())[1]?.state;

  await messaging.control("notes-in", "paused");
  await source.send({ id: "a", n: 1 });
  await until(async () => (await state()) === "paused", "the sink is paused");
  strictEqual(got.length, 0);
  await messaging.control("notes-in", "resumed");
  await until(() => got.length === 1, "the note arrives after the pause");

  await messaging.control("notes-in", "stopped");
  await source.send({ id: "a", n: 2 });
  strictEqual(await state(), "stopped");
  strictEqual(got.length, 1);
  await messaging.control("notes-in", "started");
  await until(() => got.length === 2, "the note arrives after the stop");
});

Deno.test("messaging binds anew after the broker was away, and loses nothing it acknowledged", async () => {
  const memory = createMemoryBroker();
  const events: MessagingEvent[] = [];
  await using messaging = create({ memory, observe: (event) => events.push(event) });
  const got: number[] = [];
  const source = messaging.source(channel);
  messaging.sink(channel, ({ payload }) => Promise.resolve(void got.push(payload.n)), {
    group: "g",
  });
  memory.stop();
  messaging.start();
  await until(
    async () => (await messaging.bindings()).every(({ state }) => state === "down"),
    "both bindings are down",
  );

  memory.start();
  await source.send({ id: "a", n: 1 });
  await until(() => got.includes(1), "the first note arrives");
  memory.stop();
  await rejects(source.send({ id: "a", n: 2 }), { name: "SendError" });
  memory.start();
  await source.send({ id: "a", n: 3 });

  await until(() => got.includes(3), "delivery goes on");
});

Deno.test("messaging ends twice as well as once, and refuses to send afterwards", async () => {
  const messaging = create();
  const source = messaging.source(channel);
  messaging.start();

  await Promise.all([messaging[Symbol.asyncDispose](), messaging[Symbol.asyncDispose]()]);

  await rejects(source.send({ id: "a", n: 1 }), { name: "SendError" });
});

Deno.test("messaging takes one sink a binding, and more under names of their own", async () => {
  await using messaging = create();
  const sink = () => Promise.resolve();
  messaging.sink(channel, sink, { group: "g" });

  throws(() => messaging.sink(channel, sink, { group: "h" }), { name: "TypeError" });
  messaging.sink(channel, sink, { group: "h", binding: "notes-audit-in" });

  strictEqual((await messaging.bindings()).length, 2);
});

Deno.test("messaging names what it does not know", async () => {
  await using messaging = create();

  await rejects(messaging.control("nothing-in", "paused"), { name: "RangeError" });
});

Deno.test("messaging uses another binder for a binding where that is configured", async () => {
  const others = createMemoryBroker();
  const options = { env: {}, logger: silentLogger, clientId: "other", memory: others };
  await using messaging = create({
    env: { MESSAGING_BINDINGS_NOTES_OUT_BINDER: "redis", REDIS_URL: "redis://127.0.0.1:1" },
    binders: { redis: () => createBinder(options) },
  });
  messaging.sink(channel, () => Promise.resolve(), { group: "g" });
  const source = messaging.source(channel);
  messaging.start();

  await source.send({ id: "a", n: 1 });

  const rows = await messaging.bindings();
  deepStrictEqual(rows.map(({ name, binder }) => [name, binder]), [
    ["notes-out", "redis"],
    ["notes-in", "memory"],
  ]);
  strictEqual(others.open("notes", 8).logs.reduce((sum, log) => sum + log.end, 0), 1);
});

Deno.test("an application sends and listens by the bindings it declares, and by no other", async () => {
  const config = (...bindings: readonly string[]) =>
    parseMessagingConfig({}, { bindings, defaultBinder: "memory" });
  const open = (...bindings: readonly string[]) =>
    createMessaging({ config: config(...bindings), application: "tests" });
  const sink = () => Promise.resolve();
  await using speaker = open("notes-out");
  await using listener = open("notes-in");

  throws(
    () => speaker.sink(channel, sink),
    /Cannot use binding "notes-in": declared are notes-out/,
  );
  throws(() => listener.source(channel), /Cannot use binding "notes-out": declared are notes-in/);
  throws(() => listener.source(channel, { binding: "notes-in" }), /must end in -out/);
  throws(() => speaker.sink(channel, sink, { binding: "notes-out" }), /must end in -in/);
  deepStrictEqual([speaker.health(), listener.health()], [[], []]);
});
