// deno-lint-ignore-file no-console -- a program talks to whoever started it
/**
 * Works through a backlog with a slow handler and writes down how much memory that took:
 * `slow_consumer.ts BINDER ADDRESS DESTINATION MESSAGES`.
 *
 * @module
 */

import { createMessaging, parseMessagingConfig } from "@cauce/messaging";
import { ADDRESS_VARIABLE } from "./cauce.ts";
import { benchEvents } from "./events.ts";
import type { Memory } from "./workloads/memory.ts";

const HANDLER_MS = 5;
const CONCURRENCY = 64;
const SAMPLE_MS = 100;
const BYTES_PER_MB = 1024 * 1024;

async function main(): Promise<void> {
  const [binder, address = "", destination = "", messages] = Deno.args;
  if (binder !== "kafka" && binder !== "redis") throw new Error(`Cannot use binder "${binder}"`);
  const backlog = Number(messages);
  const config = parseMessagingConfig({
    [ADDRESS_VARIABLE[binder]]: address,
    MESSAGING_BINDER: binder,
    MESSAGING_BINDINGS_BENCH_EVENTS_IN_DESTINATION: destination,
    MESSAGING_BINDINGS_BENCH_EVENTS_IN_CONSUMER_CONCURRENCY: String(CONCURRENCY),
  }, { bindings: ["bench-events-in"] });
  const { promise: all, resolve } = Promise.withResolvers<void>();
  await using messaging = createMessaging({ config, application: "bench" });
  let handled = 0;
  let pause: Promise<void> | undefined;
  messaging.sink(benchEvents, async () => {
    // Handlers of the same moment share a timer, which takes nothing away from how slow they are.
    pause ??= new Promise((resolve) =>
      setTimeout(() => {
        pause = undefined;
        resolve();
      }, HANDLER_MS)
    );
    await pause;
    handled += 1;
    if (handled === backlog) resolve();
  }, { group: `bench-${crypto.randomUUID().slice(0, 8)}` });
  messaging.start();

  let [firstTenthMb, laterMb] = [0, 0];
  const look = () => {
    const mb = Deno.memoryUsage().rss / BYTES_PER_MB;
    if (handled < backlog / 10) firstTenthMb = Math.max(firstTenthMb, mb);
    else laterMb = Math.max(laterMb, mb);
  };
  const sampler = setInterval(look, SAMPLE_MS);
  look();
  await all;
  look();
  clearInterval(sampler);
  const memory: Memory = { firstTenthMb, laterMb };
  console.log(JSON.stringify(memory));
}

await main();
