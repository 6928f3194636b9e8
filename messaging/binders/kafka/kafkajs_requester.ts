/**
 * Asks kafkajs's brokers, within deadlines.
 *
 * @module
 */

import { delay } from "./delay.ts";
import { type ClusterOptions, createCluster, type OpenCluster } from "./kafkajs_cluster.ts";
import { toRequestError } from "./kafkajs_error.ts";
import type { KafkajsBroker, KafkajsCluster } from "./kafkajs_types.ts";
import { isMovedCoordinator, isStaleMetadata, KafkaRequestError } from "./request_error.ts";

/** How long a broker may take to answer, connecting included. */
export const DEADLINE_MS = 5000;

// A coordinator that moves, or starts with its first group, is back within moments.
const COORDINATOR_PATIENCE_MS = 3000;
const LEADER_PATIENCE_MS = 3000;
const PAUSE_MS = 50;

/** One link's requests. Without an answer in time the link is broken and closes. */
export class Requester {
  readonly #open: OpenCluster;
  readonly #coordinators = new Map<string, Promise<KafkajsBroker>>();
  readonly #waiting = new Set<(error: Error) => void>();
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#open = createCluster(options);
  }

  get cluster(): KafkajsCluster {
    return this.#open.cluster;
  }

  async ask<Answer>(
    request: () => Promise<Answer>,
    deadlineMs: number = DEADLINE_MS,
  ): Promise<Answer> {
    if (this.#closed) throw toClosedError();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const timer = setTimeout(
      () => reject(new KafkaRequestError("CONNECTION", "no answer in time", { retriable: true })),
      deadlineMs,
    );
    this.#waiting.add(reject);
    // kafkajs throws at once where it was told too little so far, and nobody would await `promise`.
    (async () => await request())().then(resolve, reject);
    try {
      return await promise;
    } catch (thrown) {
      const error = toRequestError(thrown);
      if (error.code === "CONNECTION") this.close();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(reject);
    }
  }

  askAny<Answer>(request: (broker: KafkajsBroker) => Promise<Answer>): Promise<Answer> {
    return this.ask(async () => request(await this.cluster.brokerPool.findConnectedBroker()));
  }

  /** Asks the broker of this node id. */
  askNode<Answer>(
    nodeId: number,
    request: (broker: KafkajsBroker) => Promise<Answer>,
    deadlineMs?: number,
  ): Promise<Answer> {
    return this.ask(async () => request(await this.cluster.findBroker({ nodeId })), deadlineMs);
  }

  /** Asks the broker that keeps this group, and looks for it again when it has moved. */
  async askCoordinator<Answer>(
    group: string,
    request: (coordinator: KafkajsBroker) => Promise<Answer>,
    deadlineMs?: number,
  ): Promise<Answer> {
    const end = Date.now() + COORDINATOR_PATIENCE_MS;
    for (;;) {
      try {
        return await this.ask(async () => request(await this.#findCoordinator(group)), deadlineMs);
      } catch (error) {
        if (!isMovedCoordinator(error)) throw error;
        this.#coordinators.delete(group);
        if (Date.now() > end) throw error;
        await delay(PAUSE_MS);
      }
    }
  }

  /** Asks leaders, and looks them up again when they have moved. */
  async askLeaders<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    const end = Date.now() + LEADER_PATIENCE_MS;
    for (;;) {
      try {
        return await this.ask(request);
      } catch (error) {
        if (!isStaleMetadata(error) || Date.now() > end) throw error;
        await delay(PAUSE_MS);
        await this.ask(() => this.cluster.refreshMetadata());
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open.destroy();
    for (const fail of this.#waiting) fail(toClosedError());
    this.#waiting.clear();
  }

  #findCoordinator(group: string): Promise<KafkajsBroker> {
    const known = this.#coordinators.get(group);
    if (known !== undefined) return known;
    const found = this.cluster.findGroupCoordinator({ groupId: group });
    this.#coordinators.set(group, found);
    return found;
  }
}

function toClosedError(): KafkaRequestError {
  return new KafkaRequestError("CONNECTION", "the link is closed", { retriable: true });
}
