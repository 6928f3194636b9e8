import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { until } from "../support/until.ts";
import { type FaultTargets, runFaults } from "./faults.ts";

/** Targets that count what is broken and not healed yet. */
function counting() {
  const open = new Set<string>();
  const struck: string[] = [];
  const strike = (name: string) => {
    open.add(name);
    struck.push(name);
  };
  const killable = (name: string) => ({
    kill: () => Promise.resolve(strike(name)),
    start: () => Promise.resolve(void open.delete(name)),
  });
  const way = (name: string) => ({
    cut: () => strike(name),
    freeze: () => strike(name),
    heal: () => void open.delete(name),
  });
  const targets: FaultTargets = {
    licensing: [killable("licensing 1"), killable("licensing 2")],
    organizations: [killable("organization 1")],
    brokerWay: way("way to the broker"),
    cacheWay: way("way to the cache"),
    broker: {
      pause: () => Promise.resolve(strike("broker")),
      resume: () => Promise.resolve(void open.delete("broker")),
    },
    flushCache: () => Promise.resolve(void struck.push("flush")),
  };
  return { targets, open, struck };
}

Deno.test("runFaults() heals the fault under way when the load is over", async () => {
  const { targets, open, struck } = counting();
  const over = new AbortController();
  const running = runFaults({
    targets,
    record: () => {},
    say: () => {},
    signal: over.signal,
    gapMs: 1,
  });
  await until(() => open.size > 0, "a fault");

  over.abort();

  strictEqual(await running, 1);
  deepStrictEqual([...open], []);
  deepStrictEqual(struck, ["licensing 1"]);
});

Deno.test("runFaults() tells each fault, and records a flush with its time", async () => {
  const { targets } = counting();
  const over = new AbortController();
  const said: string[] = [];
  const flushes: { readonly start: number; readonly end: number }[] = [];

  const running = runFaults({
    targets,
    record: (flush) => void flushes.push(flush),
    say: (line) => void said.push(line),
    signal: over.signal,
    gapMs: 1,
  });
  await until(() => flushes.length > 0, "a flush", { timeoutMs: 5000 });
  over.abort();
  await running;

  ok(said[0]?.includes("kill -9 of licensing 1"), said[0]);
  ok(said[1]?.includes("FLUSHALL"), said[1]);
  ok(flushes.every(({ start, end }) => start <= end));
});
