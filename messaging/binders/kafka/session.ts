/**
 * A consumer's connections, from one outage to the next.
 *
 * Two links, because a broker answers a connection's requests in turn and holds the answer to a join
 * back until the group is complete: fetches must not wait for it.
 *
 * @module
 */

import type { KafkaClient, KafkaLink, Leaders } from "./client.ts";
import { openTopic } from "./topics.ts";

/** Ends as a whole: what breaks one link ends the session. */
export class Session {
  readonly topic: string;
  readonly group: KafkaLink;
  readonly data: KafkaLink;
  readonly #controller = new AbortController();
  #leaders: Leaders = new Map();

  constructor(client: KafkaClient, topic: string) {
    this.topic = topic;
    this.group = client.openLink();
    this.data = client.openLink();
  }

  /** Connects; creates the topic where it is missing. */
  async open(partitionCount: number): Promise<void> {
    this.#leaders = await openTopic(this.data, this.topic, partitionCount);
    await this.group.findLeaders(this.topic);
  }

  get leaders(): Leaders {
    return this.#leaders;
  }

  get partitions(): readonly number[] {
    return [...this.#leaders.keys()].sort((left, right) => left - right);
  }

  /** False when the topic is gone. */
  async refreshLeaders(): Promise<boolean> {
    const leaders = await this.data.findLeaders(this.topic);
    if (leaders !== undefined) this.#leaders = leaders;
    return leaders !== undefined;
  }

  /** Aborted when the session is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    this.#controller.abort();
    this.group.close();
    this.data.close();
  }
}
