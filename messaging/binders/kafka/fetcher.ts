/**
 * Reads from the brokers: one request at a time to each, for all partitions that have room.
 *
 * @module
 */

import type { Logger } from "../../logger.ts";
import { Bell, delay, nextTurn } from "./delay.ts";
import type { Holding } from "./holding.ts";
import { codeOf, isStaleMetadata, KafkaRequestError } from "./request_error.ts";
import type { Session } from "./session.ts";
import { BUSY_FETCH_WAIT_MS, FETCH_WAIT_MS } from "./timing.ts";

const PAUSE_MS = 100;
const IDLE_MS = 1000;
// A partition that ran out of room more than this ago is stuck rather than busy.
const BUSY_MS = 2000;
// A topic that was just created may be unknown for a moment.
const MISSING_PATIENCE_MS = 3000;

/** What a fetcher works with. */
export interface FetcherDeps {
  readonly holdings: ReadonlyMap<number, Holding>;
  readonly logger: Logger;
  readonly onContact: () => void;
}

/** Fetches for one session at a time. */
export class Fetcher {
  readonly #deps: FetcherDeps;
  readonly #bells = new Set<Bell>();

  constructor(deps: FetcherDeps) {
    this.#deps = deps;
  }

  /** Some partition has room, or is new. */
  wake(): void {
    for (const bell of this.#bells) bell.ring();
  }

  /** Ends with the session; rejects when fetching cannot go on with it. */
  async run(session: Session): Promise<void> {
    session.signal.addEventListener("abort", () => this.wake());
    while (!session.signal.aborted) {
      const stale = new AbortController();
      stale.signal.addEventListener("abort", () => this.wake());
      const nodes = [...new Set(session.leaders.values())];
      await Promise.all(nodes.map((node) => this.#readFrom(node, session, { stale })));
      if (!session.signal.aborted) await this.#findLeaders(session);
    }
  }

  /** Returns when the leaders have to be looked up again. */
  async #readFrom(
    node: number,
    session: Session,
    { stale }: { stale: AbortController },
  ): Promise<void> {
    const bell = new Bell();
    this.#bells.add(bell);
    try {
      while (!session.signal.aborted && !stale.signal.aborted) {
        const positions = this.#positionsAt(node, session);
        if (positions.size === 0) await bell.wait(IDLE_MS);
        else if (!await this.#fetch({ node, positions }, session)) stale.abort();
      }
    } finally {
      this.#bells.delete(bell);
    }
  }

  #positionsAt(node: number, { leaders }: Session): Map<number, number> {
    const ready = [...this.#deps.holdings.values()]
      .filter(({ partition, hasRoom }) => hasRoom && leaders.get(partition) === node);
    return new Map(ready.map(({ partition, position }) => [partition, position]));
  }

  async #fetch(
    { node, positions }: { node: number; positions: ReadonlyMap<number, number> },
    session: Session,
  ): Promise<boolean> {
    const { holdings, onContact } = this.#deps;
    try {
      const fetched = await session.data.fetch({
        leader: node,
        topic: session.topic,
        positions,
        maxWaitMs: this.#isBusy() ? BUSY_FETCH_WAIT_MS : FETCH_WAIT_MS,
      });
      onContact();
      for (const one of fetched) {
        const holding = holdings.get(one.partition);
        // It may have been let go, or be a new holding of the same partition.
        if (holding?.position === positions.get(one.partition)) holding?.accept(one);
      }
      // Quick receivers make room by then, and the next request is for all partitions again.
      if (fetched.some(({ deliveries }) => deliveries.length > 0)) await nextTurn();
      return true;
    } catch (error) {
      if (session.signal.aborted) return false;
      if (codeOf(error) === "OFFSET_OUT_OF_RANGE") return await this.#skip(error, session);
      if (isStaleMetadata(error)) return false;
      if (codeOf(error) === "CONNECTION" || !(error as KafkaRequestError).retriable) throw error;
      await delay(PAUSE_MS, session.signal);
      return true;
    }
  }

  /** Another partition could get room any moment: its turn must not wait behind a quiet one's. */
  #isBusy(): boolean {
    const since = Date.now() - BUSY_MS;
    return [...this.#deps.holdings.values()].some(({ hasRoom, fullAt }) =>
      !hasRoom && fullAt > since
    );
  }

  async #skip(error: unknown, { data, topic }: Session): Promise<boolean> {
    const { partition = -1 } = error as KafkaRequestError;
    const holding = this.#deps.holdings.get(partition);
    const earliest = (await data.listOffsets(topic, "earliest")).get(partition);
    if (holding === undefined || earliest === undefined) return true;
    this.#deps.logger.error("messages were lost: the broker no longer has the next offset", {
      destination: topic,
      partition,
      expected: holding.position,
      earliest,
    });
    holding.moveTo(earliest);
    return true;
  }

  async #findLeaders(session: Session): Promise<void> {
    const end = Date.now() + MISSING_PATIENCE_MS;
    await delay(PAUSE_MS, session.signal);
    while (!session.signal.aborted && !await session.refreshLeaders()) {
      if (Date.now() > end) {
        const state = `topic "${session.topic}" no longer exists`;
        throw new KafkaRequestError("UNKNOWN_TOPIC_OR_PARTITION", state);
      }
      await delay(PAUSE_MS, session.signal);
    }
  }
}
