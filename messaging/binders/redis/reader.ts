/**
 * Reads partitions of one node over a connection of its own.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { atMost, type Client, type Connection, delay, isHopeless } from "./connection.ts";
import type { RawEntry } from "./entry.ts";
import type { Holding } from "./holding.ts";
import type { Nodes } from "./nodes.ts";

/** What a reader works with. */
export interface ReaderOptions {
  /** Its own: while it waits for messages nothing else gets through. */
  readonly nodes: Nodes;
  /** Over which a waiting read is woken up. */
  readonly control: Nodes;
  /** Partitions whose streams one command may read. */
  readonly holdings: () => Iterable<Holding>;
  /** How many readers share the bound on what is read and not handed over yet. */
  readonly readerCount: () => number;
  /** A stream read beside the partitions: an entry in it says that the group has changed. */
  readonly nudgeKey?: string | undefined;
  /** The group has changed, or a partition is at another node than it was. */
  readonly onNudge: () => void;
  readonly onContact: () => void;
  readonly onHopeless: (error: Error) => void;
}

/** What one command reads. */
interface Asked {
  readonly holdings: readonly Holding[];
  /** Of each holding, the entry behind which it is read. */
  readonly positions: readonly string[];
}

/** A command that waits at the server. */
interface Reading {
  readonly connection: Connection;
  readonly holdings: readonly Holding[];
  waking: boolean;
}

type Reply = readonly (readonly [key: Buffer, entries: readonly RawEntry[]])[] | null;

// Longer than the socket timeout it would be taken for a dead connection; 0 would wait for ever.
const BLOCK_MS = 2000;
// More at once would save few round trips and survive more garbage collections.
const MAX_COUNT = 200;
const MAX_REPLY_BYTES = 8_000_000;
const RETRY_MS = 100;
const WAKE_AGAIN_MS = 2;

/** Runs from `start` to `stop`. */
export class Reader {
  readonly #options: ReaderOptions;
  #done: Promise<void> | undefined;
  #nudgeId = "0-0";
  #stopped = false;
  #endIdling: () => void = () => {};
  /** The read that waits at the server now. */
  #reading: Reading | undefined;
  /** What can be read has changed since it was looked at for a read that is not on its way yet. */
  #isOutdated = false;
  #bytesPerEntry = 1000;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Begins to read; nudges from this id on. */
  start(nudgeId = "0-0"): void {
    this.#nudgeId = nudgeId;
    this.#done = this.#run();
  }

  /** Looks again at what can be read: a partition came or has room again. */
  wake(holding?: Holding): void {
    this.#endIdling();
    const reading = this.#reading;
    this.#isOutdated ||= reading === undefined;
    if (reading === undefined || reading.waking) return;
    if (holding !== undefined && reading.holdings.includes(holding)) return;
    reading.waking = true;
    void this.#unblock(reading);
  }

  /** Ends the loop and the connection. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.nodes.close();
    this.#endIdling();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#turn();
      } catch (error) {
        if (this.#stopped) return;
        if (isHopeless(error)) this.#options.onHopeless(error as Error);
        await delay(RETRY_MS);
      }
    }
  }

  async #turn(): Promise<void> {
    const { nodes, nudgeKey, onNudge } = this.#options;
    this.#isOutdated = false;
    const holdings = [...this.#options.holdings()].filter(({ hasRoom }) => hasRoom);
    const key = nudgeKey ?? holdings[0]?.stream;
    if (key === undefined) {
      await new Promise<void>((resolve) => this.#endIdling = resolve);
      return;
    }
    const asked = { holdings, positions: holdings.map(({ position }) => position) };
    const reply = await nodes.run(key, (client, connection) => {
      // Connecting may have taken a while.
      if (this.#isOutdated) return Promise.resolve(null);
      if (holdings.every((holding) => holding.isAt(connection.address))) {
        return this.#read(client, connection, asked);
      }
      onNudge();
      return delay(RETRY_MS).then(() => null);
    });
    this.#options.onContact();
    const handed = this.#handOver(reply ?? [], asked);
    if (handed.length === 0) return;
    // A receiver with room says so at once: then the next read includes it and needs no waking up.
    await Promise.resolve();
    if (holdings.some(({ isWaiting }) => isWaiting)) await atMost(1, Promise.all(handed));
  }

  /** Each resolves when its receiver has room again. */
  #handOver(
    streams: NonNullable<Reply>,
    { holdings, positions }: Asked,
  ): readonly Promise<void>[] {
    const handed: Promise<void>[] = [];
    for (const [keyBytes, entries] of streams) {
      const key = keyBytes.toString();
      const index = holdings.findIndex(({ stream }) => stream === key);
      const holding = holdings[index];
      if (holding === undefined) this.#heed(entries);
      else if (holding.hasRoom && holding.position === positions[index]) {
        handed.push(holding.accept(entries));
        this.#weigh(entries);
      }
    }
    return handed;
  }

  async #read(
    client: Client,
    connection: Connection,
    { holdings, positions }: Asked,
  ): Promise<Reply> {
    const { nudgeKey } = this.#options;
    const bytes = MAX_REPLY_BYTES / Math.max(1, this.#options.readerCount());
    const share = bytes / Math.max(1, holdings.length) / this.#bytesPerEntry;
    const count = Math.max(1, Math.min(MAX_COUNT, Math.floor(share)));
    const args = ["COUNT", count, "BLOCK", BLOCK_MS, "STREAMS"];
    for (const { stream } of holdings) args.push(stream);
    if (nudgeKey !== undefined) args.push(nudgeKey);
    args.push(...positions);
    if (nudgeKey !== undefined) args.push(this.#nudgeId);
    this.#reading = { connection, holdings, waking: false };
    try {
      // In upper case, ioredis would look the name up in its tables of flags the slow way.
      return await client.callBuffer("xread", args) as Reply;
    } finally {
      this.#reading = undefined;
    }
  }

  #heed(entries: readonly RawEntry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#nudgeId = last[0].toString();
    this.#options.onNudge();
  }

  #weigh(entries: readonly RawEntry[]): void {
    let bytes = 0;
    for (const [, fields] of entries) for (const field of fields) bytes += field.length;
    const mean = bytes / Math.max(1, entries.length);
    // Up at once, down slowly: the bound holds for what comes next.
    this.#bytesPerEntry = Math.max(mean, this.#bytesPerEntry * 0.9, 100);
  }

  // The read may still be on its way to the server when the wake-up arrives there: say it again.
  async #unblock(reading: Reading): Promise<void> {
    const { control } = this.#options;
    const { node, id } = reading.connection;
    while (this.#reading === reading && !this.#stopped) {
      try {
        const client = await control.at(node).client();
        if (await client.client("UNBLOCK", id) === 1) return;
      } catch {
        return; // The read then ends by itself, at the latest after BLOCK_MS.
      }
      await delay(WAKE_AGAIN_MS);
    }
  }
}
