import { match, ok, rejects, strictEqual } from "node:assert/strict";
import type { OutboxBacklog, OutboxStore, Relay, RelayStatus } from "@cauce/messaging/outbox";
import { Registry } from "prom-client";
import { addOutboxMetrics, outboxCheck } from "./outbox_health.ts";

/** Only what is asked for figures. */
function outboxWith(backlog: () => Promise<OutboxBacklog>): OutboxStore {
  return { backlog } as unknown as OutboxStore;
}

function relayWith(status: Partial<RelayStatus> = {}): Relay {
  const whole = { partitions: [], error: undefined, isBound: true, heartbeats: [], ...status };
  return { status: () => whole } as unknown as Relay;
}

function check(backlog: OutboxBacklog, relay: Relay = relayWith()): Promise<unknown> {
  const outbox = outboxWith(() => Promise.resolve(backlog));
  return outboxCheck({ outbox, relay }).check(new AbortController().signal);
}

Deno.test("addOutboxMetrics() leaves all other figures there while the database is away", async () => {
  const registry = new Registry();
  let isDown = false;
  const backlog = { rows: 2, oldestTime: Date.now(), quarantined: 1 };
  addOutboxMetrics(registry, {
    outbox: outboxWith(() => isDown ? Promise.reject(new Error("down")) : Promise.resolve(backlog)),
    relay: relayWith(),
  });

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

Deno.test("outboxCheck() says why nobody publishes", async () => {
  const late = { rows: 3, oldestTime: Date.now() - 60_000, quarantined: 0 };
  const error = new Error("Cannot send");

  await rejects(check(late, relayWith()), /nobody publishes them/);
  await rejects(check(late, relayWith({ isBound: false })), /the broker has not been reached yet/);
  await rejects(check(late, relayWith({ error })), /Cannot send/);
});

Deno.test("addOutboxMetrics() shows how old the oldest watermark is, and none without partitions", async () => {
  const time = Date.now();
  async function shown(heartbeats: RelayStatus["heartbeats"]): Promise<number> {
    const registry = new Registry();
    const outbox = outboxWith(() => Promise.reject(new Error("down")));
    addOutboxMetrics(registry, { outbox, relay: relayWith({ heartbeats }) });
    const found = /^outbox_watermark_age_seconds (.+)$/im.exec(await registry.metrics());
    return Number(found?.[1]);
  }

  const age = await shown([{ partition: 0, time }, { partition: 1, time: time - 60_000 }]);

  ok(age >= 60 && age < 70, `${age} s`);
  ok(Number.isNaN(await shown([])));
});
