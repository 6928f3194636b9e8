/**
 * A receiver that writes down all it gets.
 *
 * @module
 */

import type { Assignment, Receive } from "../../binder.ts";
import type { Delivery } from "../../message.ts";

const decoder = new TextDecoder();

/** A delivery with where it came from. */
export interface Received extends Delivery {
  readonly partition: number;
  readonly token: number;
  readonly text: string;
  readonly assignment: Assignment;
}

/** How a probe behaves. */
export interface ProbeOptions {
  /** Which messages it settles; all by default. */
  readonly settles?: (received: Received) => boolean;
  /** What `deliver` waits for. */
  readonly room?: (received: readonly Received[]) => Promise<void>;
  /** What happens while the partition is handed over. */
  readonly draining?: (assignment: Assignment) => Promise<void> | void;
}

/** The layer above a binder, as small as it can be. */
export class Probe {
  /** Everything that arrived, in order of arrival. */
  readonly received: Received[] = [];
  /** Every assignment there was. */
  readonly assignments: Assignment[] = [];
  readonly #options: ProbeOptions;

  constructor(options: ProbeOptions = {}) {
    this.#options = options;
  }

  /** The bodies as text. */
  get texts(): readonly string[] {
    return this.received.map(({ text }) => text);
  }

  /** Bodies without repeats, in order of first arrival. */
  get distinct(): readonly string[] {
    return [...new Set(this.texts)];
  }

  /** The assignments whose partition it still owns. */
  get owned(): readonly Assignment[] {
    return this.assignments.filter(({ signal }) => !signal.aborted);
  }

  readonly receive: Receive = (assignment) => {
    this.assignments.push(assignment);
    return {
      deliver: async (batch) => {
        const received = batch.map((delivery) => toReceived(delivery, assignment));
        for (const one of received) {
          this.received.push(one);
          if (this.#options.settles?.(one) ?? true) assignment.settle(one.offset);
        }
        await this.#options.room?.(received);
      },
      drain: async () => {
        await this.#options.draining?.(assignment);
      },
    };
  };
}

function toReceived(delivery: Delivery, assignment: Assignment): Received {
  return {
    ...delivery,
    partition: assignment.partition,
    token: assignment.token,
    text: decoder.decode(delivery.body),
    assignment,
  };
}
