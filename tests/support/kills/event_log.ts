/**
 * The broker's log of changes, read back by a group that is never killed.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import { createMessaging, type Env, parseMessagingConfig } from "@cauce/messaging";
import { until } from "../until.ts";

/** One entry of the log. Heartbeats are none. */
export interface LoggedEvent {
  readonly eventId: string;
  readonly organizationId: string;
  readonly version: number;
}

/** What stands at the broker so far: every partition in its order. */
export interface EventLog extends AsyncDisposable {
  readonly events: readonly LoggedEvent[];
}

/** Reads from now on; resolves when it does. */
export async function openEventLog(env: Env): Promise<EventLog> {
  const binding = `${organizationChanges.name}-in`;
  const messaging = createMessaging({
    config: parseMessagingConfig(env, { bindings: [binding] }),
    application: "log",
  });
  const events: LoggedEvent[] = [];
  const offsets = new Set<string>();
  messaging.sink(organizationChanges, ({ id, payload, position }) => {
    const { organizationId, version } = payload;
    const offset = `${position.partition} ${position.offset}`;
    // Delivered twice it still stands there once.
    if (!offsets.has(offset)) events.push({ eventId: id, organizationId, version });
    offsets.add(offset);
    return Promise.resolve();
  }, { group: "log" });
  messaging.start();
  await until(
    async () => (await messaging.bindings()).every(({ state }) => state === "running"),
    "the reader of the log at work",
    { timeoutMs: 20_000 },
  );
  return { events, [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose]() };
}
