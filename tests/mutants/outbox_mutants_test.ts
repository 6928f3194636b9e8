import { rejects } from "node:assert/strict";
import { openPostgresDatabase } from "../support/organization_database.ts";
import { outboxCases, runOutboxCase } from "../support/outbox/cases.ts";
import { outboxEpochMutants } from "./outbox_epoch_mutants.ts";
import { outboxHeartbeatMutants } from "./outbox_heartbeat_mutants.ts";
import { outboxMutants } from "./outbox_mutants.ts";

/** The case that finds each mutant, and what it says. */
const foundBy: Readonly<Record<string, { readonly title: string; readonly error: RegExp }>> = {
  "a relay that takes rows with SKIP LOCKED": {
    title: "two relays publish each key in the order of its commits, while the broker is slow",
    error: /strictly deep-equal/,
  },
  "a relay that reads only rows behind the last one": {
    title: "a row that commits after later ones were published is published too",
    error: /Cannot see the late commit/,
  },
  "a relay that marks before it publishes": {
    title: "nothing is lost or reordered while the broker refuses",
    error: /Cannot see all events after the refusals/,
  },
  "an outbox that goes on while its rows are made to wait again": {
    title: "a key ends with its newest event when it changes while its rows are made to wait again",
    error: /strictly equal/,
  },
  "a relay whose heartbeats bypass the outbox": {
    title: "a heartbeat goes no further than the oldest event that waits in its partition",
    error: /strictly equal/,
  },
  "a relay whose heartbeats ignore what was set aside": {
    title: "a heartbeat goes no further than an event that was set aside",
    error: /strictly equal/,
  },
  "a relay that looks no further than the first thousand rows": {
    title:
      "behind a long backlog no heartbeat goes further than what waits, of whichever partition",
    error: /falsy/,
  },
  "a relay that reads the clock after it asked what waits": {
    title: "a heartbeat does not speak of what is committed while it is asked what waits",
    error: /falsy/,
  },
  "a relay that says of one partition what is true of another": {
    title: "a heartbeat goes no further than an event that was set aside",
    error: /strictly equal/,
  },
  "a relay whose heartbeats run beside its loop": {
    title: "a relay whose batch is on its way for long says nothing meanwhile",
    error: /strictly equal/,
  },
  "a relay that takes a broker for one that loses nothing": {
    title:
      "when the broker may have lost something, the last minute is sent again before a heartbeat",
    error: /Cannot see the event again/,
  },
  "a relay that sends again what may be lost, after the next heartbeats": {
    title:
      "when the broker may have lost something, the last minute is sent again before a heartbeat",
    error: /strictly deep-equal/,
  },
  "a relay that forgets with its process what stored its messages": {
    title: "a relay that was away when the broker may have lost something sends it again",
    error: /Cannot see the event again/,
  },
  "a relay that sends again what it sent in the minute before it noticed": {
    title: "what is sent again begins a minute before the broker was known to be whole",
    error: /Cannot see the event again/,
  },
  "a relay whose heartbeats are sent whatever happened since it looked": {
    title: "a heartbeat that was made before the broker lost something is not sent after it",
    error: /falsy/,
  },
  "a relay that sends heartbeats before the rows it has read": {
    title: "what was committed before a heartbeat's time was sent before the heartbeat",
    error: /strictly deep-equal/,
  },
};

const mutants = [...outboxMutants, ...outboxHeartbeatMutants, ...outboxEpochMutants];

for (const mutant of mutants) {
  Deno.test(`the outbox cases refuse ${mutant.title}`, async () => {
    const found = foundBy[mutant.title];
    const one = outboxCases.find(({ title }) => title === found?.title);
    if (one === undefined || found === undefined) throw new Error("Cannot find the mutant's case");
    await using opened = await openPostgresDatabase();

    const run = runOutboxCase(one, { database: opened.database, subject: mutant.subject });

    await rejects(run, found.error);
  });
}
