/**
 * The organization cache in Redis: one hash and one Lua script a step, on a single key each.
 *
 * The epoch of an entry is the node's replication id, read inside the script. It is new after each
 * start and each promotion, where the run id outlives a change of role: a Redis that restarted, or a
 * node that took over, may lack invalidations that were acknowledged, so its entries are absent. A
 * replica refuses every step, so that its client looks for the primary.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { type OrganizationFact, organizationFields } from "../organization.ts";
import {
  type CacheEntry,
  CacheFullError,
  type CacheRead,
  type Fence,
  type Fill,
  type Invalidation,
  type OrganizationCache,
  type ReadOptions,
} from "../organization_cache.ts";
import type { KnownWatermarks, OrganizationWatermarks } from "../organization_watermarks.ts";
import { createDeadlines } from "./deadlines.ts";
import { createRedisClient } from "./redis_client.ts";
import { type CacheScripts, cacheScripts, type Field } from "./scripts.ts";

/** Where the cache is. */
export interface RedisOrganizationCacheOptions {
  /** `redis://` or `rediss://`; several, separated by commas, are nodes of one cluster. */
  readonly url: string;
  /** A command without an answer for so long rejects. */
  readonly commandTimeoutMs: number;
  /** Where the changes come from: their watermarks are kept under this name. */
  readonly destination?: string;
  /** Stand in for the cache's own: what tests refuse is proved with scripts that are wrong. */
  readonly scripts?: CacheScripts;
  readonly logger: Logger;
}

/** Those of a destination that is no longer in use go away. */
const WATERMARKS_KEPT_MS = 86_400_000;

/** Returns at once and connects in the background; until it is connected every method rejects. */
export function redisOrganizationCache(
  options: RedisOrganizationCacheOptions,
): OrganizationCache & OrganizationWatermarks {
  const { url, commandTimeoutMs, logger, scripts = cacheScripts } = options;
  const watermarks = `organization-watermarks:${options.destination ?? "organization-changes"}`;
  const { client, outage } = createRedisClient({
    url,
    logger,
    scripts,
    socketTimeoutMs: commandTimeoutMs * 4,
  });
  // ioredis leaves a promise open for ever when a command is lost with its connection.
  const deadlines = createDeadlines(commandTimeoutMs);
  const inTime = <T>(command: Promise<T>) => deadlines.inTime(command).catch(nameRefusal);

  return {
    async read(id: string, { token, leaseMs, keepMs, minVersion }: ReadOptions) {
      const [outcome, now, ...stored] = await inTime(
        client.readOrganization(keyOf(id), token, leaseMs, keepMs, minVersion),
      );
      return toRead(outcome, Number(now), stored);
    },
    fill(id: string, { token, fact, ttlMs, keepMs }: Fill) {
      const { version, state } = fact;
      const details = fact.state === "live"
        ? organizationFields.map((field) => fact.value[field])
        : [];
      const letter = state === "live" ? "L" : "D";
      return inTime(
        client.fillOrganization(keyOf(id), token, version, letter, ttlMs, keepMs, ...details),
      );
    },
    async release(id: string, token: string) {
      await inTime(client.releaseOrganization(keyOf(id), token));
    },
    invalidate: (id: string, { version, keepMs, keepsLease }: Invalidation) =>
      inTime(
        client.invalidateOrganization(keyOf(id), version, keepMs, keepsLease ? "keep" : "end"),
      ),
    async inspect(id: string) {
      const found = await inTime(client.inspectOrganization(keyOf(id)));
      return found === null ? undefined : toEntry(found);
    },
    raiseWatermark: ({ partition, partitionCount, time }) =>
      inTime(
        client.raiseWatermark(watermarks, partitionCount, partition, time, WATERMARKS_KEPT_MS),
      ),
    async readWatermarks() {
      return toWatermarks(await inTime(client.readWatermarks(watermarks)));
    },
    async ping() {
      try {
        await inTime(client.ping());
      } catch (error) {
        // A command only knows that there is no connection.
        throw outage() ?? error;
      }
    },
    [Symbol.asyncDispose]() {
      client.disconnect();
      deadlines[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** The braces keep whatever belongs to one organization on one node of a cluster. */
function keyOf(organizationId: string): string {
  return `organization:{${organizationId}}`;
}

/** Redis' words for a memory that is full, a disk that is, and replicas that are missing. */
const REFUSAL = /\b(OOM|MISCONF|NOREPLICAS)\b/;

/** A Redis that answers, and takes nothing, is another matter than one that does not answer. */
function nameRefusal(cause: unknown): never {
  if (cause instanceof Error && REFUSAL.test(cause.message)) throw new CacheFullError({ cause });
  throw cause;
}

function toRead(outcome: CacheRead["outcome"], now: number, stored: readonly Field[]): CacheRead {
  const fact = toFact(stored);
  const fence = toFence(stored, now);
  if (outcome !== "HIT") return { outcome, old: fact, fence };
  if (fact === undefined) throw new TypeError("Cannot read an entry: a hit has no value");
  return { outcome, fact, ageMs: fence?.ageMs ?? 0 };
}

function toEntry([pttl, now, ...stored]: [number, string, ...Field[]]): CacheEntry {
  const [expiresAt, leaseUntil] = stored.slice(4 + organizationFields.length);
  const leaseLeftMs = Number(leaseUntil ?? 0) - Number(now);
  return {
    fact: toFact(stored),
    fence: toFence(stored, Number(now)),
    freshMs: expiresAt ? Math.max(0, Number(expiresAt) - Number(now)) : undefined,
    leaseLeftMs: leaseLeftMs > 0 ? leaseLeftMs : undefined,
    keptMs: pttl,
  };
}

function toWatermarks([now, ...fields]: readonly string[]): KnownWatermarks {
  let partitionCount = 0;
  const times = new Map<number, number>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [field, value] = [fields[index], Number(fields[index + 1])];
    if (field === "n") partitionCount = value;
    else times.set(Number(field), value);
  }
  return { now: Number(now), partitionCount, times };
}

function toFence([version, raisedAt]: readonly Field[], now: number): Fence | undefined {
  if (!version) return undefined;
  return { version: Number(version), raisedAt: Number(raisedAt), ageMs: now - Number(raisedAt) };
}

function toFact([, , version, state, ...details]: readonly Field[]): OrganizationFact | undefined {
  if (!version) return undefined;
  if (state !== "L") return { state: "deleted", version: Number(version) };
  const [name, contactName, contactEmail, contactPhone] = details.map((field) => field ?? "");
  return {
    state: "live",
    version: Number(version),
    value: {
      name: name ?? "",
      contactName: contactName ?? "",
      contactEmail: contactEmail ?? "",
      contactPhone: contactPhone ?? "",
    },
  };
}
