import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import {
  createMessaging,
  defineChannel,
  parseMessagingConfig,
  silentLogger,
} from "@cauce/messaging";
import { z } from "zod";
import { addDeadLetterRoutes } from "./dead_letter_routes.ts";
import { createHttpApp } from "./http_app.ts";

const notes = defineChannel({
  name: "notes",
  schema: z.object({ id: z.string(), n: z.number() }),
  keyOf: ({ id }) => id,
  partitionCount: 1,
});

Deno.test("GET /dead-letters lists in pages whose link keeps the conditions", async () => {
  await using world = await openWorld(["a", "b", "a", "a"]);

  const first = await world.get("/dead-letters?key=a&limit=2");
  const link = /<(.*)>/.exec(first.link)?.[1] ?? "";
  const second = await world.get(link);

  deepStrictEqual(first.body.items.map(({ payload }: Letter) => payload.n), [0, 2]);
  match(link, /key=a/);
  deepStrictEqual([second.body.items.length, second.body.next], [1, null]);
  strictEqual((await world.get("/dead-letters?reason=nothing")).body.items.length, 0);
  strictEqual((await world.get("/dead-letters?since=2999-01-01T00:00:00Z")).body.items.length, 0);
});

Deno.test("GET /dead-letter-reasons counts by reason", async () => {
  await using world = await openWorld(["a", "b"]);

  const { body } = await world.get("/dead-letter-reasons");

  deepStrictEqual(
    body.items.map(({ reason, count }: { reason: string; count: number }) => [
      reason,
      count,
    ]),
    [["Error: Cannot digest", 2]],
  );
});

Deno.test("PUT /dead-letters/{id} edits, and replay sends what was edited", async () => {
  await using world = await openWorld(["a"]);
  const [{ id }] = (await world.get("/dead-letters")).body.items;

  const edited = await world.send("PUT", `/dead-letters/${id}`, { payload: { id: "a", n: 7 } });
  world.mend();
  const replayed = await world.send("POST", "/dead-letters/replay", { ids: [id] });
  await world.handled(1);

  deepStrictEqual([edited.status, edited.body.payload.n, edited.body.edited], [200, 7, true]);
  deepStrictEqual(replayed.body, { dryRun: false, matched: 1, replayed: 1, skipped: 0 });
  deepStrictEqual(world.numbers, [7]);
  const shown = (await world.get(`/dead-letters/${id}`)).body;
  deepStrictEqual([shown.state, shown.came.payload.n], ["replayed", 0]);
  deepStrictEqual(
    shown.acts.map(({ kind, by, correlationId }: Record<string, string>) => [
      kind,
      by,
      correlationId,
    ]),
    [["edited", "http", "c-1"], ["claimed", "http", "c-1"], ["replayed", "http", "c-1"]],
  );
});

Deno.test("a dry run over HTTP changes nothing, and discarding takes off the list", async () => {
  await using world = await openWorld(["a", "b"]);

  const dry = await world.send("POST", "/dead-letters/discard", { dryRun: true });
  const still = (await world.get("/dead-letters")).body.items.length;
  const discarded = await world.send("POST", "/dead-letters/discard", { key: "b" });

  deepStrictEqual(dry.body, { dryRun: true, matched: 2, discarded: 0, skipped: 0 });
  strictEqual(still, 2);
  deepStrictEqual(discarded.body, { dryRun: false, matched: 1, discarded: 1, skipped: 0 });
  strictEqual((await world.get("/dead-letters")).body.items.length, 1);
});

Deno.test("what cannot be done to dead letters is a problem that says why", async () => {
  await using world = await openWorld(["a"]);
  const [{ id }] = (await world.get("/dead-letters")).body.items;
  const put = (id: string, payload: unknown) =>
    world.send("PUT", `/dead-letters/${id}`, { payload });

  strictEqual((await world.get("/dead-letters/999")).status, 404);
  strictEqual((await put("999", { id: "a", n: 1 })).status, 404);
  strictEqual((await put(id, { id: "b", n: 1 })).status, 422);
  strictEqual((await put(id, { id: "a" })).status, 422);
  strictEqual((await world.get("/dead-letters?binding=other-in")).status, 404);
  strictEqual((await world.get("/dead-letters?cursor=b3RoZXI")).status, 422);
  strictEqual((await world.send("POST", "/dead-letters/replay", { everything: 1 })).status, 422);
  strictEqual(
    (await world.send("POST", "/dead-letters/replay", { ratePerSecond: 0 })).status,
    422,
  );
  await world.send("POST", "/dead-letters/discard", {});
  strictEqual((await put(id, { id: "a", n: 1 })).status, 409);
});

Deno.test("dead letters are in the service's OpenAPI document", async () => {
  await using world = await openWorld([]);

  const { body } = await world.get("/openapi.json");

  deepStrictEqual(Object.keys(body.paths).sort(), [
    "/dead-letter-reasons",
    "/dead-letters",
    "/dead-letters/discard",
    "/dead-letters/replay",
    "/dead-letters/{id}",
  ]);
});

interface Letter {
  readonly id: string;
  readonly payload: { readonly n: number };
}

/** A service whose sink gave up a note for each key. */
async function openWorld(keys: readonly string[]) {
  let [isMended, given] = [false, 0];
  const numbers: number[] = [];
  const messaging = createMessaging({
    config: parseMessagingConfig({
      MESSAGING_BINDINGS_NOTES_IN_CONSUMER_MAX_ATTEMPTS: "1",
    }, { bindings: ["notes-in", "notes-out"], defaultBinder: "memory" }),
    application: "test",
    observe: ({ kind }) => given += kind === "dead-lettered" ? 1 : 0,
  });
  // deno-lint-ignore require-await -- a failure must arrive as a rejection
  messaging.sink(notes, async ({ payload }) => {
    if (!isMended) throw new Error("Cannot digest");
    numbers.push(payload.n);
  }, { group: "readers" });
  messaging.start();
  await messaging.source(notes).sendBatch(keys.map((id, n) => ({ payload: { id, n } })));
  await until(() => given === keys.length);

  const app = createHttpApp({ title: "test", version: "1", logger: silentLogger });
  addDeadLetterRoutes(app, {
    bindings: ["notes-in"],
    open: (binding, operator) => messaging.deadLetters(binding, operator),
  });
  async function ask(path: string, init: RequestInit) {
    const headers = { "content-type": "application/json", "x-correlation-id": "c-1" };
    const response = await app.request(path, { ...init, headers });
    const link = response.headers.get("link") ?? "";
    return { status: response.status, link, body: await response.json() };
  }
  return {
    numbers,
    mend: () => isMended = true,
    handled: (count: number) => until(() => numbers.length >= count),
    get: (path: string) => ask(path, {}),
    send: (method: string, path: string, body: unknown) =>
      ask(path, { method, body: JSON.stringify(body) }),
    [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
  };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("Cannot see the condition within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
