// deno-lint-ignore-file no-console -- it reports on its standard output
/**
 * A member of a group in a process of its own, to be killed and frozen. It settles what it gets, one
 * message each 20 ms, and says so in lines: `owns`, `handled <text> <token>`, `aborted <token>`.
 *
 * @module
 */

import { silentLogger } from "@cauce/messaging";
import { createBinder } from "@cauce/messaging/binders/redis";

const [destination = "", group = ""] = Deno.args;
const env = { REDIS_URL: Deno.env.get("REDIS_URL") };
const binder = createBinder({ env, logger: silentLogger, clientId: "victim" });
const decoder = new TextDecoder();

await binder.bindConsumer(destination, {
  group,
  startOffset: "earliest",
  partitionCount: 1,
}, (assignment) => {
  const { signal, token } = assignment;
  signal.addEventListener("abort", () => console.log(`aborted ${token}`));
  return {
    async deliver(batch) {
      for (const { body, offset } of batch) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (signal.aborted) return;
        console.log(`handled ${decoder.decode(body)} ${token}`);
        assignment.settle(offset);
      }
    },
    drain: () => Promise.resolve(),
  };
});
console.log("owns");
