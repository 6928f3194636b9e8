import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Lanes, type Verdict, type Work } from "./lanes.ts";
import type { Delivery } from "./message.ts";
import { Slots } from "./slots.ts";

const done: Verdict = { kind: "done" };

function delivery(offset: number, key: string): Delivery {
  return { key, headers: {}, body: new Uint8Array(), offset: String(offset), storedAt: 0 };
}

/** Lanes whose work is settled by hand: `started` holds "<offset>:<attempt>". */
function createLanes(options: { concurrency?: number; maxInFlight?: number } = {}) {
  const lost = new AbortController();
  const settled: string[] = [];
  const started: string[] = [];
  const reached: number[] = [];
  const running = new Map<string, (verdict: Verdict) => void>();
  const slots = new Slots(options.concurrency ?? 10);
  const lanes = new Lanes({
    destination: "d",
    partition: 0,
    token: 1,
    signal: lost.signal,
    settle: (offset) => void settled.push(offset),
  }, {
    slots,
    maxInFlight: options.maxInFlight ?? 100,
    readHeartbeat: ({ offset }) => ({ partition: 0, partitionCount: 1, time: Number(offset) }),
    reached: ({ time }) => void reached.push(time),
    work: ({ delivery, attempt }: Work) => {
      started.push(`${delivery.offset}:${attempt}`);
      return new Promise((resolve) => running.set(delivery.offset, resolve));
    },
  });
  async function end(offset: number, verdict: Verdict = done): Promise<void> {
    running.get(String(offset))?.(verdict);
    await turn();
  }
  return { lanes, slots, lost, settled, started, reached, end };
}

async function turn(ms = 0): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("Lanes run keys in parallel and the messages of one key in turn", async () => {
  const { lanes, started, end } = createLanes();

  await lanes.deliver([delivery(0, "a"), delivery(1, "a"), delivery(2, "b")]);
  deepStrictEqual(started, ["0:1", "2:1"]);
  await end(0);

  deepStrictEqual(started, ["0:1", "2:1", "1:1"]);
});

Deno.test("Lanes settle only the contiguous prefix, once for all that became contiguous", async () => {
  const { lanes, settled, end } = createLanes();
  await lanes.deliver([delivery(0, "a"), delivery(1, "b"), delivery(2, "c"), delivery(3, "d")]);

  await end(1);
  await end(2);
  deepStrictEqual(settled, []);
  await end(0);
  deepStrictEqual(settled, ["2"]);
  await end(3);

  deepStrictEqual(settled, ["2", "3"]);
});

Deno.test("Lanes run no more handlers than there are slots, over all partitions", async () => {
  const { lanes, slots, started, end } = createLanes({ concurrency: 2 });

  await lanes.deliver([delivery(0, "a"), delivery(1, "b"), delivery(2, "c")]);
  deepStrictEqual([started.length, slots.used], [2, 2]);
  await end(0);

  deepStrictEqual(started, ["0:1", "1:1", "2:1"]);
});

Deno.test("Lanes let a message that backs off hold back only its key", async () => {
  const { lanes, started, settled, end } = createLanes({ concurrency: 1 });
  await lanes.deliver([delivery(0, "a"), delivery(1, "a"), delivery(2, "b")]);

  await end(0, { kind: "retry", afterMs: 20 });
  deepStrictEqual(started, ["0:1", "2:1"]);
  await end(2);
  await turn(40);
  await end(0);
  await end(1);

  deepStrictEqual(started, ["0:1", "2:1", "0:2", "1:1"]);
  deepStrictEqual(settled, ["0", "2"]);
});

Deno.test("Lanes that park a key settle nothing of it and go on with the others", async () => {
  const { lanes, started, settled, end } = createLanes();
  await lanes.deliver([delivery(0, "a"), delivery(1, "b"), delivery(2, "b"), delivery(3, "c")]);

  await end(1, { kind: "park" });
  await end(3);
  await end(0);

  deepStrictEqual(started, ["0:1", "1:1", "3:1"]);
  deepStrictEqual(settled, ["0"]);
});

Deno.test("Lanes accept up to the limit of messages in flight; deliver() waits for the rest", async () => {
  const { lanes, end } = createLanes({ maxInFlight: 2 });
  let resolved = false;

  const delivered = lanes.deliver([delivery(0, "a"), delivery(1, "b"), delivery(2, "c")])
    .then(() => resolved = true);
  await end(1);
  deepStrictEqual([lanes.inFlight, resolved], [2, false]);
  await end(0);
  await delivered;

  strictEqual(lanes.inFlight, 1);
});

