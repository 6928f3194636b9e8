/**
 * Messaging of one application: its sources and sinks, bound in the background, ended in order.
 *
 * @module
 */

import type { Binder, StartPosition } from "./binder.ts";
import type { MemoryBroker } from "./binders/memory/broker.ts";
import { type BinderName, loadBinder } from "./binders/registry.ts";
import type { Channel } from "./channel.ts";
import type { MessagingConfig } from "./config.ts";
import type { Operator } from "./dead_letters/act.ts";
import type { DeadLetterOffice } from "./dead_letters/office.ts";
import { type Logger, silentLogger } from "./logger.ts";
import type { BindingContext, ManagedBinding, ManagedSink } from "./managed_binding.ts";
import type { Need } from "./needs.ts";
import type { BindingCommand, BindingHealth, BindingStatus, Observe } from "./observe.ts";
import type { Sink } from "./sink.ts";
import { SinkBinding } from "./sink_binding.ts";
import type { Source } from "./source.ts";
import { SourceBinding } from "./source_binding.ts";
import type { OnWatermark } from "./watermark.ts";

/** What messaging is made of. */
export interface MessagingOptions {
  /** From `parseMessagingConfig()`. */
  readonly config: MessagingConfig;
  /** The application's name: the CloudEvents source, and how the broker knows the process. */
  readonly application: string;
  /** Silent if absent. */
  readonly logger?: Logger;
  /** Told of each step, on the hot path. */
  readonly observe?: Observe;
  /** The memory broker shared with others in this process. */
  readonly memory?: MemoryBroker;
  /** Binders that stand in for the registry's, by name. Disposed with messaging. */
  readonly binders?: Readonly<Record<string, () => Binder | Promise<Binder>>>;
}

/** What an application says about a source. */
export interface SourceOptions {
  /** Ends in `-out`, and in `-in` for a sink; `<channel>-out` and `<channel>-in` if absent. */
  readonly binding?: string;
  /** What the binder has to promise; one that cannot refuses to bind. */
  readonly needs?: readonly Need[];
}

/** What an application says about a sink. */
export interface SinkOptions extends SourceOptions {
  /** Without a group every instance gets every message. The configuration's group goes first. */
  readonly group?: string;
  /** When the handler's signal aborts; five minutes if absent. */
  readonly handlerDeadlineMs?: number;
  /**
   * How long a handler may go on after that before its binding is bound anew, without it; thirty
   * seconds if absent. A disposal does not wait longer either.
   */
  readonly handlerGraceMs?: number;
  /**
   * Told how far each partition is handled, by its sender's heartbeats: each when every message
   * before it is settled, those that were given up or skipped by a `replay` among them. One call at
   * a time for a partition. A call that fails is logged and not made again. Needs `ordered`.
   */
  readonly onWatermark?: OnWatermark;
}

/** How long a replay may take. */
export interface ReplayOptions {
  /** Gives up when it aborts; after thirty seconds if absent. */
  readonly signal?: AbortSignal;
}

/** The application's side of messaging. Disposing it ends intake, ends the open work, flushes and closes. */
export interface Messaging extends AsyncDisposable {
  /**
   * The source of a channel, from the first call on one and the same. Throws a `TypeError` where the
   * configuration does not declare its binding, or declares it as a sink's.
   */
  source<T>(channel: Channel<T>, options?: SourceOptions): Source<T>;
  /**
   * Registers a handler. A second one for the same channel needs a binding name of its own. Throws a
   * `TypeError` where the configuration does not declare its binding, or declares it as a source's.
   */
  sink<T>(channel: Channel<T>, handler: Sink<T>, options?: SinkOptions): void;
  /** Returns at once: binds in the background, for as long as it takes. */
  start(): void;
  /** How every binding is doing. */
  bindings(): Promise<readonly BindingStatus[]>;
  /** The same in short, without asking any broker. */
  health(): readonly BindingHealth[];
  /** Starts, stops, pauses or resumes a binding. Throws a `RangeError` when there is none of this name. */
  control(name: string, command: BindingCommand): Promise<void>;
  /**
   * Lets a sink's group go on from another place, forward or back, over all its members, while they
   * run; a paused one stays paused. Handlers that run end first. Messages between the places are
   * handled again, or not at all. Rejects with `RangeError` when there is no such sink, partition or
   * offset, with `BindingStateError` when it is not bound, with `MissingFeatureError` when the broker
   * keeps no history, and with `SeekError` when it could not be completed: asking again is safe.
   */
  replay(binding: string, from: StartPosition, options?: ReplayOptions): Promise<void>;
  /** What a sink's binding gave up, seen to by `operator`. Throws a `RangeError` when there is none of this name. */
  deadLetters(binding: string, operator: Operator): DeadLetterOffice;
  /** Resolves when a binding was refused for good: the process should end. */
  readonly fatal: Promise<Error>;
}

const REPLAY_DEADLINE_MS = 30_000;

