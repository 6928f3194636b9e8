/**
 * Small applications for the cases: what a service would build on the binder under test.
 *
 * @module
 */

import type { Binder } from "../../binder.ts";
import { type Channel, defineChannel } from "../../channel.ts";
import { parseMessagingConfig } from "../../config.ts";
import type { Message } from "../../message.ts";
import type { Messaging, SinkOptions } from "../../messaging.ts";
import type { MessagingEvent } from "../../observe.ts";
import type { SinkContext } from "../../sink.ts";
import { delegateBinder } from "./delegate.ts";
import type { World } from "./world.ts";

/** The payload of the cases. */
export interface Note {
  readonly id: string;
  readonly n: number;
}

/** What a handler was called with. */
export interface Handled {
  readonly message: Message<Note>;
  readonly context: SinkContext;
}

/** A channel of its own for a case. */
export function noteChannel(world: World, partitionCount = 4): Channel<Note> {
  return defineChannel({
    name: world.name("notes"),
    schema: { parse: parseNote },
    keyOf: ({ id }) => id,
    typeOf: () => "note.written",
    partitionCount,
  });
}

/** How an application of a case is set up. */
export interface AppOptions extends SinkOptions {
  readonly channel: Channel<Note>;
  /** Properties of the sink's binding, such as `CONSUMER_CONCURRENCY`. */
  readonly sink?: Readonly<Record<string, string>>;
  /** Properties of the source's binding. */
  readonly source?: Readonly<Record<string, string>>;
  /** Bindings beside the channel's own two. */
  readonly moreBindings?: readonly string[];
  /** Undefined: the application has no sink. */
  readonly handle?: (handled: Handled) => Promise<void> | void;
  /** Changes the binder on its way to the application. */
  readonly wrap?: (binder: Binder) => Binder;
}

/** A running application. */
export interface App {
  readonly messaging: Messaging;
  /** What its handler was called with, in order. */
  readonly handled: Handled[];
  readonly events: MessagingEvent[];
}

/** Starts an application; it ends with the case. */
export function startApp(world: World, options: AppOptions): App {
  const { channel, handle, moreBindings = [], wrap = (binder) => binder } = options;
  const handled: Handled[] = [];
  const events: MessagingEvent[] = [];
  const messaging = world.keep(world.createMessaging({
    application: "conformance",
    config: parseMessagingConfig(toEnv(options), {
      bindings: [`${channel.name}-in`, `${channel.name}-out`, ...moreBindings],
      defaultBinder: "memory",
    }),
    observe: (event) => void events.push(event),
    binders: {
      memory: async () => requireGroup(wrap(await world.harness.createBinder()), options.group),
    },
  }));
  if (handle !== undefined) {
    messaging.sink(channel, async (message, context) => {
      handled.push({ message, context });
      await handle({ message, context });
    }, options);
  }
  messaging.start();
  return { messaging, handled, events };
}

/** Waits until every binding of the application runs. */
export function untilRunning(world: World, { messaging }: App): Promise<void> {
  return world.until(
    async () => (await messaging.bindings()).every(({ state }) => state === "running"),
    "every binding runs",
  );
}

/** The numbers of a key in the order in which they were handled. */
export function numbersOf(handled: readonly Handled[], key: string): readonly number[] {
  return handled.filter(({ message }) => message.key === key).map(({ message }) =>
    message.payload.n
  );
}

/** Where a broker keeps no history, a sink that binds late must find what was sent before. */
function requireGroup(binder: Binder, group: string | undefined): Binder {
  if (group === undefined || binder.features.historyForNewGroups) return binder;
  return delegateBinder(binder, {
    bindProducer: (destination, producer) =>
      binder.bindProducer(destination, {
        ...producer,
        requiredGroups: [...producer.requiredGroups, group],
      }),
  });
}

function toEnv({ channel, sink = {}, source = {} }: AppOptions): Record<string, string> {
  const name = channel.name.toUpperCase().replaceAll("-", "_");
  const fast = { CONSUMER_BACK_OFF_INITIAL_INTERVAL: "20", CONSUMER_BACK_OFF_MAX_INTERVAL: "50" };
  const prefix = `MESSAGING_BINDINGS_${name}`;
  return Object.fromEntries([
    ...Object.entries({ ...fast, ...sink }).map(([key, value]) => [`${prefix}_IN_${key}`, value]),
    ...Object.entries(source).map(([key, value]) => [`${prefix}_OUT_${key}`, value]),
  ]);
}

function parseNote(input: unknown): Note {
  if (typeof input !== "object" || input === null) throw new TypeError("A note is an object");
  const { id, n } = input as Partial<Note>;
  if (typeof id !== "string" || typeof n !== "number") throw new TypeError("A note has id and n");
  return { id, n };
}
