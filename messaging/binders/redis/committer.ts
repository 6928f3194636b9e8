/**
 * Commits what was settled: soon, and not for every message.
 *
 * @module
 */

import { delay, gather } from "./connection.ts";
import type { Holding } from "./holding.ts";
import { leaseKey } from "./keys.ts";
import type { Nodes } from "./nodes.ts";

/** What a committer works with. */
export interface CommitterOptions {
  readonly group: string;
  readonly member: string;
  readonly control: Nodes;
  /** The partition belongs to somebody else by now. */
  readonly onRefused: (holding: Holding) => void;
}

/** While messages come, right behind one of them: a timer would fall into the next one's way. */
const COMMIT_BEHIND_MS = 150;
const COMMIT_AFTER_MS = 200;
const COMMIT_AFTER_COUNT = 500;
const RETRY_MS = 100;
const REFUSED = Promise.resolve(0 as const);

/** Commits for all partitions of one member. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #noted = new Set<Holding>();
  readonly #running = new Map<Holding, Promise<boolean>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer was set. */
  #timedAt = 0;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Something was settled. */
  note(holding: Holding): void {
    this.#noted.add(holding);
    if (holding.uncommitted >= COMMIT_AFTER_COUNT) void this.#commit(holding);
    if (this.#timer === undefined) this.#time();
    else if (performance.now() - this.#timedAt >= COMMIT_BEHIND_MS) this.#flush();
  }

  /** Commits all that is settled, for as long as the member can prove that it may. */
  async finish(holding: Holding): Promise<void> {
    while (holding.uncommitted > 0 && holding.isProven) {
      if (!await this.#commit(holding)) await delay(RETRY_MS);
    }
    this.#noted.delete(holding);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const holding of this.#noted) void this.#commit(holding);
    // Whatever could not be committed is tried again.
    if (this.#noted.size > 0) this.#time();
  }

  #time(): void {
    this.#timedAt = performance.now();
    this.#timer = setTimeout(() => this.#flush(), COMMIT_AFTER_MS);
  }

  /** One commit at a time for each partition. Returns false when Redis was out of reach. */
  #commit(holding: Holding): Promise<boolean> {
    const running = this.#running.get(holding);
    if (running !== undefined) return running;
    const committing = this.#send(holding).finally(() => this.#running.delete(holding));
    this.#running.set(holding, committing);
    return committing;
  }

  async #send(holding: Holding): Promise<boolean> {
    const { settled, stream, epoch } = holding;
    if (holding.uncommitted === 0 || !holding.isProven) {
      this.#noted.delete(holding);
      return true;
    }
    const { group, member, control } = this.#options;
    try {
      const lease = leaseKey(stream, group);
      const { id, entriesRead } = settled;
      const outcome = await control.run(
        stream,
        (client, { address }) => {
          if (!holding.isAt(address)) return REFUSED;
          gather(client);
          return client.commitPosition(stream, lease, group, member, epoch, id, entriesRead);
        },
      );
      if (outcome === 1) {
        holding.markCommitted(settled);
        if (holding.uncommitted === 0) this.#noted.delete(holding);
      } else {
        this.#noted.delete(holding);
        this.#options.onRefused(holding);
      }
      return true;
    } catch {
      return false; // Still noted: the next flush tries again, and the watch ends what stays unproven.
    }
  }
}
