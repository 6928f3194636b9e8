/**
 * Deliberately broken binders, each of which a fault case must reject: on Redis, the quicker one.
 *
 * @module
 */

import { rejects } from "node:assert/strict";
import type { Binder, ProducerBinding, Receiver } from "@cauce/messaging/binder";
import { delegateBinder, delegateProducer, delegateReceiver } from "@cauce/messaging/testing";
import { brokerCases } from "../faults/cases/broker_cases.ts";
import type { FaultCase } from "../faults/cases/case.ts";
import { consumerCases } from "../faults/cases/consumer_cases.ts";
import { handlerCases } from "../faults/cases/handler_cases.ts";
import { faultWorlds } from "../support/fault_worlds.ts";

type Send = ProducerBinding["send"];

interface FaultMutant {
  /** What it does wrong. */
  readonly title: string;
  /** In the title of the case that must reject it. */
  readonly rejectedBy: string;
  /** What the case says of it. */
  readonly because: RegExp;
  readonly breaks: (binder: Binder) => Binder;
}

const PATIENCE_MS = 2000;

/** Longer than a message takes, and shorter than the case. */
const LATE_MS = 50;

const never = new AbortController().signal;

/** What a broken binder makes of a failed send. */
function ignore(): void {}

const mutants: readonly FaultMutant[] = [
  {
    title: "acknowledges before the broker has answered",
    rejectedBy: "killed in the middle of 10,000 publishes",
    // What is lost in the middle shows as passed over by what came behind it.
    because: /is lost|passes over/,
    breaks: sending((send) => (batch) => {
      send(batch, never).catch(ignore);
      return Promise.resolve();
    }),
  },
  {
    title: "stores again later what got no answer",
    rejectedBy: "its answer is lost",
    because: /passes over/,
    breaks: sending((send) => async (batch, signal) => {
      try {
        await send(batch, signal);
      } catch (error) {
        setTimeout(() => send(batch, never).catch(ignore), LATE_MS);
        throw error;
      }
    }),
  },
  {
    title: "delivers batches backwards",
    rejectedBy: "a backlog of 10,000",
    because: /passes over/,
    breaks: receiving((receiver) => ({
      deliver: (batch) => receiver.deliver([...batch].reverse()),
    })),
  },
  {
    title: "hands partitions over without waiting for their handlers",
    rejectedBy: "waits for handlers",
    because: /2,|aborted|deep-equal/,
    breaks: receiving((receiver) => ({
      drain() {
        void receiver.drain();
        return Promise.resolve();
      },
    })),
  },
];

for (const { title, rejectedBy, because, breaks } of mutants) {
  Deno.test(`a fault case rejects a binder that ${title}`, async () => {
    const { redis } = faultWorlds;

    await rejects(
      getCase(rejectedBy).run({
        ...redis,
        patienceMs: PATIENCE_MS,
        openBinder: (address) => breaks(redis.openBinder(address)),
        openBehindProxy(address) {
          const { binder, proxy } = redis.openBehindProxy(address);
          return { binder: breaks(binder), proxy };
        },
      }),
      because,
    );
  });
}

function getCase(part: string): FaultCase {
  const all = [...brokerCases, ...consumerCases, ...handlerCases];
  const found = all.find(({ title }) => title.includes(part));
  if (found === undefined) throw new RangeError(`Cannot find the fault case "${part}"`);
  return found;
}

function sending(change: (send: Send) => Send): (binder: Binder) => Binder {
  return (binder) =>
    delegateBinder(binder, {
      async bindProducer(destination, options) {
        const producer = await binder.bindProducer(destination, options);
        return delegateProducer(producer, {
          send: change((batch, signal) => producer.send(batch, signal)),
        });
      },
    });
}

function receiving(changes: (receiver: Receiver) => Partial<Receiver>): (binder: Binder) => Binder {
  return (binder) =>
    delegateBinder(binder, {
      bindConsumer: (destination, options, receive) =>
        binder.bindConsumer(destination, options, (assignment) => {
          const receiver = receive(assignment);
          return delegateReceiver(receiver, changes(receiver));
        }),
    });
}
