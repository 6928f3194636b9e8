/**
 * Sends to a destination so that a lost answer neither loses, repeats nor reorders a message.
 *
 * Every batch carries the producer's identity and a sequence, and is sent again unchanged until the
 * broker confirms it; one batch per partition is under way at a time. When the outcome stays open,
 * the next batch gets a higher epoch: from then on the broker refuses what may still be on the wire.
 *
 * @module
 */

import type { ProducerBinding } from "../../binder.ts";
import { SendError } from "../../errors.ts";
import type { OutgoingMessage } from "../../message.ts";
import { type Chunk, halve, toRounds } from "./chunks.ts";
import type { KafkaClient, KafkaLink, Leaders, ProducerIdentity } from "./client.ts";
import { delay } from "./delay.ts";
import { codeOf, isStaleMetadata, KafkaRequestError } from "./request_error.ts";
import { openTopic } from "./topics.ts";

// How long a batch is tried before its outcome is declared open; the caller's signal may be shorter.
const PATIENCE_MS = 15_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
const LAST_EPOCH = 32_000;
const TOO_LARGE = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"]);
const LOST_STATE = new Set([
  "UNKNOWN_PRODUCER_ID",
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
]);

/** What a producer is opened with. */
export interface ProducerDeps {
  readonly client: KafkaClient;
  readonly destination: string;
  readonly partitionCount: number;
  /** The link and leaders that binding found. */
  readonly link: KafkaLink;
  readonly leaders: Leaders;
}

/** Sends for one binding; the caller waits for one batch before the next. */
export class KafkaProducer implements ProducerBinding {
  readonly partitionCount: number;
  readonly #client: KafkaClient;
  readonly #destination: string;
  readonly #sequences = new Map<number, number>();
  #identity: ProducerIdentity | undefined;
  #link: KafkaLink | undefined;
  #leaders: Leaders | undefined;

  constructor({ client, destination, partitionCount, link, leaders }: ProducerDeps) {
    this.#client = client;
    this.#destination = destination;
    this.partitionCount = partitionCount;
    this.#link = link;
    this.#leaders = leaders;
  }

  async send(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const limit: Limit = { signal, end: Date.now() + PATIENCE_MS };
    // Dropping the sockets is the only way to take back what is not yet on the wire.
    const drop = () => this.#dropLink();
    signal.addEventListener("abort", drop);
    try {
      for (const round of toRounds(batch)) await this.#store(round, limit);
    } catch (error) {
      this.#renewIdentity();
      if (error instanceof SendError) throw error;
      const state = signal.aborted ? "it was given up" : "the broker did not confirm it";
      throw new SendError(this.#destination, state, {
        cause: error,
        retriable: isWorthARetry(error),
      });
    } finally {
      signal.removeEventListener("abort", drop);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#dropLink();
    return Promise.resolve();
  }

  /** Repeats the round, batch for batch the same, until all of it is confirmed. */
  async #store(round: readonly Chunk[], limit: Limit): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      try {
        return await this.#attempt(round);
      } catch (error) {
        if (TOO_LARGE.has(codeOf(error))) return await this.#storeSmaller(round, limit);
        if (isOver(limit) || !isWorthARetry(error)) throw error;
        if (isStaleMetadata(error)) this.#leaders = undefined;
        if (LOST_STATE.has(codeOf(error))) this.#renewIdentity();
        if (codeOf(error) === "CONNECTION") this.#dropLink();
        await delay(pauseMs, limit.signal);
        if (isOver(limit)) throw error;
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #attempt(round: readonly Chunk[]): Promise<void> {
    const link = this.#link ??= this.#client.openLink();
    const leaders = this.#leaders ??= await openTopic(
      link,
      this.#destination,
      this.partitionCount,
    );
    const identity = this.#identity ??= await link.beginProducer();
    const byLeader = Map.groupBy(round, ({ partition }) => leaders.get(partition) ?? -1);
    const results = await Promise.allSettled(
      [...byLeader].map(([leader, chunks]) =>
        link.produce({
          leader,
          topic: this.#destination,
          identity,
          batches: chunks.map((chunk) => ({
            ...chunk,
            firstSequence: this.#sequences.get(chunk.partition) ?? 0,
          })),
        })
      ),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    for (const { partition, messages } of round) {
      this.#sequences.set(partition, (this.#sequences.get(partition) ?? 0) + messages.length);
    }
  }

  /** Kafka does not say which batch was too large: each is tried alone, and halved if it is the one. */
  async #storeSmaller(round: readonly Chunk[], limit: Limit): Promise<void> {
    const [only] = round;
    if (only === undefined) return;
    if (round.length > 1) {
      for (const chunk of round) await this.#store([chunk], limit);
      return;
    }
    if (only.messages.length === 1) {
      const state = "a message is larger than the broker takes";
      throw new SendError(this.#destination, state, { retriable: false });
    }
    for (const half of halve(only)) await this.#store([half], limit);
  }

  #dropLink(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#leaders = undefined;
  }

  #renewIdentity(): void {
    this.#sequences.clear();
    const { producerId, epoch } = this.#identity ?? { producerId: "", epoch: LAST_EPOCH };
    this.#identity = epoch < LAST_EPOCH ? { producerId, epoch: epoch + 1 } : undefined;
  }
}

interface Limit {
  readonly signal: AbortSignal;
  readonly end: number;
}

function isOver({ signal, end }: Limit): boolean {
  return signal.aborted || Date.now() > end;
}

function isWorthARetry(error: unknown): boolean {
  if (LOST_STATE.has(codeOf(error))) return true;
  return !(error instanceof KafkaRequestError) || error.retriable;
}
