/**
 * Binders that promise less and say so: the suite must accept them.
 *
 * @module
 */

import { MissingFeatureError } from "@cauce/messaging";
import type { Binder } from "@cauce/messaging/binder";
import { delegateBinder, delegateConsumer } from "@cauce/messaging/testing";

/** One way to promise less. */
export interface WeakerBinder {
  /** What it cannot do. */
  readonly title: string;
  /** Takes the promise away. */
  readonly binder: (binder: Binder) => Binder;
}

/** What brokers without a log are like. */
export const weakerBinders: readonly WeakerBinder[] = [
  {
    title: "cannot replay",
    binder: (binder) =>
      delegateBinder(binder, {
        features: { ...binder.features, replayable: false },
        async bindConsumer(destination, { group, startOffset, partitionCount }, receive) {
          const place = { group, startOffset, partitionCount };
          const consumer = await binder.bindConsumer(destination, place, receive);
          return delegateConsumer(consumer, {
            positions: () => new Map(),
            seek: () =>
              Promise.reject(new MissingFeatureError(destination, binder.name, "replayable")),
          });
        },
      }),
  },
  { title: "has no history for new groups", binder: forgetHistory },
];

/** A group gets what is sent after it was first named. */
function forgetHistory(binder: Binder): Binder {
  return delegateBinder(binder, {
    features: { ...binder.features, historyForNewGroups: false },
    async bindConsumer(destination, options, receive) {
      const { group } = options;
      // A group that is known already goes on where it stands, whatever it starts with.
      const startOffset = group === undefined ? options.startOffset : "latest";
      return await binder.bindConsumer(destination, { ...options, startOffset }, receive);
    },
  });
}
