/**
 * The end of a run: waits until nothing is under way, then compares every hit with its origin.
 *
 * @module
 */

import { SINK_BINDING } from "@cauce/licensing";
import { request } from "../support/http.ts";
import { until } from "../support/until.ts";
import { now } from "./clock.ts";
import type { HistoryEvent } from "./history.ts";
import { readLicense } from "./license_answer.ts";
import { findAtOrigin } from "./origin.ts";
import type { WatchedSystem } from "./watched_system.ts";
import type { Subject } from "./working_set.ts";

/** What settling needs. */
export interface SettleOptions {
  readonly system: Pick<WatchedSystem, "organizations" | "licensing">;
  readonly subjects: readonly Subject[];
  /** The highest version of an organization that the observer heard of. */
  readonly heard: (organizationId: string) => number;
  /** The sinks were stopped on purpose: nothing will catch up. */
  readonly sinksAreStopped: boolean;
  readonly record: (event: HistoryEvent) => void;
}

const CAUGHT_UP_WITHIN_MS = 30_000;
const READS_AT_ONCE = 8;

/** Waits until every change was published and handled. Returns how many are left that were not. */
export async function catchUp(options: SettleOptions): Promise<number> {
  const { system, subjects, heard, sinksAreStopped } = options;
  const unheard = () =>
    subjects.filter(({ organizationId, version }) => heard(organizationId) < version).length;
  await until(() => unheard() === 0, "every change to be heard of", {
    timeoutMs: CAUGHT_UP_WITHIN_MS,
  }).catch(() => {
    // They are counted below.
  });
  if (sinksAreStopped) return unheard();
  let unhandled = 0;
  await until(
    async () => {
      // Every member of the group says how far the whole group is behind.
      unhandled = Math.max(...await Promise.all(system.licensing.map(lagOf)));
      return unhandled === 0;
    },
    "every change to be handled",
    { timeoutMs: CAUGHT_UP_WITHIN_MS, everyMs: 100 },
  ).catch(() => {
    // They are counted, too.
  });
  return unheard() + unhandled;
}

/** Reads every license once more at every instance, and says what the origin has. */
export async function compareWithOrigin(options: SettleOptions): Promise<void> {
  const { system, record } = options;
  const left = [...options.subjects];
  await Promise.all(Array.from({ length: READS_AT_ONCE }, async () => {
    for (let subject; (subject = left.pop()) !== undefined;) {
      const { organizationId: key, licensePath } = subject;
      const origin = await findAtOrigin(system.organizations, key);
      if (origin === undefined) throw new Error(`Cannot ask the origin for "${key}" in the end`);
      record({ kind: "settled", key, ...origin, at: now() });
      for (const instance of system.licensing) {
        const start = now();
        const answer = await readLicense(`${instance}${licensePath}`);
        const read = {
          kind: "read",
          key,
          reader: undefined,
          instance,
          start,
          minVersion: 0,
        } as const;
        record({ ...read, ...answer, end: now() });
      }
    }
  }));
}

async function lagOf(instance: string): Promise<number> {
  const { body } = await request("GET", `${instance}/bindings`);
  const sink = body.items.find(({ name }: { name: string }) => name === SINK_BINDING);
  return sink.lag + sink.inFlight;
}
