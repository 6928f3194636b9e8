/**
 * Mutants of moving a group's place, and of taking one's own along.
 *
 * @module
 */

import type { Binder, ConsumerBinding } from "@cauce/messaging/binder";
import { delegateBinder, delegateConsumer } from "@cauce/messaging/testing";
import type { Mutant } from "./mutant.ts";

type Seek = ConsumerBinding["seek"];

/** Binders that break a promise about places. */
export const brokenSeeks: readonly Mutant[] = [
  { title: "does not move", binder: seeking(() => () => Promise.resolve()) },
  {
    title: "moves no partition but the first",
    binder: seeking((consumer) => moveOnly(consumer, (partition) => partition === 0)),
  },
  {
    title: "moves only the partitions that it owns itself",
    binder: seeking((consumer) =>
      moveOnly(consumer, (partition) => consumer.partitions().includes(partition))
    ),
  },
  {
    title: "says that it moved before it did",
    binder: seeking((consumer) => (to, signal) => {
      consumer.seek(to, signal).catch(() => {});
      return Promise.resolve();
    }),
  },
  {
    title: "moves after it was given up",
    binder: seeking((consumer) => async (to, signal) => {
      const moved = consumer.seek(to, new AbortController().signal);
      await Promise.race([moved, consumer.seek(to, signal)]);
    }),
  },
  {
    title: "moves to the earliest, wherever it is told to",
    binder: seeking((consumer) => (_, signal) => consumer.seek("earliest", signal)),
  },
  {
    title: "takes any offset for the earliest",
    binder: seeking((consumer) => (to, signal) =>
      consumer.seek(to, signal).catch(() => consumer.seek("earliest", signal))
    ),
  },
  {
    title: "forgets where it was moved when it leaves",
    binder: changing((consumer) => {
      let moved = false;
      return {
        async seek(to, signal) {
          await consumer.seek(to, signal);
          moved = true;
        },
        async [Symbol.asyncDispose]() {
          if (moved) await consumer.seek("latest", AbortSignal.timeout(500)).catch(() => {});
          await consumer[Symbol.asyncDispose]();
        },
      };
    }),
  },
  {
    title: "begins anew at the latest, wherever it stood",
    binder: (binder) =>
      delegateBinder(binder, {
        bindConsumer: (destination, { group, startOffset, partitionCount }, receive) =>
          binder.bindConsumer(destination, { group, startOffset, partitionCount }, receive),
      }),
  },
  {
    title: "does not know where it stands",
    binder: changing(() => ({ positions: () => new Map() })),
  },
];

/** Seeks, but leaves partitions out. */
function moveOnly(consumer: ConsumerBinding, moves: (partition: number) => boolean): Seek {
  return async (to, signal) => {
    const offsets = (await consumer.lag())
      .filter(({ partition }) => moves(partition))
      .map(({ partition }) => [partition, "0"] as const);
    await consumer.seek(to === "earliest" ? { offsets: new Map(offsets) } : to, signal);
  };
}

function seeking(broken: (consumer: ConsumerBinding) => Seek): (binder: Binder) => Binder {
  return changing((consumer) => ({ seek: broken(consumer) }));
}

function changing(
  broken: (consumer: ConsumerBinding) => Partial<ConsumerBinding>,
): (binder: Binder) => Binder {
  return (binder) =>
    delegateBinder(binder, {
      async bindConsumer(destination, options, receive) {
        const consumer = await binder.bindConsumer(destination, options, receive);
        return delegateConsumer(consumer, broken(consumer));
      },
    });
}
