/**
 * Reads all partitions of a consumer: with one command over one connection, or on a cluster, where a
 * command may not cross slots, with a connection for each partition.
 *
 * @module
 */

import type { Holding } from "./holding.ts";
import type { Nodes } from "./nodes.ts";
import { Reader, type ReaderOptions } from "./reader.ts";

/** What readers work with. */
export interface ReadersOptions extends Omit<ReaderOptions, "nodes"> {
  readonly isCluster: boolean;
  /** Connections for one reader. */
  readonly openNodes: () => Nodes;
}

/** Reads from `start` to `stop`. */
export type Readers = Pick<Reader, "start" | "wake" | "stop">;

/** Builds what a server or a cluster needs. */
export function createReaders(options: ReadersOptions): Readers {
  const { isCluster, openNodes } = options;
  return isCluster ? new ClusterReaders(options) : new Reader({ ...options, nodes: openNodes() });
}

/** A reader for each partition, and one for nudges. */
class ClusterReaders implements Readers {
  readonly #options: ReadersOptions;
  readonly #readers = new Map<number, Reader>();
  readonly #ending = new Set<Promise<void>>();
  readonly #nudges: Reader;
  #isStopped = false;

  constructor(options: ReadersOptions) {
    this.#options = options;
    this.#nudges = new Reader({
      ...options,
      nodes: options.openNodes(),
      holdings: () => [],
      onContact: () => {
        options.onContact();
        this.#match();
      },
    });
  }

  start(nudgeId?: string): void {
    this.#nudges.start(nudgeId);
    this.wake();
  }

  wake(holding?: Holding): void {
    this.#match();
    for (const one of holding === undefined ? this.#options.holdings() : [holding]) {
      this.#readers.get(one.partition)?.wake(one);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#match();
    await Promise.all([this.#nudges.stop(), ...this.#ending]);
  }

  /** Each partition that is held has a reader, and no other has. */
  #match(): void {
    const { holdings, openNodes } = this.#options;
    const held = new Set(
      this.#isStopped ? [] : [...holdings()].map(({ partition }) => partition),
    );
    for (const [partition, reader] of this.#readers) {
      if (held.has(partition)) continue;
      this.#readers.delete(partition);
      const ending = reader.stop().finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    }
    for (const partition of held) {
      if (this.#readers.has(partition)) continue;
      const reader = new Reader({
        ...this.#options,
        nodes: openNodes(),
        nudgeKey: undefined,
        holdings: () => [...holdings()].filter((holding) => holding.partition === partition),
      });
      this.#readers.set(partition, reader);
      reader.start();
    }
  }
}
