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
export interface ReadersOptions extends Omit<ReaderOptions, "nodes" | "readerCount"> {
  readonly isCluster: boolean;
  /** Connections for one reader. */
  readonly openNodes: () => Nodes;
}

/** Reads from `start` to `stop`. */
export type Readers = Pick<Reader, "start" | "wake" | "stop">;

/** Builds what a server or a cluster needs. */
export function createReaders(options: ReadersOptions): Readers {
  const { isCluster, openNodes } = options;
  if (isCluster) return new ClusterReaders(options);
  return new Reader({ ...options, nodes: openNodes(), readerCount: () => 1 });
}

/**
 * A reader for each holding, and one for nudges. A partition that was taken anew may be at another
 * node, and the connection that read it before may hang: its reader is a new one.
 */
class ClusterReaders implements Readers {
  readonly #options: ReadersOptions;
  readonly #readers = new Map<Holding, Reader>();
  readonly #ending = new Set<Promise<void>>();
  readonly #nudges: Reader;
  #isStopped = false;

  constructor(options: ReadersOptions) {
    this.#options = options;
    this.#nudges = new Reader({
      ...options,
      nodes: options.openNodes(),
      holdings: () => [],
      readerCount: () => 1,
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
      this.#readers.get(one)?.wake(one);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#match();
    await Promise.all([this.#nudges.stop(), ...this.#ending]);
  }

  /** Each holding has a reader, and what is none any more has none. */
  #match(): void {
    const { holdings, openNodes } = this.#options;
    const held = new Set(this.#isStopped ? [] : holdings());
    for (const [holding, reader] of this.#readers) {
      if (held.has(holding)) continue;
      this.#readers.delete(holding);
      const ending = reader.stop().finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    }
    for (const holding of held) {
      if (this.#readers.has(holding)) continue;
      const reader = new Reader({
        ...this.#options,
        nodes: openNodes(),
        nudgeKey: undefined,
        holdings: () => [holding],
        readerCount: () => this.#readers.size,
      });
      this.#readers.set(holding, reader);
      reader.start();
    }
  }
}
