/**
 * A source bound to its broker.
 *
 * @module
 */

import type { ProducerBinding } from "./binder.ts";
import { BindingStateError } from "./errors.ts";
import type { Channel } from "./channel.ts";
import { createSource } from "./channel_source.ts";
import { isHeartbeat } from "./heartbeat.ts";
import type { BindingContext, ManagedBinding } from "./managed_binding.ts";
import type { OutgoingMessage } from "./message.ts";
import { assertFeatures } from "./needs.ts";
import { type BindingCommand, type BindingHealth, type BindingStatus, toText } from "./observe.ts";
import { SendQueue } from "./send_queue.ts";
import type { Source } from "./source.ts";
import { Supervisor } from "./supervisor.ts";

/** A channel's source and its keeper. */
export class SourceBinding<T> implements ManagedBinding {
  readonly name: string;
  readonly source: Source<T>;
  readonly #channel: Channel<T>;
  readonly #context: BindingContext;
  readonly #destination: string;
  readonly #partitionCount: number;
  readonly #supervisor: Supervisor<ProducerBinding>;
  readonly #queue: SendQueue;

  constructor(channel: Channel<T>, context: BindingContext) {
    const { name, config, logger, observe } = context;
    this.name = name;
    this.#channel = channel;
    this.#context = context;
    this.#destination = config.destination ?? channel.name;
    this.#partitionCount = config.partitionCount ?? channel.partitionCount;
    this.#supervisor = new Supervisor({
      name,
      bind: () => this.#bind(),
      logger,
      changed(state, error) {
        observe?.({ kind: "binding-state", binding: name, state, error });
        if (state === "down" || state === "failed") {
          logger.warn("A binding is down", { binding: name, state, error });
        }
      },
      refused: context.refused,
    });
    this.#queue = new SendQueue({
      destination: this.#destination,
      send: async (batch, signal) => (await this.#supervisor.bound(signal)).send(batch, signal),
      sent: (batch, ms) => {
        this.#supervisor.report(undefined);
        const messages = countMessages(batch);
        if (messages > 0) observe?.({ kind: "sent", binding: name, messages, ms });
      },
      failed: (batch, error) => {
        this.#supervisor.report(error);
        const messages = countMessages(batch);
        if (messages > 0) observe?.({ kind: "send-failed", binding: name, messages, error });
      },
    });
    this.source = createSource(channel, {
      source: `/${context.application}`,
      contentMode: config.contentMode,
      contentType: config.contentType,
      queue: this.#queue,
      partitionCount: this.#partitionCount,
      bound: (signal) => this.#supervisor.bound(signal),
    });
  }

  start(): void {
    this.#supervisor.start();
  }

  async control(command: BindingCommand): Promise<void> {
    if (command === "started") return this.#supervisor.start();
    if (command === "stopped") return await this.#supervisor.stop();
    throw new BindingStateError("pause or resume", this.name, "a source can only be stopped");
  }

  health(): BindingHealth {
    const { error, state } = this.#supervisor;
    return { name: this.name, state, error: error === undefined ? null : toText(error) };
  }

  status(): Promise<BindingStatus> {
    return Promise.resolve({
      ...this.health(),
      direction: "source",
      channel: this.#channel.name,
      destination: this.#destination,
      group: null,
      binder: this.#context.binderName,
      lag: null,
      lagSeconds: null,
      inFlight: this.#queue.waiting,
      attempts: 0,
      oldestUnfinishedMs: null,
      partitions: [],
    });
  }

  /** Sends what waits, then lets go. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
    await this.#supervisor.stop();
  }

  async #bind(): Promise<ProducerBinding> {
    const { name, config, needs } = this.#context;
    const binder = await this.#context.binder();
    assertFeatures(name, binder, needs);
    const { requiredGroups } = config;
    const partitionCount = this.#partitionCount;
    return await binder.bindProducer(this.#destination, { partitionCount, requiredGroups });
  }
}

/** Heartbeats are nobody's messages: they would drown the application's in figures and logs. */
function countMessages(batch: readonly OutgoingMessage[]): number {
  let count = 0;
  for (const { headers } of batch) if (!isHeartbeat(headers)) count += 1;
  return count;
}
