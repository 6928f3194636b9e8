/**
 * Dead letters: what cannot be handled is kept, exactly as it came, in `error.<destination>.<group>`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Assignment, ProducerBinding } from "../binder.ts";
import type { Delivery, Headers, OutgoingMessage } from "../message.ts";
import { SendQueue } from "../send_queue.ts";
import { groupName } from "./replay_group.ts";

const MAX_REASON_LENGTH = 300;

/** Stack frames of this package and of the runtime. */
const OWN_FRAMES: readonly string[] = [new URL("..", import.meta.url).href, "ext:", "node:"];

/** Dead letters of a group are few and read as one list. */
const PARTITION_COUNT = 1;

/** The headers that a dead letter has beside those of its message. */
export const deadLetterHeaders = {
  reason: "x-reason",
  attempts: "x-attempts",
  destination: "x-original-destination",
  partition: "x-original-partition",
  offset: "x-original-offset",
  stackDigest: "x-stack-digest",
} as const;

/** Why a message was given up. */
export interface DeadLetterCause {
  readonly error: unknown;
  readonly attempts: number;
}

/** Where dead letters go. */
export interface DeadLetterOptions {
  readonly destination: string;
  /** Opens the destination at the first dead letter, and again after it failed. */
  readonly open: (destination: string, partitionCount: number) => Promise<ProducerBinding>;
}

/** Keeps dead letters. Disposing it waits for those under way. */
export interface DeadLetters extends AsyncDisposable {
  /** Resolves when the message is safe. Rejects with `SendError`. */
  put(delivery: Delivery, from: Assignment, cause: DeadLetterCause): Promise<void>;
}

/** The dead-letter destination of a group; anonymous groups of a destination share one. */
export function deadLetterDestination(destination: string, group: string | undefined): string {
  return `error.${destination}.${groupName(group)}`;
}

/** Builds the way to a dead-letter destination. */
export function createDeadLetters({ destination, open }: DeadLetterOptions): DeadLetters {
  let opening: Promise<ProducerBinding> | undefined;

  async function send(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<void> {
    opening ??= open(destination, PARTITION_COUNT);
    try {
      await (await opening).send(batch, signal);
    } catch (error) {
      const broken = opening;
      opening = undefined;
      await broken?.then((binding) => binding[Symbol.asyncDispose]()).catch(() => {
        // It could not be opened or closed; the reason to report is the failed send.
      });
      throw error;
    }
  }

  const queue = new SendQueue({ destination, send });
  return {
    put: (delivery, from, cause) =>
      queue.enqueue([{
        key: delivery.key,
        partition: 0,
        headers: toHeaders(delivery, from, cause),
        body: delivery.body,
      }]),
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]();
      const binding = await opening?.catch(() => undefined);
      await binding?.[Symbol.asyncDispose]();
    },
  };
}

function toHeaders(delivery: Delivery, from: Assignment, cause: DeadLetterCause): Headers {
  const { error, attempts } = cause;
  const names = deadLetterHeaders;
  // Without a prototype: an original header may be called `__proto__`.
  return Object.assign(Object.create(null), delivery.headers, {
    [names.reason]: toReason(error),
    [names.attempts]: String(attempts),
    [names.destination]: from.destination,
    [names.partition]: String(from.partition),
    [names.offset]: delivery.offset,
    [names.stackDigest]: toStackDigest(error),
  });
}

function toReason(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, " ").slice(0, MAX_REASON_LENGTH);
}

/** The same for every failure at the same place, whatever its message says and whoever called. */
function toStackDigest(error: unknown): string {
  const stack = error instanceof Error ? error.stack ?? error.name : "no stack";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  // How a handler came to be called differs from message to message: that is nothing of the failure.
  const foreign = frames.filter((line) => !OWN_FRAMES.some((part) => line.includes(part)));
  const place = foreign.length > 0 ? foreign.join("\n") : frames[0] ?? stack;
  return createHash("sha256").update(place).digest("hex").slice(0, 16);
}
