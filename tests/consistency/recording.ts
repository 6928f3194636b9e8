/**
 * Where everything that happens in a run is written down.
 *
 * @module
 */

import type { HistoryEvent, Violation } from "./history.ts";
import { HistoryChecker } from "./history_checker.ts";
import type { Change } from "./observer.ts";
import type { OrganizationWriter } from "./organization_writer.ts";
import { Tally } from "./tally.ts";
import type { Subject } from "./working_set.ts";

/** How many organizations of others are remembered. */
const HEARD = 50_000;

/** One run's history, figures and organizations. */
export class Recording {
  readonly checker: HistoryChecker;
  readonly tally: Tally = new Tally();
  /** The organizations that were made here and are still read. */
  readonly subjects: Map<string, Subject> = new Map();
  readonly #heard = new Map<string, number>();
  readonly #say: (line: string) => void;

  constructor({ deltaMs, say }: { deltaMs: number; say: (line: string) => void }) {
    this.checker = new HistoryChecker({ deltaMs });
    this.#say = say;
  }

  /** Takes an event; what it breaks is said at once. */
  readonly record = (event: HistoryEvent): void => {
    if (event.kind === "forget") {
      this.subjects.delete(event.key);
      this.#heard.delete(event.key);
    }
    const before = this.checker.violations.length;
    this.checker.apply(event);
    for (const violation of this.checker.violations.slice(before)) this.#say(describe(violation));
  };

  /** Takes a change that was published. */
  hear({ organizationId, version }: Change): void {
    const highest = Math.max(version, this.heard(organizationId));
    // Those heard of last come last.
    this.#heard.delete(organizationId);
    this.#heard.set(organizationId, highest);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > HEARD && oldest !== undefined) this.#heard.delete(oldest);
  }

  /** The highest version of an organization that was heard of. */
  heard(organizationId: string): number {
    return this.#heard.get(organizationId) ?? 0;
  }

  /** The writer, whose organizations become subjects. */
  remembering(writer: OrganizationWriter): OrganizationWriter {
    return {
      ...writer,
      create: async () => {
        const subject = await writer.create();
        if (subject !== undefined) this.subjects.set(subject.organizationId, subject);
        return subject;
      },
    };
  }
}

function describe({ invariant, detail, read }: Violation): string {
  const { key, reader = "nobody", instance, cache, start, end } = read;
  return `broken ${invariant}: ${detail}; ${cache} of ${key} at ${instance} by ${reader}, ` +
    `${new Date(start).toISOString()}, took ${(end - start).toFixed(1)} ms`;
}
