/**
 * Mutants of what sees to dead letters.
 *
 * @module
 */

import { type Binder, type OutgoingMessage, toBytes } from "@cauce/messaging/binder";
import {
  createDeadLetterOffice,
  type DeadLetterOffice,
  type DeadLetterOfficeOptions,
} from "@cauce/messaging/dead-letters";
import { delegateBinder, delegateProducer } from "@cauce/messaging/testing";
import type { Mutant } from "./mutant.ts";

/** Offices that break a promise. */
export const brokenOffices: readonly Mutant[] = [
  {
    title: "replays to every group",
    office: sending((message) => {
      const { "x-replay-group": _, ...headers } = message.headers;
      return { ...message, headers };
    }),
  },
  {
    title: "replays in a dry run",
    office: changed((office) => ({
      replay: (options) => office.replay({ ...options, dryRun: false }),
    })),
  },
  {
    title: "discards in a dry run",
    office: changed((office) => ({
      discard: (options) => office.discard({ ...options, dryRun: false }),
    })),
  },
  { title: "notes a letter as replayed before it is sent", office: throughBinder(sendLate) },
  {
    title: "gives a replayed event a new id",
    office: sending((message) => ({
      ...message,
      headers: { ...message.headers, ce_id: crypto.randomUUID() },
    })),
  },
  {
    title: "replays as fast as it can",
    office: changed((office) => ({
      replay: (options) => office.replay({ ...options, ratePerSecond: Infinity }),
    })),
  },
  {
    title: "ignores what was edited",
    office: throughBinder((binder) =>
      withActs(binder, (act) => act["kind"] === "edited" ? { ...act, letters: ["none"] } : act)
    ),
  },
  {
    title: "claims nothing before it replays",
    office: throughBinder((binder) =>
      withActs(binder, (act) => act["kind"] === "claimed" ? { ...act, forMs: 0 } : act)
    ),
  },
  {
    title: "ignores the filter",
    office: changed((office) => ({
      discard: (options) => office.discard({ ...options, filter: {} }),
    })),
  },
  {
    title: "takes any edit",
    office: (options) => createDeadLetterOffice({ ...options, channel: undefined }),
  },
  {
    title: "does not say who acted",
    office: (options) => createDeadLetterOffice({ ...options, operator: { by: "somebody" } }),
  },
];

function changed(
  change: (office: DeadLetterOffice) => Partial<DeadLetterOffice>,
): (options: DeadLetterOfficeOptions) => DeadLetterOffice {
  return (options) => {
    const office = createDeadLetterOffice(options);
    return { ...office, ...change(office) };
  };
}

function throughBinder(
  broken: (binder: Binder) => Binder,
): (options: DeadLetterOfficeOptions) => DeadLetterOffice {
  return (options) => {
    let opened: Promise<Binder> | undefined;
    const binder = () => opened ??= options.binder().then(broken);
    return createDeadLetterOffice({ ...options, binder });
  };
}

/** Changes what is replayed; acts stay. */
function sending(
  change: (message: OutgoingMessage) => OutgoingMessage,
): (options: DeadLetterOfficeOptions) => DeadLetterOffice {
  return throughBinder((binder) =>
    delegateBinder(binder, {
      async bindProducer(destination, options) {
        const producer = await binder.bindProducer(destination, options);
        if (isActs(destination)) return producer;
        return delegateProducer(producer, {
          send: (batch, signal) => producer.send(batch.map(change), signal),
        });
      },
    })
  );
}

/** Says that it has sent, and sends once the next act is stored. */
function sendLate(binder: Binder): Binder {
  let late: () => Promise<void> = () => Promise.resolve();
  return delegateBinder(binder, {
    async bindProducer(destination, options) {
      const producer = await binder.bindProducer(destination, options);
      return delegateProducer(producer, {
        async send(batch, signal) {
          if (isActs(destination)) {
            await producer.send(batch, signal);
            const sendNow = late;
            late = () => Promise.resolve();
            await sendNow().catch(() => {});
          } else {
            late = () => producer.send(batch, new AbortController().signal);
          }
        },
      });
    },
  });
}

type StoredAct = Readonly<Record<string, unknown>>;

function withActs(binder: Binder, change: (act: StoredAct) => StoredAct): Binder {
  return delegateBinder(binder, {
    async bindProducer(destination, options) {
      const producer = await binder.bindProducer(destination, options);
      if (!isActs(destination)) return producer;
      return delegateProducer(producer, {
        send: (batch, signal) =>
          producer.send(
            batch.map((message) => {
              const act = change(JSON.parse(new TextDecoder().decode(toBytes(message.body))));
              return { ...message, body: new TextEncoder().encode(JSON.stringify(act)) };
            }),
            signal,
          ),
      });
    },
  });
}

function isActs(destination: string): boolean {
  return destination.endsWith(".acts");
}
