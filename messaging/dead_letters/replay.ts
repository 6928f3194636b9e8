/**
 * One replay: step by step, letters are claimed, sent to their destination again, and noted as replayed.
 *
 * Sent before noted: a process that dies in between leaves letters that are replayed again once its
 * claim has ended. Their events keep their id, so an inbox lets each take effect once.
 *
 * @module
 */

import type { Binder, ProducerBinding } from "../binder.ts";
import { SendQueue } from "../send_queue.ts";
import type { Operator } from "./act.ts";
import type { ActLog } from "./act_log.ts";
import { type DeadLetter, toReplay, withPayload } from "./letter.ts";
import type { ReplayProgress } from "./office.ts";
import { Pace, stepOf } from "./pace.ts";

/** What a run works with. */
export interface ReplayRunOptions {
  readonly binder: Binder;
  readonly log: ActLog;
  readonly operator: Operator;
  readonly destination: string;
  readonly group: string;
  /** Used only when the destination has to be created. */
  readonly partitionCount: number;
  readonly ratePerSecond: number;
  readonly claimMs: number;
  readonly matched: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ReplayProgress) => void) | undefined;
}

/** Replays letters as they come. An abort ends it between two steps. */
export async function replayLetters(
  letters: AsyncIterable<DeadLetter>,
  options: ReplayRunOptions,
): Promise<ReplayProgress> {
  const { matched, ratePerSecond, signal, onProgress } = options;
  const pace = new Pace(ratePerSecond);
  const size = stepOf(ratePerSecond);
  await using run = await openRun(options);
  let progress: ReplayProgress = { matched, replayed: 0, skipped: 0 };
  let step: DeadLetter[] = [];

  async function end(): Promise<boolean> {
    if (step.length === 0) return true;
    if (await pace.wait(step.length, signal)) return false;
    const replayed = await run.replay(step);
    progress = {
      matched,
      replayed: progress.replayed + replayed,
      skipped: progress.skipped + step.length - replayed,
    };
    step = [];
    onProgress?.(progress);
    return true;
  }

  for await (const letter of letters) {
    step.push(letter);
    if (step.length >= size && !await end()) return progress;
  }
  await end();
  return progress;
}

interface Run extends AsyncDisposable {
  /** Returns how many of the letters it had to itself and sent. */
  replay(letters: readonly DeadLetter[]): Promise<number>;
}

async function openRun(options: ReplayRunOptions): Promise<Run> {
  const { binder, log, operator, destination, group, claimMs } = options;
  const producer = await openProducer(options);
  const queue = new SendQueue({
    destination,
    send: (batch, signal) => producer.send(batch, signal),
  });
  const act = { operator, run: crypto.randomUUID() };

  async function send(letters: readonly DeadLetter[]): Promise<void> {
    const { partitionCount } = producer;
    await queue.enqueue(letters.map((letter) => {
      const edit = log.ledger.editOf(letter.id);
      const sent = edit === undefined ? letter : withPayload(letter, edit.payload);
      return toReplay(sent, { group, partitionCount });
    }));
  }

  return {
    async replay(letters) {
      const claimedAt = performance.now();
      const ids = letters.map(({ id }) => id);
      const ours = await log.append({ kind: "claimed", forMs: claimMs }, ids, act);
      // A process that slept may have lost the claim to another.
      const inTime = performance.now() - claimedAt < claimMs / 2;
      if (ours.length === 0 || !inTime) return 0;
      const mine = new Set(ours);
      try {
        await send(letters.filter(({ id }) => mine.has(id)));
      } catch (error) {
        await log.append({ kind: "released" }, ours, act).catch(() => {
          // The claim ends by itself; the reason to report is the failed send.
        });
        throw error;
      }
      await log.append({ kind: "replayed" }, ours, act);
      return ours.length;
    },
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]();
      await producer[Symbol.asyncDispose]();
    },
  };

  /** Opens the destination with as many partitions as it has. */
  async function openProducer(
    { partitionCount }: Pick<ReplayRunOptions, "partitionCount">,
  ): Promise<ProducerBinding> {
    await using look = await binder.bindConsumer(
      destination,
      { group: undefined, startOffset: "latest", partitionCount },
      () => ({ deliver: () => Promise.resolve(), drain: () => Promise.resolve() }),
    );
    const found = (await look.lag()).length;
    return await binder.bindProducer(destination, { partitionCount: found, requiredGroups: [] });
  }
}