/** Builds an application's messaging; nothing connects before `start`. */
export function createMessaging(options: MessagingOptions): Messaging {
  const { config, application, logger = silentLogger, observe } = options;
  const { promise: fatal, resolve: refused } = Promise.withResolvers<Error>();
  const binders = new Map<string, Promise<Binder>>();
  const sources = new Map<string, SourceBinding<unknown>>();
  const sinks = new Map<string, ManagedSink>();
  const clientId = `${application}-${crypto.randomUUID().slice(0, 8)}`;
  let started = false;
  let ending: Promise<void> | undefined;

  async function openBinder(name: BinderName): Promise<Binder> {
    const own = options.binders?.[name];
    if (own !== undefined) return own();
    const createBinder = await loadBinder(name);
    const { memory } = options;
    return createBinder({ env: config.env, logger, clientId, ...(memory && { memory }) });
  }

  function shareBinder(name: BinderName): Promise<Binder> {
    const known = binders.get(name);
    if (known !== undefined) return known;
    const opening = openBinder(name);
    binders.set(name, opening);
    // A binder that could not be built may be the next time.
    opening.catch(() => binders.delete(name));
    return opening;
  }

  function context(
    name: string,
    { end, needs = [] }: {
      readonly end: "-in" | "-out";
      readonly needs?: readonly Need[] | undefined;
    },
  ): BindingContext {
    // So that no name which is declared for listening lets the application send.
    if (!name.endsWith(end)) {
      throw new TypeError(`Cannot use binding "${name}": it must end in ${end}`);
    }
    const binding = config.binding(name);
    const binderName = binding.binder ?? config.defaultBinder;
    const binder = () => shareBinder(binderName);
    return {
      name,
      config: binding,
      needs,
      binderName,
      binder,
      application,
      logger,
      observe,
      refused,
    };
  }

  function find(name: string): ManagedBinding {
    const binding = sources.get(name) ?? sinks.get(name);
    if (binding === undefined) throw new RangeError(`Cannot find binding "${name}"`);
    return binding;
  }

  function findSink(name: string): ManagedSink {
    const sink = sinks.get(name);
    if (sink === undefined) throw new RangeError(`Cannot find a sink's binding "${name}"`);
    return sink;
  }

  async function end(): Promise<void> {
    await disposeAll([...sinks.values()]);
    // Handlers that were ending may have sent.
    await disposeAll([...sources.values()]);
    const opened = await Promise.allSettled(binders.values());
    await disposeAll(opened.flatMap((one) => one.status === "fulfilled" ? [one.value] : []));
  }

  return {
    fatal,
    source<T>(channel: Channel<T>, { binding, needs }: SourceOptions = {}): Source<T> {
      const name = binding ?? `${channel.name}-out`;
      const known = sources.get(name) as SourceBinding<T> | undefined;
      if (known !== undefined) return known.source;
      const added = new SourceBinding(channel, context(name, { end: "-out", needs }));
      sources.set(name, added as unknown as SourceBinding<unknown>);
      if (started) added.start();
      return added.source;
    },
    sink<T>(channel: Channel<T>, sink: Sink<T>, sinkOptions: SinkOptions = {}): void {
      const { group, handlerDeadlineMs, handlerGraceMs, onWatermark } = sinkOptions;
      const needs = [...sinkOptions.needs ?? [], ...onWatermark ? ["ordered"] as const : []];
      const name = sinkOptions.binding ?? `${channel.name}-in`;
      if (sinks.has(name)) throw new TypeError(`Cannot add a sink: binding "${name}" has one`);
      const added = new SinkBinding(channel, context(name, { end: "-in", needs }), {
        sink,
        group,
        handlerDeadlineMs,
        handlerGraceMs,
        onWatermark,
      });
      sinks.set(name, added);
      if (started) added.start();
    },
    start() {
      started = true;
      for (const binding of [...sources.values(), ...sinks.values()]) binding.start();
    },
    bindings: () =>
      Promise.all([...sources.values(), ...sinks.values()].map((binding) => binding.status())),
    health: () => [...sources.values(), ...sinks.values()].map((binding) => binding.health()),
    // deno-lint-ignore require-await -- an unknown name must arrive as a rejection
    async replay(name, from, { signal = AbortSignal.timeout(REPLAY_DEADLINE_MS) } = {}) {
      return findSink(name).replay(from, signal);
    },
    // deno-lint-ignore require-await -- an unknown name must arrive as a rejection
    async control(name, command) {
      return find(name).control(command);
    },
    deadLetters: (name, operator) => findSink(name).deadLetters(operator),
    [Symbol.asyncDispose]: () => ending ??= end(),
  };
}

/** Disposes all, whatever happens to one of them, then reports what went wrong. */
async function disposeAll(resources: readonly AsyncDisposable[]): Promise<void> {
  const results = await Promise.allSettled(
    resources.map((resource) => resource[Symbol.asyncDispose]()),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
