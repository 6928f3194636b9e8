/**
 * A sink bound to its broker.
 *
 * @module
 */

import type { Assignment, ConsumerBinding, Receiver, StartPosition } from "./binder.ts";
import { findBindingLag } from "./binding_lag.ts";
import type { Channel } from "./channel.ts";
import type { Operator } from "./dead_letters/act.ts";
import { createDeadLetterOffice } from "./dead_letters/create_office.ts";
import type { DeadLetterOffice } from "./dead_letters/office.ts";
import { BindingStateError } from "./errors.ts";
import { HandlerWatch } from "./handler_watch.ts";
import type { Lanes } from "./lanes.ts";
import type { BindingContext, ManagedSink } from "./managed_binding.ts";
import {
  createDeadLetters,
  deadLetterDestination,
  type DeadLetters,
} from "./middleware/dead_letter.ts";
import { assertFeatures } from "./needs.ts";
import {
  type BindingCommand,
  type BindingHealth,
  type BindingState,
  type BindingStatus,
  toText,
} from "./observe.ts";
import type { Sink } from "./sink.ts";
import { createSinkReceive, type SinkReceive } from "./sink_receiver.ts";
import { Slots } from "./slots.ts";
import { Supervisor } from "./supervisor.ts";
import type { OnWatermark } from "./watermark.ts";

const HANDLER_DEADLINE_MS = 300_000;
const HANDLER_GRACE_MS = 30_000;
const LOOK_EACH_MS = 1000;

/** Each rebuild leaves handlers behind that go on; so many times, and no more, that may help. */
const MAX_REBUILDS = 3;

/** What an application says about a sink. */
export interface SinkBindingOptions<T> {
  readonly sink: Sink<T>;
  /** Undefined: anonymous. */
  readonly group: string | undefined;
  readonly handlerDeadlineMs: number | undefined;
  readonly handlerGraceMs: number | undefined;
  readonly onWatermark: OnWatermark | undefined;
}

/** A handler, its lanes and its keeper. */
export class SinkBinding<T> implements ManagedSink {
  readonly name: string;
  readonly #channel: Channel<T>;
  readonly #context: BindingContext;
  readonly #destination: string;
  readonly #group: string | undefined;
  readonly #supervisor: Supervisor<ConsumerBinding>;
  readonly #watch: HandlerWatch;
  readonly #lookEachMs: number;
  readonly #deadLetters: DeadLetters;
  readonly #sinkReceive: SinkReceive;
  readonly #lanes = new Set<Lanes>();
  #slots: Slots;
  #looking: ReturnType<typeof setInterval> | undefined;
  #last: ConsumerBinding | undefined;
  #retries = 0;
  #rebuilds = 0;
  #stuck: Error | undefined;

