/**
 * This project's messaging under measurement: the code an application runs, defaults included.
 *
 * @module
 */

import { createMessaging, type Messaging, parseMessagingConfig } from "@cauce/messaging";
import type { Contender } from "./contender.ts";
import { benchEvents, type Mode } from "./events.ts";

/** Where each binder looks for its broker's address. */
export const ADDRESS_VARIABLE: Readonly<Record<"kafka" | "redis", string>> = {
  kafka: "KAFKA_BROKERS",
  redis: "REDIS_URL",
};

/** Measures the binder by its name and the address of its broker. */
export function cauce(binder: "kafka" | "redis", address: string): Contender {
  function open(destination: string, mode: Mode = "binary"): Messaging {
    const config = parseMessagingConfig({
      [ADDRESS_VARIABLE[binder]]: address,
      MESSAGING_BINDER: binder,
      MESSAGING_BINDINGS_BENCH_EVENTS_OUT_DESTINATION: destination,
      MESSAGING_BINDINGS_BENCH_EVENTS_OUT_PRODUCER_CONTENT_MODE: mode,
      MESSAGING_BINDINGS_BENCH_EVENTS_IN_DESTINATION: destination,
      MESSAGING_BINDINGS_BENCH_EVENTS_IN_CONSUMER_CONCURRENCY: "64",
    }, { bindings: ["bench-events-out", "bench-events-in"] });
    return createMessaging({ config, application: "bench" });
  }

  return {
    name: `cauce ${binder}`,
    async openProducer(destination, mode) {
      const messaging = open(destination, mode);
      const source = messaging.source(benchEvents);
      messaging.start();
      await source.partitionCount();
      return {
        send: (event) => source.send(event),
        [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
      };
    },
    // deno-lint-ignore require-await -- the port allows for clients that connect here
    async openConsumer(destination, onEvent) {
      const messaging = open(destination);
      messaging.sink(benchEvents, ({ payload }) => {
        onEvent(payload);
        return Promise.resolve();
      }, { group: `bench-${crypto.randomUUID().slice(0, 8)}` });
      messaging.start();
      return messaging;
    },
  };
}
