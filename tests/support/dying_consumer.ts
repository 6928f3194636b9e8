// deno-lint-ignore-file no-console -- it reports on its standard output
/**
 * A process that consumes numbered messages, says so line by line, `handling <key> <sequence> <at>`,
 * and kills itself while it handles one whose key says so.
 *
 * @module
 */

import { createMessaging, parseMessagingConfig } from "@cauce/messaging";
import { faultChannel } from "./fault_channel.ts";
import { preciseNow } from "./recorder.ts";

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
messaging.sink(channel, ({ payload: { key, sequence } }) => {
  console.log(`handling ${key} ${sequence} ${preciseNow()}`);
  if (key.startsWith(fatalPrefix)) Deno.kill(Deno.pid, "SIGKILL");
  return Promise.resolve();
}, { group });
messaging.start();
await running.promise;
console.log("consumes");
