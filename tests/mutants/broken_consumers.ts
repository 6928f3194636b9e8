/**
 * Mutants of receiving, settling and handing over.
 *
 * @module
 */

import type { Assignment, Binder, ConsumerBinding, Receive } from "@cauce/messaging/binder";
import {
  delegateAssignment,
  delegateBinder,
  delegateConsumer,
  delegateReceiver,
} from "@cauce/messaging/testing";
import type { Mutant } from "./mutant.ts";

/** Binders whose consumers break a promise. */
export const brokenConsumers: readonly Mutant[] = [
  {
    title: "commits what it delivers",
    binder: receiving((receive) => (assignment) => {
      const receiver = receive(assignment);
      return delegateReceiver(receiver, {
        deliver(batch) {
          const last = batch.at(-1);
          if (last !== undefined) assignment.settle(last.offset);
          return receiver.deliver(batch);
        },
      });
    }),
  },
  { title: "commits nothing", binder: assigning(() => ({ settle() {} })) },
  {
    title: "commits one message too many",
    binder: assigning((assignment) => ({
      settle: (offset) => assignment.settle(String(Number(offset) + 1)),
    })),
  },
  {
    title: "commits one message too few",
    binder: assigning((assignment) => ({
      settle: (offset) => Number(offset) > 0 && assignment.settle(String(Number(offset) - 1)),
    })),
  },
  { title: "gives every owner the same token", binder: assigning(() => ({ token: 1 })) },
  {
    title: "never says that a partition was lost",
    binder: assigning(() => ({ signal: new AbortController().signal })),
  },
  {
    title: "drops every tenth message",
    binder: delivering((batch) => batch.filter((_, index) => index % 10 !== 9)),
  },
  { title: "delivers a batch backwards", binder: delivering((batch) => [...batch].reverse()) },
  {
    title: "delivers headers with a prototype",
    binder: delivering((batch) =>
      batch.map((delivery) => ({ ...delivery, headers: { ...delivery.headers } }))
    ),
  },
  {
    title: "delivers no time of storing",
    binder: delivering((batch) => batch.map((delivery) => ({ ...delivery, storedAt: 0 }))),
  },
  {
    title: "does not wait for room",
    binder: receiving((receive) => (assignment) => {
      const receiver = receive(assignment);
      return delegateReceiver(receiver, {
        deliver(batch) {
          void receiver.deliver(batch);
          return Promise.resolve();
        },
      });
    }),
  },
  {
    title: "hands over without draining",
    binder: receiving((receive) => (assignment) =>
      delegateReceiver(receive(assignment), { drain: () => Promise.resolve() })
    ),
  },
  {
    title: "delivers once more what was settled when a partition changes hands",
    binder: receiving((receive) => {
      return (assignment) => {
        const receiver = receive(assignment);
        let first = assignment.token > 1;
        return delegateReceiver(receiver, {
          deliver(batch) {
            const again = first ? batch.slice(0, 1) : [];
            first = false;
            return receiver.deliver([...again, ...batch]);
          },
        });
      };
    }),
  },
  { title: "starts every group at the latest", binder: joining({ startOffset: "latest" }) },
  { title: "starts every group at the earliest", binder: joining({ startOffset: "earliest" }) },
  { title: "puts everybody into one group", binder: joining({ group: "all" }) },
  { title: "gives every member all partitions", binder: joining({ group: undefined }) },
  { title: "creates destinations with one partition", binder: joining({ partitionCount: 1 }) },
  {
    title: "resolves before it is subscribed",
    binder: (binder) =>
      delegateBinder(binder, {
        bindConsumer(destination, options, receive) {
          const binding = new Promise<ConsumerBinding>((resolve) => {
            setTimeout(() => resolve(binder.bindConsumer(destination, options, receive)), 20);
          });
          return Promise.resolve({
            failed: new Promise<Error>(() => {}),
            lastContactAt: () => Date.now(),
            partitions: () => [],
            positions: () => new Map(),
            seek: async (to, signal) => (await binding).seek(to, signal),
            lag: async () => (await binding).lag(),
            [Symbol.asyncDispose]: async () => (await binding)[Symbol.asyncDispose](),
          });
        },
      }),
  },
  {
    title: "says that nothing waits",
    binder: binding(() => ({ lag: () => Promise.resolve([]) })),
  },
  { title: "never had contact", binder: binding(() => ({ lastContactAt: () => 0 })) },
  {
    title: "goes on after its disposal",
    binder: binding(() => ({ [Symbol.asyncDispose]: () => Promise.resolve() })),
  },
  {
    title: "does not wait for its own end",
    binder: binding((consumer) => ({
      [Symbol.asyncDispose]() {
        void consumer[Symbol.asyncDispose]();
        return Promise.resolve();
      },
    })),
  },
  { title: "takes destinations whose names begin alike for one", binder: mixesDestinations },
  { title: "ends another binding at a second disposal", binder: endsAnother },
];

/** The last digit of a name does not count. */
function mixesDestinations(binder: Binder): Binder {
  const toShared = (destination: string) => destination.replace(/-\d$/, "");
  return delegateBinder(binder, {
    bindProducer: (destination, options) => binder.bindProducer(toShared(destination), options),
    bindConsumer: (destination, options, receive) =>
      binder.bindConsumer(toShared(destination), options, receive),
  });
}

/** Disposed twice, a binding takes the latest one of the same group along. */
function endsAnother(binder: Binder): Binder {
  const latest = new Map<string, ConsumerBinding>();
  return delegateBinder(binder, {
    async bindConsumer(destination, options, receive) {
      const consumer = await binder.bindConsumer(destination, options, receive);
      const place = `${destination}/${options.group}`;
      latest.set(place, consumer);
      let disposals = 0;
      return delegateConsumer(consumer, {
        async [Symbol.asyncDispose]() {
          disposals += 1;
          await (disposals === 1 ? consumer : latest.get(place))?.[Symbol.asyncDispose]();
        },
      });
    },
  });
}

function receiving(broken: (receive: Receive) => Receive): (binder: Binder) => Binder {
  return (binder) =>
    delegateBinder(binder, {
      bindConsumer: (destination, options, receive) =>
        binder.bindConsumer(destination, options, broken(receive)),
    });
}

function assigning(
  broken: (assignment: Assignment) => Partial<Assignment>,
): (binder: Binder) => Binder {
  return receiving((receive) => (assignment) =>
    receive(delegateAssignment(assignment, broken(assignment)))
  );
}

type Batch = Parameters<ReturnType<Receive>["deliver"]>[0];

function delivering(broken: (batch: Batch) => Batch): (binder: Binder) => Binder {
  return receiving((receive) => (assignment) => {
    const receiver = receive(assignment);
    return delegateReceiver(receiver, { deliver: (batch) => receiver.deliver(broken(batch)) });
  });
}

type ConsumerOptions = Parameters<Binder["bindConsumer"]>[1];

function joining(changes: Partial<ConsumerOptions>): (binder: Binder) => Binder {
  return (binder) =>
    delegateBinder(binder, {
      bindConsumer: (destination, options, receive) =>
        binder.bindConsumer(destination, { ...options, ...changes }, receive),
    });
}

function binding(
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
