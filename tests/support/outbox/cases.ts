/**
 * All cases of the outbox and its relay.
 *
 * @module
 */

import type { Database } from "@cauce/platform/database";
import type { OutboxCase } from "./case.ts";
import { epochCases } from "./epoch_cases.ts";
import { heartbeatCases } from "./heartbeat_cases.ts";
import { keepingCases } from "./keeping_cases.ts";
import { leaseCases } from "./lease_cases.ts";
import { publishingCases } from "./publishing_cases.ts";
import type { OutboxSubject } from "./world.ts";

/** Every promise of the outbox, by theme. */
export const outboxCases: readonly OutboxCase[] = [
  ...publishingCases,
  ...leaseCases,
  ...keepingCases,
  ...heartbeatCases,
  ...epochCases,
];

/** Runs a case on an empty database. */
export async function runOutboxCase(
  one: OutboxCase,
  { database, subject }: { database: Database; subject: OutboxSubject },
): Promise<void> {
  await one.run({ database, subject, store: subject.createStore(database) });
}