Deno.test("Lanes that are paused start nothing, and deliver() waits until they go on", async () => {
  const { lanes, slots, started } = createLanes();
  let resolved = false;
  slots.paused = true;

  const delivered = lanes.deliver([delivery(0, "a")]).then(() => resolved = true);
  await turn();
  deepStrictEqual([started.length, resolved], [0, false]);
  slots.paused = false;
  lanes.resume();
  await delivered;

  deepStrictEqual(started, ["0:1"]);
});

Deno.test("Lanes that drain start nothing more, wait for what runs and settle it", async () => {
  const { lanes, started, settled, end } = createLanes({ concurrency: 1 });
  await lanes.deliver([delivery(0, "a"), delivery(1, "b")]);
  let drained = false;

  const draining = lanes.drain().then(() => drained = true);
  await turn();
  strictEqual(drained, false);
  await end(0);
  await draining;

  deepStrictEqual(started, ["0:1"]);
  deepStrictEqual(settled, ["0"]);
});

Deno.test("Lanes that lost their partition settle nothing and try nothing again", async () => {
  const { lanes, lost, started, settled, end } = createLanes();
  await lanes.deliver([delivery(0, "a"), delivery(1, "b")]);

  lost.abort();
  await end(0);
  await end(1, { kind: "retry", afterMs: 1 });
  await turn(10);

  deepStrictEqual(started, ["0:1", "1:1"]);
  deepStrictEqual(settled, []);
});

Deno.test("Lanes treat messages without a key as having no order", async () => {
  const { lanes, started } = createLanes();

  await lanes.deliver([delivery(0, ""), delivery(1, "")]);

  deepStrictEqual(started, ["0:1", "1:1"]);
});

Deno.test("a deliver() that waits resolves when its partition is drained", async () => {
  const { lanes } = createLanes({ maxInFlight: 1, concurrency: 0 });
  const delivered = lanes.deliver([delivery(0, "a"), delivery(1, "b")]);

  await lanes.drain();

  await delivered;
  strictEqual(lanes.inFlight, 1);
});

function heartbeat(offset: number): Delivery {
  return { ...delivery(offset, ""), headers: { ce_type: "cauce.heartbeat" } };
}

Deno.test("Lanes reach a heartbeat when all before it is settled, and it holds nothing back", async () => {
  const { lanes, started, settled, reached, end } = createLanes();

  await lanes.deliver([delivery(0, "a"), heartbeat(1), delivery(2, "b")]);
  await end(2);
  deepStrictEqual([started, settled, reached], [["0:1", "2:1"], [], []]);
  await end(0);

  deepStrictEqual([settled, reached], [["2"], [1]]);
});

Deno.test("Lanes reach no heartbeat while a message before it is tried again", async () => {
  const { lanes, reached, end } = createLanes();
  await lanes.deliver([delivery(0, "a"), heartbeat(1)]);

  await end(0, { kind: "retry", afterMs: 0 });
  await turn(1);
  deepStrictEqual(reached, []);
  await end(0);

  deepStrictEqual(reached, [1]);
});

Deno.test("Lanes reach no heartbeat behind a parked message, or once the partition is lost", async () => {
  const parked = createLanes();
  const lost = createLanes();
  for (const { lanes } of [parked, lost]) await lanes.deliver([delivery(0, "a"), heartbeat(1)]);

  await parked.end(0, { kind: "park" });
  lost.lost.abort();
  await lost.end(0);

  deepStrictEqual([parked.reached, parked.settled], [[], []]);
  deepStrictEqual([lost.reached, lost.settled], [[], []]);
});

Deno.test("Lanes keep one of the heartbeats that wait in a row, so that they do not fill the window", async () => {
  const { lanes, started, settled, reached, end } = createLanes({ maxInFlight: 3 });
  const beats = Array.from({ length: 50 }, (_, index) => heartbeat(index + 1));

  await lanes.deliver([delivery(0, "a"), ...beats, delivery(51, "b")]);
  strictEqual(lanes.inFlight, 3);
  deepStrictEqual(started, ["0:1", "51:1"]);
  await end(0);

  deepStrictEqual([settled, reached], [["50"], [50]]);
});

Deno.test("Lanes take what follows a heartbeat when it alone fills the window", () => {
  const { lanes, started, settled, reached } = createLanes({ maxInFlight: 1 });

  lanes.deliver([heartbeat(0), heartbeat(1), delivery(2, "a")]);

  deepStrictEqual([settled, reached, started], [["0", "1"], [0, 1], ["2:1"]]);
});

Deno.test("Lanes bound heartbeats between waiting messages like any other", async () => {
  const { lanes, started, end } = createLanes({ maxInFlight: 2 });

  lanes.deliver([delivery(0, "a"), heartbeat(1), delivery(2, "b")]);
  strictEqual(lanes.inFlight, 2);
  await end(0);

  deepStrictEqual(started, ["0:1", "2:1"]);
});
