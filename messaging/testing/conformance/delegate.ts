/**
 * Binders that pass everything on, except what a case or a mutant changes.
 *
 * @module
 */

import type {
  Assignment,
  Binder,
  ConsumerBinding,
  ProducerBinding,
  Receiver,
} from "../../binder.ts";

/** A binder that is `binder`, but for the changes. */
export function delegateBinder(binder: Binder, changes: Partial<Binder>): Binder {
  return {
    name: binder.name,
    features: binder.features,
    bindProducer: (destination, options) => binder.bindProducer(destination, options),
    bindConsumer: (destination, options, receive) =>
      binder.bindConsumer(destination, options, receive),
    ping: (signal) => binder.ping(signal),
    [Symbol.asyncDispose]: () => binder[Symbol.asyncDispose](),
    ...changes,
  };
}

/** A consumer binding that is `binding`, but for the changes. */
export function delegateConsumer(
  binding: ConsumerBinding,
  changes: Partial<ConsumerBinding>,
): ConsumerBinding {
  return {
    failed: binding.failed,
    lastContactAt: () => binding.lastContactAt(),
    partitions: () => binding.partitions(),
    positions: () => binding.positions(),
    seek: (to, signal) => binding.seek(to, signal),
    lag: () => binding.lag(),
    [Symbol.asyncDispose]: () => binding[Symbol.asyncDispose](),
    ...changes,
  };
}

/** A producer binding that is `binding`, but for the changes. */
export function delegateProducer(
  binding: ProducerBinding,
  changes: Partial<ProducerBinding>,
): ProducerBinding {
  return {
    partitionCount: binding.partitionCount,
    send: (batch, signal) => binding.send(batch, signal),
    ...(binding.epochs && { epochs: () => binding.epochs?.() ?? Promise.resolve([]) }),
    [Symbol.asyncDispose]: () => binding[Symbol.asyncDispose](),
    ...changes,
  };
}

/** A receiver that is `receiver`, but for the changes. */
export function delegateReceiver(receiver: Receiver, changes: Partial<Receiver>): Receiver {
  return {
    deliver: (batch) => receiver.deliver(batch),
    drain: () => receiver.drain(),
    ...changes,
  };
}

/** An assignment that is `assignment`, but for the changes. */
export function delegateAssignment(
  assignment: Assignment,
  changes: Partial<Assignment>,
): Assignment {
  return {
    destination: assignment.destination,
    partition: assignment.partition,
    token: assignment.token,
    signal: assignment.signal,
    settle: (offset) => assignment.settle(offset),
    ...changes,
  };
}
