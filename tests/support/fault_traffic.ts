/**
 * Numbered messages on their way: each key's in turn, each as often as it takes.
 *
 * @module
 */

import { isFatal, type Source } from "@cauce/messaging";
import type { Numbered } from "./order_checker.ts";
import type { Recorder } from "./recorder.ts";

/** How much is sent. */
export interface TrafficOptions {
  /** This many keys, each of which waits for its message's acknowledgement before it sends the next. */
  readonly keys: number;
  /** Messages of each key; without it, until it is stopped. */
  readonly each?: number;
  /** A key's pause between two messages; default none. */
  readonly paceMs?: number;
}

/** Messages on their way. */
export interface Traffic {
  /** Resolves when all were acknowledged; rejects when one was refused for good. */
  readonly done: Promise<void>;
  /** Begins no more messages, and resolves when those under way were acknowledged. */
  stop(): Promise<void>;
  /** Attempts that were rejected. */
  rejected(): number;
}

const AGAIN_AFTER_MS = 20;

/** Sends as an outbox would: the same message, with the same id, until it is acknowledged. */
export class Sender {
  readonly #source: Source<Numbered>;
  readonly #recorder: Recorder;
  #rejected = 0;

  constructor(source: Source<Numbered>, recorder: Recorder) {
    this.#source = source;
    this.#recorder = recorder;
  }

  get rejected(): number {
    return this.#rejected;
  }

  async send(message: Numbered): Promise<void> {
    this.#recorder.sending(message);
    const id = `${message.key}/${message.sequence}`;
    while (!await this.#try(message, id)) await pause(AGAIN_AFTER_MS);
    this.#recorder.acknowledge(message);
  }

  async #try(message: Numbered, id: string): Promise<boolean> {
    try {
      await this.#source.send(message, { id });
      return true;
    } catch (error) {
      if (isFatal(error)) throw error;
      this.#rejected += 1;
      return false;
    }
  }
}

let traffics = 0;

/** Starts to send; every traffic has keys of its own. */
export function startTraffic(sender: Sender, options: TrafficOptions): Traffic {
  const { keys, each = Infinity, paceMs = 0 } = options;
  const prefix = `traffic-${++traffics}`;
  let stopped = false;

  async function sendAll(key: string): Promise<void> {
    for (let sequence = 1; sequence <= each && !stopped; sequence += 1) {
      await sender.send({ key, sequence });
      if (paceMs > 0) await pause(paceMs);
    }
  }

  const done = Promise.all(
    Array.from({ length: keys }, (_, index) => sendAll(`${prefix}-${index}`)),
  )
    .then(() => {});
  done.catch(() => {
    // A case that fails before it awaits the traffic fails for another reason.
  });
  return {
    done,
    stop() {
      stopped = true;
      return done;
    },
    rejected: () => sender.rejected,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
