/**
 * Hears every change that is published from now on: a sink without a group.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import { createMessaging, parseMessagingConfig } from "@cauce/messaging";
import { SINK_BINDING } from "@cauce/licensing";
import { until } from "../support/until.ts";
import type { Change } from "./observer.ts";
import type { WatchedSystem } from "./watched_system.ts";

const BOUND_WITHIN_MS = 30_000;

/** Resolves when it hears. Disposing ends it. */
export async function openOnlooker(
  { messaging: env, binders }: Pick<WatchedSystem, "messaging" | "binders">,
  hear: (change: Change) => void,
): Promise<AsyncDisposable> {
  const messaging = createMessaging({
    config: parseMessagingConfig(env, { bindings: [SINK_BINDING] }),
    application: "consistency",
    ...(binders && { binders }),
  });
  try {
    messaging.sink(organizationChanges, ({ payload }) => {
      hear(payload);
      return Promise.resolve();
    });
    messaging.start();
    const isRunning = () => messaging.health().every(({ state }) => state === "running");
    await until(isRunning, "the observer's binding to run", { timeoutMs: BOUND_WITHIN_MS });
  } catch (error) {
    await messaging[Symbol.asyncDispose]();
    throw error;
  }
  return messaging;
}
