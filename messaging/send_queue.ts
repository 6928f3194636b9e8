/**
 * Coalesces what waits while one batch is on its way: the only road from a source to its broker.
 *
 * A producer has one outstanding `send` at a time, which keeps order and idempotence; concurrent
 * senders share batches instead of waiting in turn.
 *
 * @module
 */

import { SendError } from "./errors.ts";
import type { OutgoingMessage } from "./message.ts";

/** Bounds of a queue. */
export interface SendQueueLimits {
  readonly batchMessages: number;
  readonly batchBytes: number;
  /** From `enqueue` to the rejection. */
  readonly deadlineMs: number;
  /** Beyond this many waiting messages a sender is refused at once. */
  readonly waitingMessages: number;
  readonly waitingBytes: number;
}

/** What a queue works with. */
export interface SendQueueOptions extends Partial<SendQueueLimits> {
  readonly destination: string;
  /** Stores a batch; settles soon after the signal aborts. */
  readonly send: (batch: readonly OutgoingMessage[], signal: AbortSignal) => Promise<void>;
  /** Called after each batch that was stored. */
  readonly sent?: (batch: readonly OutgoingMessage[], ms: number) => void;
  readonly failed?: (batch: readonly OutgoingMessage[], error: unknown) => void;
}

const defaults: SendQueueLimits = {
  batchMessages: 1000,
  batchBytes: 512 * 1024,
  deadlineMs: 10_000,
  waitingMessages: 10_000,
  waitingBytes: 32 * 1024 * 1024,
};

/** One caller's messages: contiguous and in order. */
interface Entry {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  readonly deadlineAt: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** When it aborts, the caller wants no more of it. */
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
  /** How many are in a batch already. */
  taken: number;
  ended: boolean;
}

/** Takes messages in order; each caller awaits its own. */
export class SendQueue implements AsyncDisposable {
  readonly #options: SendQueueOptions & SendQueueLimits;
  #entries: Entry[] = [];
  #waitingMessages = 0;
  #waitingBytes = 0;
  /** Of the batch on its way, and of the next one, unless it has aborted. */
  #controller = new AbortController();
  #isSending = false;
  #idle: PromiseWithResolvers<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: SendQueueOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** Messages whose sender still waits. */
  get waiting(): number {
    return this.#waitingMessages;
  }

