import { strictEqual } from "node:assert/strict";
import type { Assignment } from "./binder.ts";
import { HandlerWatch, type RunningHandler } from "./handler_watch.ts";

Deno.test("HandlerWatch finds a handler that ignores its deadline for longer than the grace", () => {
  const watch = new HandlerWatch(1000);

  watch.enter(handler({ deadlineIn: -500 }));
  strictEqual(watch.isStuck, false);
  const overdue = handler({ deadlineIn: -1500 });
  const other = new HandlerWatch(1000);
  other.enter(overdue);
  strictEqual(other.isStuck, true);
  other.leave(overdue);

  strictEqual(other.isStuck, false);
});

Deno.test("HandlerWatch counts those it gave up until they end", () => {
  const watch = new HandlerWatch(0);
  const overdue = handler({ deadlineIn: -10 });
  watch.enter(overdue);
  watch.enter(handler({ deadlineIn: 60_000 }));

  watch.abandon();

  strictEqual(watch.isStuck, false);
  strictEqual(watch.abandoned, 1);
  watch.leave(overdue);
  strictEqual(watch.abandoned, 0);
});

Deno.test("a drain does not wait for a handler that was given up", async () => {
  const watch = new HandlerWatch(0);
  const overdue = handler({ deadlineIn: -10 });
  watch.enter(overdue);
  watch.abandon();
  const never = { deliver: () => Promise.resolve(), drain: () => new Promise<void>(() => {}) };

  await watch.bound(never, overdue.assignment).drain();
});

Deno.test("a drain waits for a handler whose deadline has not passed", async () => {
  const watch = new HandlerWatch(0);
  const running = handler({ deadlineIn: 60_000 });
  watch.enter(running);
  const { promise, resolve } = Promise.withResolvers<void>();
  let drained = false;

  const draining = watch.bound(
    { deliver: () => Promise.resolve(), drain: () => promise },
    running.assignment,
  ).drain().then(() => drained = true);
  await new Promise((turn) => setTimeout(turn, 20));

  strictEqual(drained, false);
  resolve();
  await draining;
});

function handler({ deadlineIn }: { deadlineIn: number }): RunningHandler {
  const assignment: Assignment = {
    destination: "d",
    partition: 0,
    token: 1,
    signal: new AbortController().signal,
    settle() {},
  };
  return { assignment, deadlineAt: Date.now() + deadlineIn };
}
