/**
 * A consumer group of the memory broker: balances a destination's partitions over its members.
 *
 * @module
 */

import type { PartitionLag, Receive } from "../../binder.ts";
import type { NumericOffsets } from "../numeric_offsets.ts";
import { balance } from "./balance.ts";
import { Holding } from "./holding.ts";
import type { PartitionLog } from "./log.ts";

/** One consumer binding in a group. */
export interface Member {
  readonly receive: Receive;
  readonly clientId: string;
  /** The broker threw the member out. */
  readonly expelled: (reason: Error) => void;
}

/** How a group that is new begins. */
export interface GroupOptions {
  readonly startOffset: "earliest" | "latest";
  /** Goes before `startOffset`. */
  readonly resumeAt: NumericOffsets;
  /** Called when something became dispensable. */
  readonly committedMore: () => void;
}

interface Slot {
  readonly log: PartitionLog;
  committed: number;
  token: number;
  /** While its offset is to move, nobody gets the partition. */
  seeks: number;
  /** Who shall have the partition. */
  target: Member | undefined;
  /** Who has it, until its last handler ended. */
  held: { readonly member: Member; readonly holding: Holding } | undefined;
}

/** Committed offsets outlive the members. */
export class Group {
  readonly #destination: string;
  readonly #committedMore: () => void;
  readonly #slots: readonly Slot[];
  #members: readonly Member[] = [];

  constructor(destination: string, logs: readonly PartitionLog[], options: GroupOptions) {
    const { startOffset, resumeAt, committedMore } = options;
    this.#destination = destination;
    this.#committedMore = committedMore;
    this.#slots = logs.map((log, partition) => ({
      log,
      committed: Math.max(
        log.first,
        resumeAt.get(partition) ?? (startOffset === "earliest" ? log.first : log.end),
      ),
      token: 0,
      seeks: 0,
      target: undefined,
      held: undefined,
    }));
  }

  join(member: Member): void {
    this.#members = [...this.#members, member];
    this.#rebalance();
  }

  /** Resolves when the member's running handlers ended. Leaving twice changes nothing. */
  async leave(member: Member): Promise<void> {
    this.#members = this.#members.filter((other) => other !== member);
    const releasing = this.#heldBy(member).map(({ held }) => held?.holding.release());
    this.#rebalance();
    await Promise.all(releasing);
  }

  /** Takes everything from a member at once, as when its session times out. */
  expel(clientId: string | undefined, reason: Error): void {
    const gone = this.#members.filter((one) => clientId === undefined || one.clientId === clientId);
    this.#members = this.#members.filter((member) => !gone.includes(member));
    for (const member of gone) {
      for (const slot of this.#heldBy(member)) {
        slot.held?.holding.lose();
        slot.held = undefined;
      }
      member.expelled(reason);
    }
    this.#rebalance();
  }

  partitionsOf(member: Member): readonly number[] {
    return this.#slots.flatMap((slot, partition) =>
      slot.held?.member === member ? [partition] : []
    );
  }

  committed(partition: number): number {
    return this.#slots[partition]?.committed ?? Infinity;
  }

  /** All committed offsets. */
  positions(): NumericOffsets {
    return new Map(this.#slots.map(({ committed }, partition) => [partition, committed]));
  }

  /** Resolves when all offsets have moved. After the signal aborted none moves any more. */
  async seek(offsets: NumericOffsets, signal: AbortSignal): Promise<void> {
    const moving = this.#slots.map((slot, partition) => {
      const offset = offsets.get(partition);
      return offset === undefined ? undefined : this.#seek(slot, partition, { offset, signal });
    });
    await Promise.all(moving);
  }

  lag(): readonly PartitionLag[] {
    return this.#slots.map(({ log, committed }, partition) => ({
      partition,
      messages: log.end - committed,
      oldestStoredAt: log.read(committed, 1)[0]?.storedAt,
    }));
  }

  async #seek(
    slot: Slot,
    partition: number,
    { offset, signal }: { offset: number; signal: AbortSignal },
  ): Promise<void> {
    slot.seeks += 1;
    const { held } = slot;
    await held?.holding.release();
    if (slot.held === held) slot.held = undefined;
    slot.seeks -= 1;
    if (!signal.aborted) {
      // What was stored there may have been dropped meanwhile.
      slot.committed = Math.max(offset, slot.log.first);
      this.#committedMore();
    }
    void this.#handOver(slot, partition);
  }

  #heldBy(member: Member): readonly Slot[] {
    return this.#slots.filter(({ held }) => held?.member === member);
  }

  #rebalance(): void {
    const targets = balance(this.#members, this.#slots.map(({ target }) => target));
    this.#slots.forEach((slot, partition) => {
      slot.target = targets[partition];
      void this.#handOver(slot, partition);
    });
  }

  async #handOver(slot: Slot, partition: number): Promise<void> {
    const { held } = slot;
    if (held !== undefined && held.member === slot.target) return;
    if (held !== undefined) {
      await held.holding.release();
      // Somebody else may have finished the same hand-over meanwhile.
      if (slot.held !== held) return;
      slot.held = undefined;
    }
    if (slot.target !== undefined) this.#grant(slot, partition);
  }

  #grant(slot: Slot, partition: number): void {
    const member = slot.target;
    if (member === undefined || slot.seeks > 0) return;
    slot.token += 1;
    const holding = new Holding({
      destination: this.#destination,
      partition,
      token: slot.token,
      log: slot.log,
      committed: slot.committed,
      commit: (offset) => {
        if (offset <= slot.committed) return;
        slot.committed = offset;
        this.#committedMore();
      },
    }, member.receive);
    slot.held = { member, holding };
  }
}