  /** Resolves when all are stored. Rejects with `SendError`; at once when the signal aborts. */
  enqueue(messages: readonly OutgoingMessage[], signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(this.#toSendError(signal.reason));
    if (messages.length === 0) return Promise.resolve();
    const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    const refusal = this.#refusal(messages.length, bytes);
    if (refusal !== undefined) {
      return Promise.reject(new SendError(this.#options.destination, refusal));
    }
    return new Promise((resolve, reject) => {
      const deadlineAt = Date.now() + this.#options.deadlineMs;
      const entry: Entry = {
        messages,
        bytes,
        deadlineAt,
        resolve,
        reject,
        signal,
        onAbort: () => this.#giveUp([entry], signal?.reason),
        taken: 0,
        ended: false,
      };
      this.#entries.push(entry);
      signal?.addEventListener("abort", entry.onAbort, { once: true });
      this.#waitingMessages += messages.length;
      this.#waitingBytes += bytes;
      this.#watch();
      // One turn later all senders of this turn share the batch.
      if (!this.#isSending && this.#entries.length === 1) {
        queueMicrotask(() => this.#sendNext());
      }
    });
  }

  /** Refuses new messages and resolves when those that wait are stored or past their deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#entries.length > 0 || this.#isSending) {
      this.#idle ??= Promise.withResolvers<void>();
      await this.#idle.promise;
    }
    clearTimeout(this.#timer);
  }

  #refusal(messages: number, bytes: number): string | undefined {
    if (this.#closed) return "the source is closed";
    // An empty queue takes any batch, however large.
    if (this.#waitingMessages === 0) return undefined;
    const { waitingMessages, waitingBytes } = this.#options;
    const full = this.#waitingMessages + messages > waitingMessages ||
      this.#waitingBytes + bytes > waitingBytes;
    return full ? `${this.#waitingMessages} messages wait already` : undefined;
  }

  #sendNext(): void {
    if (this.#isSending) return;
    const { batch, entries } = this.#take();
    if (batch.length === 0) {
      this.#rest();
      return;
    }
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
    this.#isSending = true;
    const startedAt = performance.now();
    this.#options.send(batch, this.#controller.signal).then(
      () => {
        this.#settled(entries, undefined);
        this.#options.sent?.(batch, performance.now() - startedAt);
      },
      (cause) => {
        this.#settled(entries, this.#toSendError(cause));
        this.#options.failed?.(batch, cause);
      },
    ).finally(() => {
      this.#isSending = false;
      this.#sendNext();
    });
  }

  #take(): { batch: OutgoingMessage[]; entries: readonly Entry[] } {
    const { batchMessages, batchBytes } = this.#options;
    const batch: OutgoingMessage[] = [];
    const entries: Entry[] = [];
    let bytes = 0;
    fill: for (const entry of this.#entries) {
      for (let index = entry.taken; index < entry.messages.length; index += 1) {
        const message = entry.messages[index];
        if (message === undefined) break;
        bytes += entry.messages.length === 1 ? entry.bytes : sizeOf(message);
        if (batch.length === batchMessages || (batch.length > 0 && bytes > batchBytes)) break fill;
        batch.push(message);
        if (entries.at(-1) !== entry) entries.push(entry);
        entry.taken = index + 1;
      }
    }
    return { batch, entries };
  }

  /** Ends the entries that are stored whole, or, after an error, all of them. */
  #settled(entries: readonly Entry[], error: SendError | undefined): void {
    for (const entry of entries) {
      if (error !== undefined) this.#end(entry, error);
      else if (entry.taken === entry.messages.length) this.#end(entry, undefined);
    }
    this.#entries = this.#entries.filter((entry) => !entry.ended);
  }

  #end(entry: Entry, error: SendError | undefined): void {
    if (entry.ended) return;
    entry.ended = true;
    entry.signal?.removeEventListener("abort", entry.onAbort);
    this.#waitingMessages -= entry.messages.length;
    this.#waitingBytes -= entry.bytes;
    if (error === undefined) entry.resolve();
    else entry.reject(error);
  }

  /**
   * One timer for the oldest deadline: all entries have the same time, so the first is the oldest. It
   * outlives its entry, since a timer for each message would cost more than the queue.
   */
  #watch(): void {
    const first = this.#entries[0];
    if (first === undefined || this.#timer !== undefined) return;
    const delay = Math.max(1, first.deadlineAt - Date.now());
    this.#timer = setTimeout(() => this.#expire(), delay);
  }

  #expire(): void {
    this.#timer = undefined;
    const now = Date.now();
    const late = this.#entries.filter((entry) => entry.deadlineAt <= now);
    this.#giveUp(late, new DOMException("The deadline passed", "TimeoutError"));
    this.#watch();
  }

  #giveUp(entries: readonly Entry[], reason: unknown): void {
    if (this.#isSending && entries.some((entry) => entry.taken > 0)) this.#controller.abort(reason);
    const error = this.#toSendError(reason);
    // The callers are free at once, even if the broker's client never settles.
    for (const entry of entries) this.#end(entry, error);
    this.#entries = this.#entries.filter((entry) => !entry.ended);
    if (this.#entries.length === 0) this.#rest();
  }

  #rest(): void {
    if (this.#entries.length > 0) return;
    this.#idle?.resolve();
  }

  #toSendError(cause: unknown): SendError {
    if (cause instanceof SendError) return cause;
    const state = cause instanceof Error ? cause.message : String(cause);
    return new SendError(this.#options.destination, state, { cause });
  }
}

/** About how many bytes: a character counts as one. */
function sizeOf({ key, headers, body }: OutgoingMessage): number {
  let size = key.length + body.length + 64;
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0);
  return size;
}
