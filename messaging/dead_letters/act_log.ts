/**
 * The acts of one dead-letter destination, followed while something is done to its letters.
 *
 * Its one partition gives all acts one order; an act counts once it was read back. So two operators
 * need no lock: the log says who was first.
 *
 * @module
 */

import type { Assignment, Binder, ConsumerBinding, ProducerBinding } from "../binder.ts";
import { BrokerUnavailableError, isFatal } from "../errors.ts";
import type { Delivery } from "../message.ts";
import { type Act, decodeAct, type Deed, encodeAct, type Operator } from "./act.ts";
import { Ledger } from "./ledger.ts";

const DEADLINE_MS = 15_000;
const SEND_DEADLINE_MS = 5000;
const SENDS = 3;
const LOOK_AGAIN_MS = 20;

/** What an act is done with. */
export interface ActOptions {
  readonly operator: Operator;
  readonly run: string;
}

/** Reads all acts there are, then follows. */
export async function openActLog(
  binder: Binder,
  destination: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ActLog> {
  const log = new ActLog(binder, destination);
  try {
    await log.open(signal);
    return log;
  } catch (error) {
    await log[Symbol.asyncDispose]();
    throw error;
  }
}

/** Acts in their order. Disposing it stops following. */
export class ActLog implements AsyncDisposable {
  readonly ledger: Ledger = new Ledger();
  readonly #binder: Binder;
  readonly #destination: string;
  readonly #expected = new Map<string, PromiseWithResolvers<readonly string[]>>();
  readonly #failed = Promise.withResolvers<never>();
  #consumer: ConsumerBinding | undefined;
  #producer: ProducerBinding | undefined;

  constructor(binder: Binder, destination: string) {
    this.#binder = binder;
    this.#destination = destination;
    this.#failed.promise.catch(() => {
      // Reported by whoever waits for an act.
    });
  }

  /** Resolves when all acts up to now are read. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    const consumer = await this.#binder.bindConsumer(this.#destination, {
      group: undefined,
      startOffset: "earliest",
      partitionCount: 1,
    }, (assignment) => ({
      deliver: (batch) => this.#read(batch, assignment),
      drain: () => Promise.resolve(),
    }));
    this.#consumer = consumer;
    consumer.failed.then(this.#failed.reject);
    const end = Date.now() + DEADLINE_MS;
    while ((await consumer.lag()).some(({ messages }) => messages > 0)) {
      signal?.throwIfAborted();
      if (Date.now() > end) throw new BrokerUnavailableError(this.#binder.name);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /**
   * Stores an act and returns the letters on which it has an effect. A rejection leaves open whether
   * it was stored.
   */
  async append(
    deed: Deed,
    letters: readonly string[],
    { operator, run }: ActOptions,
  ): Promise<readonly string[]> {
    const act: Act = {
      ...operator,
      ...deed,
      id: crypto.randomUUID(),
      letters,
      run,
      at: Date.now(),
    };
    const expected = Promise.withResolvers<readonly string[]>();
    this.#expected.set(act.id, expected);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.#send(act);
      const late = new Promise<never>((_, reject) => {
        const error = new BrokerUnavailableError(this.#binder.name);
        timer = setTimeout(() => reject(error), DEADLINE_MS);
      });
      return await Promise.race([expected.promise, this.#failed.promise, late]);
    } finally {
      clearTimeout(timer);
      this.#expected.delete(act.id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer?.[Symbol.asyncDispose]();
    await this.#consumer?.[Symbol.asyncDispose]();
  }

  #read(batch: readonly Delivery[], assignment: Assignment): Promise<void> {
    for (const delivery of batch) {
      const act = decodeAct(delivery);
      if (act !== undefined) {
        const took = this.ledger.apply(act, delivery.storedAt);
        this.#expected.get(act.id)?.resolve(took);
      }
      assignment.settle(delivery.offset);
    }
    return Promise.resolve();
  }

  /** The same act may be stored twice: the ledger counts it once. */
  async #send(act: Act): Promise<void> {
    for (let tries = 1;; tries += 1) {
      try {
        this.#producer ??= await this.#binder.bindProducer(this.#destination, {
          partitionCount: 1,
          requiredGroups: [],
        });
        return await this.#producer.send([encodeAct(act)], AbortSignal.timeout(SEND_DEADLINE_MS));
      } catch (error) {
        if (tries === SENDS || isFatal(error)) throw error;
        const broken = this.#producer;
        this.#producer = undefined;
        await broken?.[Symbol.asyncDispose]();
      }
    }
  }
}
