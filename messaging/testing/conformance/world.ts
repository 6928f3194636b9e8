/**
 * What a case works with: clients of the broker under test, names of its own, and patience.
 *
 * @module
 */

import type { Binder, ConsumerBinding, ConsumerOptions, ProducerBinding } from "../../binder.ts";
import {
  createDeadLetterOffice,
  type DeadLetterOfficeOptions,
} from "../../dead_letters/create_office.ts";
import type { DeadLetterOffice } from "../../dead_letters/office.ts";
import type { OutgoingMessage } from "../../message.ts";
import { createMessaging, type Messaging, type MessagingOptions } from "../../messaging.ts";
import type { BinderHarness } from "./harness.ts";
import type { Probe } from "./probe.ts";
import { until } from "./until.ts";

/** Where a case consumes; what is left out gets the usual values. */
export interface ConsumeOptions extends Partial<ConsumerOptions> {
  readonly destination: string;
  readonly probe: Probe;
  /** Another client than the case's own. */
  readonly binder?: Binder;
}

/** What a test of the suite itself may replace. */
export interface WorldOptions {
  /** Builds the layers above the binder. */
  readonly createMessaging?: (options: MessagingOptions) => Messaging;
  /** Builds what sees to dead letters. */
  readonly createOffice?: (options: DeadLetterOfficeOptions) => DeadLetterOffice;
  /** Ends all patience when it aborts. */
  readonly hurry?: AbortSignal;
}

/** Something that a handler waits for until a case lets it go on. */
export interface Gate {
  /** Resolves once it is open. */
  readonly opened: Promise<void>;
  /** Lets everyone through, from now on. */
  open(): void;
}

/** One case's surroundings. Everything opened through it is disposed at its end. */
export class World implements AsyncDisposable {
  /** The binder under test. */
  readonly harness: BinderHarness;
  /** What applications are built with. */
  readonly createMessaging: (options: MessagingOptions) => Messaging;
  /** What sees to dead letters. */
  readonly createOffice: (options: DeadLetterOfficeOptions) => DeadLetterOffice;
  /** Never aborts. */
  readonly signal: AbortSignal = new AbortController().signal;
  readonly #opened = new AsyncDisposableStack();
  readonly #hurry: AbortSignal | undefined;
  readonly #gates: Gate[] = [];
  readonly #groups: string[] = [];
  #own: Promise<Binder> | undefined;

  /** Connects to nothing. */
  constructor(harness: BinderHarness, options: WorldOptions = {}) {
    this.harness = harness;
    this.createMessaging = options.createMessaging ?? createMessaging;
    this.createOffice = options.createOffice ?? createDeadLetterOffice;
    this.#hurry = options.hurry;
  }

  /** A name nobody else uses. */
  name(prefix: string): string {
    return `${prefix}-${crypto.randomUUID().slice(0, 13)}`;
  }

  /**
   * A group's name. Where a broker keeps no history, a group has to be known before the first message:
   * `produce` then names those that the case has by that time.
   */
  group(): string {
    const name = this.name("g");
    this.#groups.push(name);
    return name;
  }

  /** One more client of the broker. */
  async client(): Promise<Binder> {
    return this.#opened.use(await this.harness.createBinder());
  }

  /** The client that the case uses when it does not say which. */
  own(): Promise<Binder> {
    return this.#own ??= this.client();
  }

  /** Disposes it at the end of the case, before what was kept earlier. */
  keep<Resource extends AsyncDisposable>(resource: Resource): Resource {
    return this.#opened.use(resource);
  }

  /** A gate that opens at the end of the case at the latest, so that nothing waits for ever. */
  gate(): Gate {
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const gate = { opened, open: () => resolve() };
    this.#gates.push(gate);
    return gate;
  }

  /** Lets something run beside the case; its failure shows when it is awaited. */
  beside<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = work();
    running.catch(() => {
      // A case that has failed already does not await it any more.
    });
    return running;
  }

  /** Opens a destination for sending. */
  async produce(
    destination: string,
    options: { partitionCount?: number; requiredGroups?: readonly string[]; binder?: Binder } = {},
  ): Promise<ProducerBinding> {
    const { partitionCount = 1, requiredGroups = [], binder = await this.own() } = options;
    const known = binder.features.historyForNewGroups ? [] : this.#groups;
    return this.keep(
      await binder.bindProducer(destination, {
        partitionCount,
        requiredGroups: [...requiredGroups, ...known],
      }),
    );
  }

  /**
   * Joins a group and records into the probe.
   * @ignore For the cases of this suite.
   */
  async consume(options: ConsumeOptions): Promise<ConsumerBinding> {
    const { destination, probe, binder = await this.own(), ...place } = options;
    const { group, partitionCount = 1 } = place;
    const startOffset = options.startOffset ?? (group === undefined ? "latest" : "earliest");
    const consumer = { ...place, group, startOffset, partitionCount };
    return this.keep(await binder.bindConsumer(destination, consumer, probe.receive));
  }

  /** Sends one batch. */
  send(producer: ProducerBinding, batch: readonly OutgoingMessage[]): Promise<void> {
    return producer.send(batch, this.signal);
  }

  /** Waits for a condition, as long as the harness has patience. */
  until(
    condition: () => boolean | Promise<boolean>,
    what: string,
    state?: () => unknown,
  ): Promise<void> {
    const { patienceMs = 30_000 } = this.harness;
    const checked = () => {
      this.#hurry?.throwIfAborted();
      return condition();
    };
    return until(checked, what, { deadlineMs: patienceMs, ...(state && { state }) });
  }

  /** Cuts a client off; only in cases that need it. */
  crash(binder: Binder): Promise<void> {
    const { crash } = this.harness;
    if (typeof crash === "string") throw new Error(`Cannot crash a client: ${crash}`);
    return crash(binder);
  }

  /** Opens every gate, then disposes what was opened, the latest first. */
  [Symbol.asyncDispose](): Promise<void> {
    for (const gate of this.#gates) gate.open();
    return this.#opened.disposeAsync();
  }
}
