/**
 * Steady reads and writes beside a test, and what came of them.
 *
 * @module
 */

import { type CachedLicense, organizationNamed } from "./main_job.ts";
import { request } from "./http.ts";

/** What the answers said. */
export interface LoadReport {
  readonly reads: number;
  readonly writes: number;
  /** Answers that were not a 200, by what they were. */
  readonly unexpected: readonly string[];
  /** How often a read said each `organizationStatus`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The name in the last write that was answered with 200. */
  readonly lastName: string;
}

/** Load that goes on until it is stopped. */
export interface Load {
  stop(): Promise<LoadReport>;
}

const PAUSE_MS = 20;

/** Reads every license and renames the organization, again and again, one request at a time each. */
export function startLoad(license: CachedLicense): Load {
  const unexpected: string[] = [];
  const statuses: Record<string, number> = {};
  let [reads, writes, lastName, stopped] = [0, 0, "", false];

  async function repeat(work: () => Promise<void>): Promise<void> {
    while (!stopped) {
      await work().catch((error) => unexpected.push(String(error)));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async function read(url: string): Promise<void> {
    const { status, body } = await request("GET", url);
    reads += 1;
    if (status !== 200) unexpected.push(`GET ${status}`);
    else statuses[body.organizationStatus] = (statuses[body.organizationStatus] ?? 0) + 1;
  }

  async function write(): Promise<void> {
    const name = `load ${writes + 1}`;
    const { status } = await request("PUT", license.organizationUrl, {
      body: organizationNamed(name),
    });
    writes += 1;
    if (status === 200) lastName = name;
    else unexpected.push(`PUT ${status}`);
  }

  const running = [
    ...license.licenseUrls.map((url) => repeat(() => read(url))),
    repeat(write),
  ];
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
      return { reads, writes, unexpected, statuses, lastName };
    },
  };
}
