// deno-lint-ignore-file no-console -- it reports on its standard output
/**
 * A process that consumes numbered messages, says so in lines, `handling <delivered as JSON>`, and
 * kills itself while it handles one whose key says so.
 *
 * @module
 */

import { createMessaging, parseMessagingConfig } from "@cauce/messaging";
import { faultChannel } from "./fault_channel.ts";
import { type Delivered, preciseNow } from "./recorder.ts";

const WORK_MS = 10;

const [channelName = "", group = "", fatalPrefix = ""] = Deno.args;
const channel = faultChannel(channelName);
const config = parseMessagingConfig(Deno.env.toObject(), { bindings: [`${channelName}-in`] });
const running = Promise.withResolvers<void>();
const messaging = createMessaging({
  config,
  application: "victim",
  observe: (event) => {
    if (event.kind === "binding-state" && event.state === "running") running.resolve();
  },
});
messaging.sink(channel, async ({ payload, position: { partition } }, { token }) => {
  const delivered: Delivered = { ...payload, partition, token, at: preciseNow() };
  console.log(`handling ${JSON.stringify(delivered)}`);
  if (payload.key.startsWith(fatalPrefix)) Deno.kill(Deno.pid, "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, WORK_MS));
}, { group });
messaging.start();
await running.promise;
console.log("consumes");
