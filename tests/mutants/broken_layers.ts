/**
 * Mutants of the layers above the binders.
 *
 * @module
 */

import {
  createMessaging,
  InvalidMessageError,
  type Messaging,
  type MessagingOptions,
  PauseAndRetryError,
  type Sink,
} from "@cauce/messaging";
import type { Binder, Delivery } from "@cauce/messaging/binder";
import { delegateBinder, delegateReceiver } from "@cauce/messaging/testing";
import type { Mutant } from "./mutant.ts";

/** Layers that break a promise. */
export const brokenLayers: readonly Mutant[] = [
  {
    title: "acknowledges before the handler has ended",
    messaging: handling((sink) => (message, context) => {
      sink(message, context).catch(() => {});
      return Promise.resolve();
    }),
  },
  {
    title: "acknowledges what failed",
    messaging: handling((sink) => (message, context) => sink(message, context).catch(() => {})),
  },
  {
    title: "gives up at the first failure",
    messaging: handling((sink) => async (message, context) => {
      try {
        await sink(message, context);
      } catch (cause) {
        throw new InvalidMessageError("the handler failed", { cause });
      }
    }),
  },
  {
    title: "never gives up",
    messaging: handling((sink) => async (message, context) => {
      try {
        await sink(message, context);
      } catch (cause) {
        throw new PauseAndRetryError("The handler failed", { cause });
      }
    }),
  },
  {
    title: "counts a pause as a failure",
    messaging: handling((sink) => async (message, context) => {
      try {
        await sink(message, context);
      } catch (cause) {
        throw cause instanceof PauseAndRetryError ? new Error("paused", { cause }) : cause;
      }
    }),
  },
  {
    title: "waits inside the handler before it tries again, so that others wait too",
    messaging: handling((sink) => async (message, context) => {
      try {
        await sink(message, context);
      } catch (cause) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await sink(message, { ...context, signal: context.signal, attempt: 2 });
        throw cause;
      }
    }),
  },
  {
    title: "handles all messages of a key at once",
    messaging: throughBinder((binder) =>
      delegateBinder(binder, {
        bindConsumer: (destination, options, receive) =>
          binder.bindConsumer(destination, options, (assignment) => {
            const receiver = receive(assignment);
            return delegateReceiver(receiver, {
              deliver: (batch) => receiver.deliver(batch.map(withoutKeyAtFirst)),
            });
          }),
      })
    ),
  },
  { title: "handles one message at a time", messaging: configured({ concurrency: 1 }) },
  { title: "handles any number at once", messaging: configured({ concurrency: 1000 }) },
  { title: "takes any number of messages in", messaging: configured({ maxInFlight: 100_000 }) },
  { title: "never parks a key", messaging: configured({ onDeadLetter: "continue" }) },
  { title: "starts every sink at the latest", messaging: configured({ startOffset: "latest" }) },
  {
    title: "loses dead letters",
    messaging: throughBinder((binder) =>
      delegateBinder(binder, {
        async bindProducer(destination, options) {
          const producer = await binder.bindProducer(destination, options);
          if (!destination.startsWith("error.")) return producer;
          return { ...producer, send: () => Promise.resolve() };
        },
      })
    ),
  },
  {
    title: "gives up when the broker is out of reach",
    messaging: throughBinder((binder) => {
      const refuse = (cause: unknown) => {
        throw new InvalidMessageError("no broker", { cause });
      };
      return delegateBinder(binder, {
        bindProducer: (...args) => binder.bindProducer(...args).catch(refuse),
        bindConsumer: (...args) => binder.bindConsumer(...args).catch(refuse),
      });
    }),
  },
  {
    title: "does not bind anew what failed",
    messaging: throughBinder((binder) =>
      delegateBinder(binder, {
        async bindConsumer(...args) {
          const consumer = await binder.bindConsumer(...args);
          return { ...consumer, failed: new Promise<Error>(() => {}) };
        },
      })
    ),
  },
  {
    title: "ignores what a binding needs",
    messaging: throughBinder((binder) =>
      delegateBinder(binder, {
        features: { ordered: true, durable: true, replayable: true, historyForNewGroups: true },
      })
    ),
  },
  {
    title: "ignores a pause",
    messaging: (options) => ({
      ...createMessaging(options),
      control: () => Promise.resolve(),
    }),
  },
];

/** The lanes see no key, the handler sees it. */
function withoutKeyAtFirst(delivery: Delivery): Delivery {
  let reads = 0;
  return {
    ...delivery,
    get key() {
      reads += 1;
      return reads === 1 ? "" : delivery.key;
    },
  };
}

function handling(
  broken: <T>(sink: Sink<T>) => Sink<T>,
): (options: MessagingOptions) => Messaging {
  return (options) => {
    const messaging = createMessaging(options);
    return {
      ...messaging,
      sink: (channel, sink, sinkOptions) => messaging.sink(channel, broken(sink), sinkOptions),
    };
  };
}

type BindingChanges = Partial<ReturnType<MessagingOptions["config"]["binding"]>>;

function configured(changes: BindingChanges): (options: MessagingOptions) => Messaging {
  return (options) => {
    const { config } = options;
    const binding = (name: string) => ({ ...config.binding(name), ...changes });
    return createMessaging({ ...options, config: { ...config, binding } });
  };
}

function throughBinder(
  broken: (binder: Binder) => Binder,
): (options: MessagingOptions) => Messaging {
  return (options) => {
    const binders = Object.fromEntries(
      Object.entries(options.binders ?? {}).map(([name, create]) => [
        name,
        async () => broken(await create()),
      ]),
    );
    return createMessaging({ ...options, binders });
  };
}
