import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { HandlerWatch } from "./handler_watch.ts";
import { silentLogger } from "./logger.ts";
import type { OnWatermark } from "./watermark.ts";
import { WatermarkCalls } from "./watermark_calls.ts";

const assignment = {
  destination: "d",
  partition: 0,
  token: 1,
  signal: new AbortController().signal,
  settle() {},
};

function createCalls(onWatermark: OnWatermark) {
  const watch = new HandlerWatch(0);
  const warnings: string[] = [];
  const calls = new WatermarkCalls({
    binding: "notes-in",
    assignment,
    onWatermark,
    deadlineMs: -1,
    watch,
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
  });
  const reach = (time: number) => calls.reach({ partition: 0, partitionCount: 1, time });
  return { calls, reach, watch, warnings };
}

Deno.test("marks of one turn become one call", async () => {
  const times: number[] = [];
  const { calls, reach } = createCalls(({ time }) => void times.push(time));

  for (const time of [1, 3, 2]) reach(time);
  await calls.idle();

  deepStrictEqual(times, [3]);
});

Deno.test("a call that takes long is followed by one for the latest mark", async () => {
  const times: number[] = [];
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const { calls, reach } = createCalls(async ({ time }) => {
    times.push(time);
    entered.resolve();
    await gate.promise;
  });

  reach(1);
  await entered.promise;
  for (const time of [2, 3, 4]) reach(time);
  deepStrictEqual(times, [1]);
  gate.resolve();
  await calls.idle();

  deepStrictEqual(times, [1, 4]);
});

Deno.test("a call that fails, in whatever way, is logged and let go", async () => {
  const times: number[] = [];
  const { calls, reach, warnings } = createCalls(({ time }) => {
    times.push(time);
    if (time === 1) throw new Error("no room");
    return time === 2 ? Promise.reject(new Error("no room")) : undefined;
  });

  for (const time of [1, 2, 3]) {
    reach(time);
    await calls.idle();
  }

  deepStrictEqual(times, [1, 2, 3]);
  strictEqual(warnings.length, 2);
});

Deno.test("a call is watched like a handler while it runs", async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const { calls, reach, watch } = createCalls(() => {
    entered.resolve();
    return gate.promise;
  });

  reach(1);
  await entered.promise;
  strictEqual(watch.isStuck, true);
  gate.resolve();
  await calls.idle();

  strictEqual(watch.isStuck, false);
});
