import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import {
  createMessaging,
  defineChannel,
  type MemoryBroker,
  parseMessagingConfig,
} from "@cauce/messaging";
import { z } from "zod";
import { details, openTestOrganization, ORGANIZATIONS } from "../support/organization_service.ts";
import { until } from "../support/until.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const notices = defineChannel({
  name: "notices",
  schema: z.strictObject({ organizationId: z.string() }),
  keyOf: ({ organizationId }) => organizationId,
});

/** Tells of each change in a channel of its own, whose sink fails until it is mended. */
function openNotifier(memory: MemoryBroker) {
  const config = parseMessagingConfig({
    MESSAGING_BINDER: "memory",
    MESSAGING_BINDINGS_NOTICES_IN_CONSUMER_MAX_ATTEMPTS: "2",
    MESSAGING_BINDINGS_NOTICES_IN_CONSUMER_BACK_OFF_INITIAL_INTERVAL: "1",
  }, { bindings: ["organization-changes-in", "notices-out", "notices-in"] });
  const messaging = createMessaging({ config, application: "notifier", memory });
  const traces = { change: [] as unknown[], tries: [] as unknown[], replayed: [] as unknown[] };
  let mended = false;
  messaging.sink(organizationChanges, async ({ payload, traceparent }) => {
    traces.change.push(traceparent);
    await messaging.source(notices).send({ organizationId: payload.organizationId });
  }, { group: "notifier" });
  messaging.sink(notices, ({ traceparent }) => {
    (mended ? traces.replayed : traces.tries).push(traceparent);
    return mended ? Promise.resolve() : Promise.reject(new Error("no way to tell anybody"));
  }, { group: "notifier" });
  messaging.start();
  return {
    traces,
    letters: messaging.deadLetters("notices-in", { by: "test" }),
    mend: () => void (mended = true),
    [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
  };
}

Deno.test("a trace goes from a request by outbox, event, retry and a second event to the dead letter and its replay", async () => {
  await using test = await openTestOrganization();
  await using notifier = openNotifier(test.memory);
  const { traces, letters } = notifier;
  const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;

  const response = await test.send("POST", ORGANIZATIONS, {
    body: details,
    headers: { traceparent },
  });
  await response.body?.cancel();
  const [letter] = await until(async () => {
    const { items } = await letters.list();
    return items.length > 0 && items;
  }, "the dead letter");
  notifier.mend();
  await letters.replay();
  await until(() => traces.replayed.length > 0, "the replayed notice");

  ok(response.headers.get("traceparent")?.includes(TRACE_ID));
  deepStrictEqual(traces, {
    change: [traceparent],
    tries: [traceparent, traceparent],
    replayed: [traceparent],
  });
  strictEqual(letter?.headers["traceparent"], traceparent);
});
