/**
 * A consumer binding: keeps a member and a fetcher going through outages, until it is disposed.
 *
 * @module
 */

import type {
  ConsumerBinding,
  ConsumerOptions,
  Offsets,
  PartitionLag,
  Receive,
  StartPosition,
} from "../../binder.ts";
import { SeekError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { type NumericOffsets, parseOffsets, toOffsets } from "../numeric_offsets.ts";
import { untilAborted } from "../until_aborted.ts";
import { toBinderError } from "./binder_error.ts";
import type { KafkaClient } from "./client.ts";
import { delay } from "./delay.ts";
import { Fetcher } from "./fetcher.ts";
import { GroupMember } from "./group_member.ts";
import { Holdings } from "./holdings.ts";
import { findLag } from "./lag.ts";
import { findOffsets } from "./starts.ts";
import { WaitingSince } from "./waiting_since.ts";
import { createLoneMember, type Member } from "./member.ts";
import { KafkaRequestError } from "./request_error.ts";
import { Session } from "./session.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** What a consumer binding is opened with. */
export interface ConsumerDeps {
  readonly client: KafkaClient;
  readonly logger: Logger;
  readonly destination: string;
  readonly options: ConsumerOptions;
  readonly receive: Receive;
}

interface StartedDeps extends ConsumerDeps {
  readonly pinned: NumericOffsets;
}

/** Joins; resolves when what is sent from then on will arrive. */
export async function openConsumer(deps: ConsumerDeps): Promise<ConsumerBinding> {
  const { client, destination, options } = deps;
  const session = new Session(client, destination);
  try {
    await session.open(options.partitionCount);
    // Kafka would resolve "latest" at the first fetch, and skip what is sent before it.
    const ends = options.startOffset === "latest"
      ? await session.data.listOffsets(destination, "latest")
      : new Map<number, number>();
    const resumed = parseOffsets(options.resumeAt ?? new Map(), session.partitions);
    return await KafkaConsumer.start(session, { ...deps, pinned: new Map([...ends, ...resumed]) });
  } catch (error) {
    session.close();
    throw toBinderError(error);
  }
}

class KafkaConsumer implements ConsumerBinding {
  readonly failed: Promise<Error>;
  readonly #deps: ConsumerDeps;
  readonly #fail: (error: Error) => void;
  readonly #holdings: Holdings;
  readonly #fetcher: Fetcher;
  readonly #member: Member;
  readonly #stop = new AbortController();
  readonly #group: string | undefined;
  #session: Session;
  #lastContactAt = Date.now();
  #served: Promise<void> = Promise.resolve();
  readonly #waitingSince = new WaitingSince();
  readonly #over = new AbortController();
  #seeking: Promise<void> = Promise.resolve();
  #disposed: Promise<void> | undefined;

  static async start(
    session: Session,
    deps: StartedDeps,
  ): Promise<KafkaConsumer> {
    const consumer = new KafkaConsumer(session, deps);
    try {
      await consumer.#member.join(session);
    } catch (error) {
      await consumer.#member.leave();
      throw error;
    }
    consumer.#served = consumer.#serve();
    return consumer;
  }

  private constructor(
    session: Session,
    deps: StartedDeps,
  ) {
    const { destination, options, receive, logger, pinned } = deps;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#fail = resolve;
    this.#deps = deps;
    this.#session = session;
    // One group a destination: kafkajs members that subscribe to different topics starve each other.
    this.#group = options.group === undefined ? undefined : `${options.group}.${destination}`;
    const onContact = () => void (this.#lastContactAt = Date.now());
    const onRoom = () => this.#fetcher.wake();
    this.#holdings = new Holdings({ destination, receive, onRoom });
    this.#fetcher = new Fetcher({ holdings: this.#holdings, logger, onContact });
    const start = { topic: destination, pinned };
    this.#member = this.#group === undefined
      ? createLoneMember(this.#holdings, { ...start, group: undefined })
      : new GroupMember({
        holdings: this.#holdings,
        start: { ...start, group: this.#group },
        logger,
        onContact,
      });
  }

  lastContactAt(): number {
    return this.#lastContactAt;
  }

  partitions(): readonly number[] {
    return [...this.#holdings.keys()].sort((left, right) => left - right);
  }

  positions(): Offsets {
    return toOffsets(this.#holdings.positions());
  }

  async seek(to: StartPosition, signal: AbortSignal): Promise<void> {
    const earlier = this.#seeking;
    const over = AbortSignal.any([signal, this.#over.signal]);
    const seeking = this.#seek(to, { earlier, signal: over });
    this.#seeking = seeking.catch(() => {
      // Whoever asked for it knows; the next one begins anew.
    });
    await seeking;
  }

  async lag(): Promise<readonly PartitionLag[]> {
    const group = this.#group;
    const [holdings, waitingSince] = [this.#holdings, this.#waitingSince];
    try {
      return await findLag(this.#session, { group, holdings, waitingSince });
    } catch (error) {
      throw toBinderError(error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposed ??= this.#dispose();
  }

  async #seek(
    to: StartPosition,
    { earlier, signal }: { earlier: Promise<void>; signal: AbortSignal },
  ): Promise<void> {
    const { destination } = this.#deps;
    try {
      await untilAborted(earlier, signal);
      await this.#member.seek(await findOffsets(this.#session, to), signal);
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      const state = signal.aborted ? "somebody still holds a partition" : "no answer from Kafka";
      throw new SeekError(destination, state, { cause });
    }
  }

  async #dispose(): Promise<void> {
    this.#over.abort();
    await this.#member.leave();
    this.#stop.abort();
    this.#session.close();
    await this.#served;
  }

  /** Serves one session after the other. */
  async #serve(): Promise<void> {
    for (;;) {
      const error = await this.#serveSession();
      if (this.#stop.signal.aborted) return;
      const { logger, destination } = this.#deps;
      if (isHopeless(error)) {
        logger.error("a consumer failed", { destination, group: this.#group, error });
        this.#over.abort();
        this.#holdings.loseAll();
        this.#fail(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      logger.warn("a consumer lost its broker", { destination, group: this.#group, error });
      await this.#reopen();
    }
  }

  async #serveSession(): Promise<unknown> {
    const session = this.#session;
    let failure: unknown;
    const end = (error: unknown) => {
      failure ??= error;
      session.close();
    };
    await Promise.all([
      this.#member.run(session).catch(end),
      this.#fetcher.run(session).catch(end),
    ]);
    return failure;
  }

  async #reopen(): Promise<void> {
    const { client, destination, options, logger } = this.#deps;
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#stop.signal.aborted) {
      const session = this.#session = new Session(client, destination);
      try {
        await session.open(options.partitionCount);
        await this.#member.join(session);
        this.#lastContactAt = Date.now();
        logger.info("a consumer reached its broker again", { destination, group: this.#group });
        return;
      } catch (error) {
        session.close();
        logger.debug("a consumer could not reach its broker", { destination, error });
        await delay(pauseMs, this.#stop.signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }
}

/** An answer of Kafka's that will be the same next time, or a mistake of our own. */
function isHopeless(error: unknown): boolean {
  return !(error instanceof KafkaRequestError) || !error.retriable;
}
