import { deepStrictEqual } from "node:assert/strict";
import type { BindingStatus } from "@cauce/messaging";
import { logLag } from "./log_lag.ts";

Deno.test("logLag() logs each sink whose broker tells, and goes on when it cannot be asked", async () => {
  const answers = [
    () => Promise.reject(new Error("down")),
    () =>
      Promise.resolve([
        status({ name: "out", direction: "source", lag: null }),
        status({ name: "in", lag: 7, lagSeconds: 2 }),
        status({ name: "unknown", lag: null }),
      ]),
  ];
  const { promise, resolve } = Promise.withResolvers<unknown>();

  await using _log = logLag({
    bindings: { bindings: () => (answers.shift() ?? (() => Promise.resolve([])))() },
    logger: {
      debug() {},
      info: (message, fields) => resolve({ message, ...fields }),
      warn() {},
      error() {},
    },
    intervalMs: 1,
  });

  deepStrictEqual(await keepAlive(promise), {
    message: "Measured lag",
    binding: "in",
    group: "licensing",
    destination: "organization-changes",
    lag: 7,
    lagSeconds: 2,
  });
});

Deno.test("logLag() asks nobody where the interval is 0", async () => {
  let asked = 0;
  const bindings = {
    bindings: () => {
      asked += 1;
      return Promise.resolve([]);
    },
  };
  const logger = { debug() {}, info() {}, warn() {}, error() {} };

  await using _log = logLag({ bindings, logger, intervalMs: 0 });
  // Long enough for many looks at the shortest interval.
  await new Promise((resolve) => setTimeout(resolve, 20));

  deepStrictEqual(asked, 0);
});

function status(own: Partial<BindingStatus>): BindingStatus {
  return {
    name: "in",
    state: "running",
    error: null,
    direction: "sink",
    channel: "organization-changes",
    destination: "organization-changes",
    group: "licensing",
    binder: "memory",
    lag: 0,
    lagSeconds: null,
    inFlight: 0,
    attempts: 0,
    oldestUnfinishedMs: null,
    partitions: [],
    ...own,
  };
}

/** The timer of the log keeps no process alive, and so no test. */
async function keepAlive<Value>(promise: Promise<Value>): Promise<Value> {
  const timer = setInterval(() => {}, 1000);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}
