/**
 * Writes organizations and records what was sent and what was acknowledged.
 *
 * @module
 */

import { request } from "../support/http.ts";
import { organizationNamed } from "../support/main_job.ts";
import { now } from "./clock.ts";
import type { HistoryEvent } from "./history.ts";
import type { Subject } from "./working_set.ts";

/** What writing takes. */
export interface WriterOptions {
  /** The organization services' addresses. */
  readonly organizations: readonly string[];
  /** The licensing services' addresses. */
  readonly licensing: readonly string[];
  readonly record: (event: HistoryEvent) => void;
}

/** How a write ended: `unknown` without an answer, `gone` where another deleted it before. */
export type WriteOutcome = "acknowledged" | "unknown" | "gone";

/** Each method sends one write; whether it was carried out is not known where no answer came. */
export interface OrganizationWriter {
  /** An organization with a license; undefined when either was not acknowledged. */
  create(): Promise<Subject | undefined>;
  rename(subject: Subject): Promise<WriteOutcome>;
  /** Deletes it and asks for the version that it left. */
  remove(subject: Subject): Promise<WriteOutcome>;
}

const TIMEOUT_MS = 5000;
const ASKED_FOR_ONE_IN = 4;

/** Builds a writer that goes round the services. */
export function createWriter(
  { organizations, licensing, record }: WriterOptions,
): OrganizationWriter {
  let turn = 0;
  const next = (addresses: readonly string[]) => addresses[turn++ % addresses.length] ?? "";

  async function send(method: string, url: string, body?: unknown) {
    const options = { timeoutMs: TIMEOUT_MS, ...(body !== undefined && { body }) };
    return await request(method, url, options).catch(() => undefined);
  }

  function urlOf({ organizationId }: Subject): string {
    return `${next(organizations)}/v1/organization/${organizationId}`;
  }

  return {
    async create() {
      const start = now();
      const name = "name 1";
      const created = await send("POST", `${next(organizations)}/v1/organization`, {
        ...organizationNamed(name),
      });
      if (created?.status !== 201) return undefined;
      const { organizationId, version } = created.body;
      record({ kind: "attempt", key: organizationId, deletes: false, at: start });
      record({
        kind: "write",
        key: organizationId,
        version,
        state: "live",
        name,
        start,
        end: now(),
      });
      const path = `/v1/organization/${organizationId}/license`;
      const license = await send("POST", `${next(licensing)}${path}`, {
        description: "under load",
        productName: "consistency",
        licenseType: "complete",
      });
      if (license?.status !== 201) return undefined;
      const licensePath = `${path}/${license.body.licenseId}`;
      const isAskedFor = Math.random() * ASKED_FOR_ONE_IN < 1;
      return { organizationId, licensePath, isAskedFor, version, names: 1, isLeaving: false };
    },

    async rename(subject) {
      const key = subject.organizationId;
      const name = `name ${++subject.names}`;
      const start = now();
      record({ kind: "attempt", key, deletes: false, at: start });
      const answer = await send("PUT", urlOf(subject), organizationNamed(name));
      if (answer?.status === 404) return "gone";
      if (answer?.status !== 200) return "unknown";
      const { version } = answer.body;
      record({ kind: "write", key, version, state: "live", name, start, end: now() });
      subject.version = Math.max(subject.version, version);
      return "acknowledged";
    },

    async remove(subject) {
      const key = subject.organizationId;
      const url = urlOf(subject);
      const start = now();
      record({ kind: "attempt", key, deletes: true, at: start });
      const answer = await send("DELETE", url);
      if (answer?.status !== 204) return "unknown";
      const end = now();
      // The version stays behind as a tombstone, which only a look tells.
      const left = await send("GET", url);
      const version = left?.status === 404 ? Number(left.body.version) : NaN;
      if (!(version > 0)) return "unknown";
      record({ kind: "write", key, version, state: "deleted", name: undefined, start, end });
      subject.version = Math.max(subject.version, version);
      return "acknowledged";
    },
  };
}
