/**
 * Does one try of one message: decode, handle, and decide what a failure means.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { decodeMessage } from "./decode.ts";
import type { HandlerWatch } from "./handler_watch.ts";
import type { Verdict, Work, Worker } from "./lanes.ts";
import type { Logger } from "./logger.ts";
import type { Message } from "./message.ts";
import type { DeadLetterCause, DeadLetters } from "./middleware/dead_letter.ts";
import { HandlerContext } from "./middleware/deadline.ts";
import { isForAnotherGroup } from "./middleware/replay_group.ts";
import { backOffMs, decideRetry, type RetryOptions } from "./middleware/retry.ts";
import { withTrace } from "./middleware/trace.ts";
import type { Observe } from "./observe.ts";
import type { Sink } from "./sink.ts";

/** What a worker works with. */
export interface SinkWorkerOptions<T> {
  readonly binding: string;
  readonly channel: Channel<T>;
  /** Undefined: anonymous. */
  readonly group: string | undefined;
  readonly sink: Sink<T>;
  readonly retry: RetryOptions;
  readonly deadlineMs: number;
  readonly deadLetters: DeadLetters;
  readonly onDeadLetter: "continue" | "park";
  /** Is told of each handler that starts and ends. */
  readonly watch: HandlerWatch;
  readonly observe: Observe | undefined;
  /** Called when a try failed and another will follow. */
  readonly retried: () => void;
  readonly logger: Logger;
}

/** What a worker remembers of a message from one try to the next. */
class Memo {
  pauses = 0;
  /** Set once the handler has been given up: from then on only the dead letter is tried. */
  cause: DeadLetterCause | undefined;
  failedPuts = 0;
}

const done: Verdict = { kind: "done" };
const park: Verdict = { kind: "park" };

/** Builds the worker of a sink. */
export function createSinkWorker<T>(options: SinkWorkerOptions<T>): Worker {
  const { binding, channel, group, sink, retry, deadlineMs, watch, observe, logger } = options;

  async function work(item: Work): Promise<Verdict> {
    if (isForAnotherGroup(item.delivery.headers, group)) return done;
    const memo = item.memo instanceof Memo ? item.memo : undefined;
    if (memo?.cause !== undefined) return bury(item, memo.cause);
    let message: Message<T>;
    try {
      message = decodeMessage(channel, item.delivery, {
        destination: item.assignment.destination,
        partition: item.assignment.partition,
        offset: item.delivery.offset,
      });
    } catch (error) {
      return bury(item, { error, attempts: item.attempt });
    }
    const context = new HandlerContext(item, deadlineMs);
    watch.enter(context);
    const startedAt = observe === undefined ? 0 : performance.now();
    try {
      await withTrace(message.traceparent, () => sink(message, context));
    } catch (error) {
      return judge(item, message, error);
    } finally {
      context.end();
      watch.leave(context);
    }
    if (observe !== undefined) {
      const ms = performance.now() - startedAt;
      observe({ kind: "handled", binding, message, attempt: context.attempt, ms });
    }
    return done;
  }

  function judge(item: Work, message: Message<T>, error: unknown): Verdict | Promise<Verdict> {
    // A handler interrupted by the loss of its partition has not failed: the next owner tries.
    if (item.assignment.signal.aborted) return { kind: "retry", afterMs: 0 };
    const memo = memoOf(item);
    const { attempt } = item;
    const decision = decideRetry(error, { attempt, pauses: memo.pauses }, retry);
    if (decision.kind === "give-up") return bury(item, { error, attempts: attempt });
    if (decision.kind === "pause") {
      memo.pauses += 1;
      item.attempt -= 1;
    }
    options.retried();
    observe?.({ kind: "retried", binding, message, attempt, error });
    return { kind: "retry", afterMs: decision.afterMs };
  }

  async function bury(item: Work, cause: DeadLetterCause): Promise<Verdict> {
    const memo = memoOf(item);
    memo.cause = cause;
    try {
      await options.deadLetters.put(item.delivery, item.assignment, cause);
    } catch (error) {
      memo.failedPuts += 1;
      logger.warn("A dead letter could not be stored and is tried again", { binding, error });
      return { kind: "retry", afterMs: backOffMs(memo.failedPuts, retry) };
    }
    const reason = cause.error instanceof Error ? cause.error.message : String(cause.error);
    logger.error("A message was dead-lettered", { binding, reason, attempts: cause.attempts });
    observe?.({ kind: "dead-lettered", binding, reason, attempts: cause.attempts });
    return options.onDeadLetter === "park" ? park : done;
  }

  return work;
}

function memoOf(item: Work): Memo {
  if (item.memo instanceof Memo) return item.memo;
  const memo = new Memo();
  item.memo = memo;
  return memo;
}
