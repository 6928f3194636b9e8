/**
 * The memory broker: a real small broker inside the process. What its binders send, they all can hear.
 *
 * @module
 */

import type { ConsumerOptions } from "../../binder.ts";
import { BrokerUnavailableError, PartitionCountError } from "../../errors.ts";
import { parseOffsets } from "../numeric_offsets.ts";
import { Group } from "./group.ts";
import { PartitionLog } from "./log.ts";

/** Bounds of a memory broker. */
export interface MemoryBrokerOptions {
  /**
   * How many messages a partition keeps. What every group has settled is dropped beyond half of it;
   * when nothing can be dropped, senders wait.
   */
  readonly messagesPerPartition?: number;
}

/** A destination: its partitions and the groups that read them. */
export interface MemoryDestination {
  readonly name: string;
  readonly logs: readonly PartitionLog[];
  readonly groups: Set<Group>;
  readonly named: Map<string, Group>;
  /** Resolves when a group committed or the signal aborted. */
  room(signal: AbortSignal): Promise<void>;
}

/** Destinations and groups live as long as the broker, whoever comes and goes. */
export class MemoryBroker {
  readonly #capacity: number;
  readonly #destinations = new Map<string, MemoryDestination & { wakeSenders: () => void }>();
  #running = true;

  /** Starts empty and running. */
  constructor(options: MemoryBrokerOptions = {}) {
    this.#capacity = options.messagesPerPartition ?? 100_000;
  }

  /** Throws `BrokerUnavailableError` while the broker is stopped. */
  reach(): void {
    if (!this.#running) throw new BrokerUnavailableError("memory");
  }

  /** Refuses everybody and throws all members out, until `start`. Messages and offsets stay. */
  stop(): void {
    this.#running = false;
    this.expel(undefined);
  }

  /** Ends a `stop`. */
  start(): void {
    this.#running = true;
  }

  /** Throws a client's members out, as a broker does when a session timed out. */
  expel(clientId: string | undefined): void {
    const reason = new BrokerUnavailableError("memory");
    for (const { groups } of this.#destinations.values()) {
      for (const group of groups) group.expel(clientId, reason);
    }
  }

  /**
   * Finds a destination or creates it.
   * @ignore The binder's own, beside this file.
   */
  open(name: string, partitionCount: number): MemoryDestination {
    return this.#destinations.get(name) ?? this.#create(name, partitionCount);
  }

  /**
   * As `open`, and throws `PartitionCountError` when the count is another one.
   * @ignore The binder's own, beside this file.
   */
  openExactly(name: string, partitionCount: number): MemoryDestination {
    const destination = this.open(name, partitionCount);
    const found = destination.logs.length;
    if (found !== partitionCount) {
      throw new PartitionCountError(name, { found, wanted: partitionCount });
    }
    return destination;
  }

  /**
   * Finds a group or creates it; an anonymous one is always new.
   * @ignore The binder's own, beside this file.
   */
  group(destination: MemoryDestination, options: Omit<ConsumerOptions, "partitionCount">): Group {
    const known = options.group === undefined ? undefined : destination.named.get(options.group);
    if (known !== undefined) return known;
    const committedMore = () => this.#destinations.get(destination.name)?.wakeSenders();
    const { startOffset, resumeAt = new Map() } = options;
    const { logs } = destination;
    const group = new Group(destination.name, logs, {
      startOffset,
      resumeAt: parseOffsets(resumeAt, [...logs.keys()]),
      committedMore,
    });
    destination.groups.add(group);
    if (options.group !== undefined) destination.named.set(options.group, group);
    return group;
  }

  #create(name: string, partitionCount: number): MemoryDestination {
    let waiting: (() => void)[] = [];
    const destination = {
      name,
      logs: Array.from({ length: partitionCount }, () => new PartitionLog(this.#capacity)),
      groups: new Set<Group>(),
      named: new Map<string, Group>(),
      wakeSenders: () => {
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
      },
      room: (signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          if (signal.aborted) return resolve();
          const end = () => {
            signal.removeEventListener("abort", end);
            resolve();
          };
          waiting.push(end);
          signal.addEventListener("abort", end);
        }),
    };
    this.#destinations.set(name, destination);
    return destination;
  }
}

/** Builds a broker for the memory binders of one process. */
export function createMemoryBroker(options: MemoryBrokerOptions = {}): MemoryBroker {
  return new MemoryBroker(options);
}
