import { match, rejects, strictEqual } from "node:assert/strict";
import type { OutboxBacklog, OutboxStore, Relay } from "@cauce/messaging/outbox";
import { Registry } from "prom-client";
import { addOutboxMetrics, outboxCheck } from "./outbox_health.ts";

/** Only what is asked for figures. */
function outboxWith(backlog: () => Promise<OutboxBacklog>): OutboxStore {
  return { backlog } as unknown as OutboxStore;
}

const relay = { status: () => ({ partitions: [], error: undefined }) } as unknown as Relay;

function check(backlog: OutboxBacklog): Promise<unknown> {
  const outbox = outboxWith(() => Promise.resolve(backlog));
  return outboxCheck({ outbox, relay }).check(new AbortController().signal);
}

Deno.test("addOutboxMetrics() leaves all other figures there while the database is away", async () => {
  const registry = new Registry();
  let isDown = false;
  const backlog = { rows: 2, oldestTime: Date.now(), quarantined: 1 };
  addOutboxMetrics(
    registry,
    outboxWith(() => isDown ? Promise.reject(new Error("down")) : Promise.resolve(backlog)),
  );

  const before = await registry.metrics();
  isDown = true;
  const after = await registry.metrics();

  match(before, /^outbox_waiting_events 2$/m);
  match(before, /^outbox_quarantined_events 1$/m);
  match(after, /^outbox_waiting_events nan$/im);
  match(after, /^outbox_quarantined_events nan$/im);
  match(after, /^outbox_oldest_waiting_seconds nan$/im);
});

Deno.test("outboxCheck() fails for events that wait for long or were set aside", async () => {
  const oldestTime = Date.now() - 60_000;

  await rejects(check({ rows: 3, oldestTime, quarantined: 0 }), /3 events wait, the oldest for 60/);
  await rejects(check({ rows: 0, oldestTime: undefined, quarantined: 1 }), /1 events can never/);
  strictEqual(await check({ rows: 3, oldestTime: Date.now(), quarantined: 0 }), undefined);
});