  constructor(channel: Channel<T>, context: BindingContext, options: SinkBindingOptions<T>) {
    const { name, config, logger, observe } = context;
    const { handlerDeadlineMs: deadlineMs = HANDLER_DEADLINE_MS } = options;
    const { handlerGraceMs: graceMs = HANDLER_GRACE_MS } = options;
    this.name = name;
    this.#channel = channel;
    this.#context = context;
    this.#destination = config.destination ?? channel.name;
    this.#group = config.group ?? options.group;
    this.#slots = new Slots(config.concurrency);
    this.#watch = new HandlerWatch(graceMs);
    this.#lookEachMs = Math.min(LOOK_EACH_MS, graceMs);
    this.#deadLetters = createDeadLetters({
      destination: deadLetterDestination(this.#destination, this.#group),
      open: async (destination, partitionCount) =>
        (await context.binder()).bindProducer(destination, { partitionCount, requiredGroups: [] }),
    });
    this.#sinkReceive = createSinkReceive({
      binding: name,
      channel,
      group: this.#group,
      sink: options.sink,
      onWatermark: options.onWatermark,
      maxInFlight: config.maxInFlight,
      retry: config.retry,
      deadlineMs,
      watch: this.#watch,
      deadLetters: this.#deadLetters,
      onDeadLetter: config.onDeadLetter,
      observe,
      retried: () => this.#retries += 1,
      logger,
    });
    this.#supervisor = new Supervisor({
      name,
      bind: () => this.#bind(),
      logger,
      changed: (state, error) => this.#changed(state, error),
      refused: context.refused,
    });
  }

  start(): void {
    this.#looking ??= setInterval(() => this.#look(), this.#lookEachMs);
    this.#supervisor.start();
  }

  async control(command: BindingCommand): Promise<void> {
    if (command === "started") return this.start();
    if (command === "stopped") return await this.#stop();
    this.#slots.paused = command === "paused";
    for (const lanes of this.#lanes) lanes.resume();
    this.#changed(this.#state(), this.#supervisor.error);
  }

  async replay(from: StartPosition, signal: AbortSignal): Promise<void> {
    const { name, binder } = this.#context;
    assertFeatures(name, await binder(), ["replayable"]);
    const { binding } = this.#supervisor;
    if (binding === undefined) {
      throw new BindingStateError("replay", name, `it is ${this.#supervisor.state}`);
    }
    await binding.seek(from, signal);
  }

  health(): BindingHealth {
    const error = this.#stuck ?? this.#supervisor.error;
    const state = this.#state();
    return { name: this.name, state, error: error === undefined ? null : toText(error) };
  }

  async status(): Promise<BindingStatus> {
    const lag = await findBindingLag(this.#supervisor.binding);
    const lanes = [...this.#lanes];
    const oldest = Math.min(...lanes.map((one) => one.oldest?.storedAt ?? Infinity));
    return {
      ...this.health(),
      direction: "sink",
      channel: this.#channel.name,
      destination: this.#destination,
      group: this.#group ?? null,
      binder: this.#context.binderName,
      ...lag,
      inFlight: lanes.reduce((sum, { inFlight }) => sum + inFlight, 0),
      attempts: this.#retries,
      oldestUnfinishedMs: Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) : null,
      partitions: this.#supervisor.binding?.partitions() ?? [],
    };
  }

  deadLetters(operator: Operator): DeadLetterOffice {
    return createDeadLetterOffice({
      binder: this.#context.binder,
      destination: this.#destination,
      group: this.#group,
      operator,
      channel: this.#channel as Channel<unknown>,
    });
  }

  /** Takes no more, ends what runs, and keeps what had to be given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.#deadLetters[Symbol.asyncDispose]();
  }

  async #stop(): Promise<void> {
    await this.#supervisor.stop();
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#stuck = undefined;
  }

  /** Looks whether handlers ignore their deadline. */
  #look(): void {
    const { name, logger } = this.#context;
    if (this.#watch.abandoned === 0) this.#rebuilds = 0;
    if (!this.#watch.isStuck) return this.#setStuck(undefined);
    const error = new Error("A handler goes on although its deadline has passed");
    if (this.#rebuilds === MAX_REBUILDS) return this.#setStuck(error);
    logger.error("A binding is bound anew: a handler ignores its deadline", { binding: name });
    this.#rebuilds += 1;
    this.#watch.abandon();
    const { paused } = this.#slots;
    // The abandoned keep their slots; the next ones are not to wait for them.
    this.#slots = new Slots(this.#context.config.concurrency);
    this.#slots.paused = paused;
    this.#supervisor.rebuild(error);
  }

  #setStuck(error: Error | undefined): void {
    if ((this.#stuck === undefined) === (error === undefined)) return;
    this.#stuck = error;
    const { name, logger } = this.#context;
    if (error !== undefined) logger.error("A binding is stuck", { binding: name });
    this.#changed(this.#state(), error);
  }

  #state(): BindingState {
    if (this.#stuck !== undefined) return "stuck";
    const { state } = this.#supervisor;
    return state === "running" && this.#slots.paused ? "paused" : state;
  }

  #changed(state: BindingState, error: unknown): void {
    const shown = state === "running" ? this.#state() : state;
    this.#context.observe?.({ kind: "binding-state", binding: this.name, state: shown, error });
    if (state === "down" || state === "failed") {
      this.#context.logger.warn("A binding is down", { binding: this.name, state, error });
    }
  }

  async #bind(): Promise<ConsumerBinding> {
    const { name, config, needs } = this.#context;
    const binder = await this.#context.binder();
    assertFeatures(name, binder, needs);
    const group = this.#group;
    const resumeAt = group === undefined ? this.#last?.positions() : undefined;
    this.#last = await binder.bindConsumer(this.#destination, {
      group,
      // Without a group nobody else remembers where it stood.
      ...(resumeAt && { resumeAt }),
      startOffset: config.startOffset ?? (group === undefined ? "latest" : "earliest"),
      partitionCount: config.partitionCount ?? this.#channel.partitionCount,
    }, (assignment) => this.#receive(assignment));
    return this.#last;
  }

  #receive(assignment: Assignment): Receiver {
    const { lanes, receiver } = this.#sinkReceive(assignment, this.#slots);
    this.#lanes.add(lanes);
    assignment.signal.addEventListener("abort", () => this.#lanes.delete(lanes), { once: true });
    return receiver;
  }
}
