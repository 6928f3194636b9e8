/**
 * What licensing answers to a read of a license, or of a page of one, as far as the organization is
 * concerned.
 *
 * @module
 */

import type { CacheUse, ReadEvent, ShownStatus } from "./history.ts";

/** The part of a read that the answer tells. */
export type LicenseAnswer = Pick<ReadEvent, "status" | "cache" | "version" | "name">;

/** How long a read may take. */
export const READ_TIMEOUT_MS = 10_000;

const STATUSES: readonly string[] = ["current", "stale", "unavailable", "deleted"];

/** Licensing answered, but not as it promises to whatever happens to those it asks. */
export class RefusedReadError extends Error {
  override readonly name = "RefusedReadError";

  constructor(url: string, state: string) {
    super(`Cannot read ${url}: ${state}`);
  }
}

/** Asks; throws a `RefusedReadError` for another answer than a license, and other errors for none. */
export async function readLicense(url: string, minVersion = 0): Promise<LicenseAnswer> {
  const response = await fetch(url, {
    ...(minVersion > 0 && { headers: { "x-min-organization-version": String(minVersion) } }),
    signal: AbortSignal.timeout(READ_TIMEOUT_MS),
  });
  const text = await response.text();
  if (response.status !== 200) throw new RefusedReadError(url, `status ${response.status}`);
  const body = JSON.parse(text);
  const license = "items" in body ? body.items[0] : body;
  if (license === undefined) throw new RefusedReadError(url, "there is no license");
  const { organization, organizationStatus } = license;
  return {
    status: parseStatus(organizationStatus),
    cache: parseCacheStatus(response.headers.get("cache-status") ?? ""),
    version: organization?.version,
    name: organization?.name,
  };
}

/** Reads `Cache-Status`; throws on a value that licensing does not have. */
export function parseCacheStatus(value: string): CacheUse {
  switch (value) {
    case "organization; hit":
      return "hit";
    case "organization; hit; detail=revalidated":
      return "revalidated";
    case "organization; fwd=miss; stored":
      return "stored";
    case "organization; fwd=miss":
      return "miss";
    case "organization; fwd=stale":
      return "stale";
    case "organization; fwd=bypass":
      return "bypass";
    default:
      throw new TypeError(`Cannot read Cache-Status "${value}"`);
  }
}

function parseStatus(value: unknown): ShownStatus {
  if (typeof value === "string" && STATUSES.includes(value)) return value as ShownStatus;
  throw new TypeError(`Cannot read organizationStatus "${value}"`);
}
