/**
 * The steps that cases of organization caches are made of.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import type {
  CacheRead,
  FillOutcome,
  InvalidateOutcome,
  OrganizationCache,
  OrganizationFact,
  ReadOptions,
} from "@cauce/licensing";

/** A cache, and an organization that no other case uses. */
export interface CacheWorld {
  readonly cache: OrganizationCache;
  readonly id: string;
}

/** Outlasts every test. */
export const LONG_MS = 60_000;
/** Over soon; wait for its end. */
export const SHORT_MS = 20;

/** A live organization at a version. */
export function live(version: number): OrganizationFact {
  const value = {
    name: `Ostock ${version}`,
    contactName: 'Inés "la jefa" Marroquín',
    contactEmail: "",
    contactPhone: "+51 1 555 0103",
  };
  return { state: "live", version, value };
}

/** A tombstone at a version; at 0 the organization never existed. */
export function deleted(version: number): OrganizationFact {
  return { state: "deleted", version };
}

/** Reads with a token of its own, for any version, for long. */
export function read(
  { cache, id }: CacheWorld,
  options: Partial<Pick<ReadOptions, "token" | "leaseMs" | "minVersion">> = {},
): Promise<CacheRead> {
  const { token = crypto.randomUUID(), leaseMs = LONG_MS, minVersion = 0 } = options;
  return cache.read(id, { token, leaseMs, keepMs: LONG_MS, minVersion });
}

/** Fills for long. */
export function fill(
  { cache, id }: CacheWorld,
  fact: OrganizationFact,
  { token, ttlMs = LONG_MS }: { readonly token: string; readonly ttlMs?: number },
): Promise<FillOutcome> {
  return cache.fill(id, { token, fact, ttlMs, keepMs: LONG_MS });
}

/** Raises the fence for long. */
export function invalidate(
  { cache, id }: CacheWorld,
  version: number,
  options: { readonly keepsLease?: boolean } = {},
): Promise<InvalidateOutcome> {
  return cache.invalidate(id, { version, keepMs: LONG_MS, ...options });
}

/** Takes the lease and fills; fails where either is refused. */
export async function load(
  world: CacheWorld,
  fact: OrganizationFact,
  options: { readonly ttlMs?: number } = {},
): Promise<void> {
  strictEqual((await read(world, { token: "loads" })).outcome, "LEASE");
  strictEqual(await fill(world, fact, { token: "loads", ...options }), "FILLED");
}

/** What a read hits, if it does. */
export async function hit(world: CacheWorld): Promise<OrganizationFact | undefined> {
  const found = await read(world);
  return found.outcome === "HIT" ? found.fact : undefined;
}
