/**
 * A sink bound to its broker.
 *
 * @module
 */

import type { Assignment, ConsumerBinding, Receiver } from "./binder.ts";
import type { Channel } from "./channel.ts";
import type { Operator } from "./dead_letters/act.ts";
import { createDeadLetterOffice } from "./dead_letters/create_office.ts";
import type { DeadLetterOffice } from "./dead_letters/office.ts";
import { Lanes, type Worker } from "./lanes.ts";
import type { BindingContext, ManagedSink } from "./managed_binding.ts";
import {
  createDeadLetters,
  deadLetterDestination,
  type DeadLetters,
} from "./middleware/dead_letter.ts";
import { assertFeatures } from "./needs.ts";
import type { BindingCommand, BindingState, BindingStatus } from "./observe.ts";
import type { Sink } from "./sink.ts";
import { createSinkWorker } from "./sink_worker.ts";
import { Slots } from "./slots.ts";
import { Supervisor } from "./supervisor.ts";

const HANDLER_DEADLINE_MS = 300_000;
const LAG_DEADLINE_MS = 2000;

/** What an application says about a sink. */
export interface SinkBindingOptions<T> {
  readonly sink: Sink<T>;
  /** Undefined: anonymous. */
  readonly group: string | undefined;
  readonly handlerDeadlineMs: number | undefined;
}

/** A handler, its lanes and its keeper. */
export class SinkBinding<T> implements ManagedSink {
  readonly name: string;
  readonly #channel: Channel<T>;
  readonly #context: BindingContext;
  readonly #destination: string;
  readonly #group: string | undefined;
  readonly #supervisor: Supervisor<ConsumerBinding>;
  readonly #slots: Slots;
  readonly #deadLetters: DeadLetters;
  readonly #work: Worker;
  readonly #lanes = new Set<Lanes>();
  #retries = 0;

  constructor(channel: Channel<T>, context: BindingContext, options: SinkBindingOptions<T>) {
    const { name, config, logger, observe } = context;
    this.name = name;
    this.#channel = channel;
    this.#context = context;
    this.#destination = config.destination ?? channel.name;
    this.#group = config.group ?? options.group;
    this.#slots = new Slots(config.concurrency);
    this.#deadLetters = createDeadLetters({
      destination: deadLetterDestination(this.#destination, this.#group),
      open: async (destination, partitionCount) =>
        (await context.binder()).bindProducer(destination, { partitionCount, requiredGroups: [] }),
    });
    this.#work = createSinkWorker({
      binding: name,
      channel,
      group: this.#group,
      sink: options.sink,
      retry: config.retry,
      deadlineMs: options.handlerDeadlineMs ?? HANDLER_DEADLINE_MS,
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
    this.#supervisor.start();
  }

  async control(command: BindingCommand): Promise<void> {
    if (command === "started") return this.#supervisor.start();
    if (command === "stopped") return await this.#supervisor.stop();
    this.#slots.paused = command === "paused";
    for (const lanes of this.#lanes) lanes.resume();
    this.#changed(this.#state(), this.#supervisor.error);
  }

  async status(): Promise<BindingStatus> {
    const { error } = this.#supervisor;
    const lag = await this.#lag();
    return {
      name: this.name,
      direction: "sink",
      channel: this.#channel.name,
      destination: this.#destination,
      group: this.#group ?? null,
      binder: this.#context.binderName,
      state: this.#state(),
      ...lag,
      inFlight: [...this.#lanes].reduce((sum, lanes) => sum + lanes.inFlight, 0),
      attempts: this.#retries,
      error: error === undefined ? null : error instanceof Error ? error.message : String(error),
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
    await this.#supervisor.stop();
    await this.#deadLetters[Symbol.asyncDispose]();
  }

  #state(): BindingState {
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
    return await binder.bindConsumer(this.#destination, {
      group,
      startOffset: config.startOffset ?? (group === undefined ? "latest" : "earliest"),
      partitionCount: config.partitionCount ?? this.#channel.partitionCount,
    }, (assignment) => this.#receive(assignment));
  }

  #receive(assignment: Assignment): Receiver {
    const { maxInFlight } = this.#context.config;
    const lanes = new Lanes(assignment, { work: this.#work, slots: this.#slots, maxInFlight });
    this.#lanes.add(lanes);
    assignment.signal.addEventListener("abort", () => this.#lanes.delete(lanes), { once: true });
    return lanes;
  }

  async #lag(): Promise<{ lag: number | null; lagSeconds: number | null }> {
    const unknown = { lag: null, lagSeconds: null };
    const { binding } = this.#supervisor;
    if (binding === undefined) return unknown;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), LAG_DEADLINE_MS);
    });
    // A broker that cannot be asked is no reason to show nothing of the binding.
    const lag = await Promise.race([binding.lag().catch(() => undefined), late]);
    clearTimeout(timer);
    if (lag === undefined) return unknown;
    const oldest = Math.min(...lag.map(({ oldestStoredAt }) => oldestStoredAt ?? Infinity));
    const messages = lag.reduce((sum, partition) => sum + partition.messages, 0);
    const known = messages === 0 ? 0 : null;
    const lagSeconds = Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) / 1000 : known;
    return { lag: messages, lagSeconds };
  }
}
