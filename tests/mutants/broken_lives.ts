/**
 * Mutants of what an operator sees of a binding and does to it.
 *
 * @module
 */

import { createMessaging, type Messaging, type MessagingOptions } from "@cauce/messaging";
import type { Mutant } from "./mutant.ts";

/** Messaging whose bindings are hard to steer. */
export const brokenLives: readonly Mutant[] = [
  { title: "ignores a replay", messaging: changing(() => ({ replay: () => Promise.resolve() })) },
  {
    title: "resumes a paused sink when it replays",
    messaging: changing(({ replay, control }) => ({
      async replay(name, from, options) {
        await replay(name, from, options);
        await control(name, "resumed");
      },
    })),
  },
  {
    title: "replays a sink that is stopped",
    messaging: changing(({ replay, control }) => ({
      async replay(name, from, options) {
        await control(name, "started");
        await replay(name, from, options).catch(() => {});
      },
    })),
  },
  {
    title: "loses what comes while a sink is stopped",
    messaging: changing(({ replay, control }) => ({
      async control(name, command) {
        await control(name, command);
        while (command === "started") {
          try {
            return await replay(name, "latest");
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        }
      },
    })),
  },
  {
    title: "stops every sink of a channel with one of them",
    messaging: changing(({ bindings, control }) => ({
      async control(name, command) {
        const rows = (await bindings()).filter(({ direction }) => direction === "sink");
        const channel = rows.find((row) => row.name === name)?.channel;
        const all = rows.filter((row) => row.channel === channel).map((row) => row.name);
        for (const one of command === "stopped" ? all : [name]) await control(one, command);
      },
    })),
  },
  {
    title: "sends no more than a hundred messages of a batch",
    messaging: changing(({ source }) => ({
      source: (channel, options) => {
        const whole = source(channel, options);
        return {
          ...whole,
          sendBatch: (items, sendOptions) => whole.sendBatch(items.slice(0, 100), sendOptions),
        };
      },
    })),
  },
  {
    title: "waits for handlers for ever",
    messaging: changing(({ sink }) => ({
      sink: (channel, handler, options) =>
        sink(channel, handler, { ...options, handlerGraceMs: 1e9 }),
    })),
  },
  {
    title: "does not see that a binding is down",
    messaging: changing(({ health }) => ({
      health: () => health().map((one) => ({ ...one, state: "running" as const })),
    })),
  },
  {
    title: "says that nothing has waited for any time",
    messaging: changing(({ bindings }) => ({
      bindings: async () => (await bindings()).map((one) => ({ ...one, lagSeconds: 0 })),
    })),
  },
];

function changing(
  broken: (messaging: Messaging) => Partial<Messaging>,
): (options: MessagingOptions) => Messaging {
  return (options) => {
    const messaging = createMessaging(options);
    return { ...messaging, ...broken(messaging) };
  };
}
