/**
 * Waits until a system has come to rest, and reads what is left.
 *
 * @module
 */

import { redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";
import { type Database, openDatabase } from "@cauce/platform/database";
import { until } from "../until.ts";
import { countEffects, readEffects } from "./effects.ts";
import type { EventLog } from "./event_log.ts";
import type { Journal } from "./journal.ts";
import type { RecordedEvent, Remains, StoredOrganization } from "./judge.ts";
import type { KillWorld } from "./kill_world.ts";

/** What of a run is still open. */
export interface RemainsOptions {
  readonly world: KillWorld;
  readonly journal: Journal;
  readonly log: EventLog;
  /** What does not come for so long does not come any more. */
  readonly patienceMs: number;
}

/** Waits for the outbox, then for what was published to take effect, and reads everything. */
export async function readRemains(
  { world, journal, log, patienceMs }: RemainsOptions,
): Promise<Remains> {
  await using opened = new AsyncDisposableStack();
  const open = async (url: string) => opened.use(await openDatabase(url));
  const origin = await open(world.databaseUrls.organization);
  const effects = await open(world.databaseUrls.effects);
  const cache = opened.use(redisOrganizationCache({
    url: world.cacheUrl,
    commandTimeoutMs: 5000,
    logger: silentLogger,
  }));
  await until(() => cache.ping().then(() => true), "the cache");

  const isPublished = async () => await countWaiting(origin) === 0 ? 0 : undefined;
  await isDoneOrAtRest(isPublished, () => countWaiting(origin), patienceMs);
  const recorded = await readEvents(origin);
  const hasCome = async () => {
    const known = new Set(log.events.map(({ eventId }) => eventId));
    const isLogged = recorded.every(({ eventId }) => known.has(eventId));
    return isLogged && await countEffects(effects) >= recorded.length ? 0 : undefined;
  };
  const progress = async () => log.events.length + await countEffects(effects);
  await isDoneOrAtRest(hasCome, progress, patienceMs);
  const stored = await readOrganizations(origin);
  const readFences = async () => {
    const fences = await Promise.all(stored.map(async ({ organizationId }) => {
      const entry = await cache.inspect(organizationId);
      return [organizationId, entry?.fence?.version] as const;
    }));
    return new Map(fences);
  };
  const isBehind = async () => {
    const fences = await readFences();
    return stored.filter((row) => fences.get(row.organizationId) !== row.version).length;
  };
  await isDoneOrAtRest(async () => await isBehind() === 0 ? 0 : undefined, isBehind, patienceMs);
  return {
    written: journal.organizations,
    stored,
    recorded,
    logged: log.events,
    effects: await readEffects(effects),
    fences: await readFences(),
  };
}

/** Resolves when it is done, or when nothing has moved for the patience: the judge says what is missing. */
async function isDoneOrAtRest(
  done: () => Promise<number | undefined>,
  progress: () => Promise<number>,
  patienceMs: number,
): Promise<void> {
  let last = await progress();
  let movedAt = performance.now();
  while (await done() === undefined && performance.now() - movedAt < patienceMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await progress();
    if (now !== last) movedAt = performance.now();
    last = now;
  }
}

async function countWaiting(origin: Database): Promise<number> {
  const [row] = await origin.query<{ waiting: number }>(
    "SELECT COUNT(*) AS waiting FROM outbox WHERE published_at IS NULL",
  );
  return row?.waiting ?? 0;
}

async function readEvents(origin: Database): Promise<RecordedEvent[]> {
  const rows = await origin.query<{ event_id: string; payload: string }>(
    "SELECT event_id, payload FROM outbox ORDER BY sequence",
  );
  return rows.map(({ event_id: eventId, payload }) => {
    const { organizationId, version } = JSON.parse(payload);
    return { eventId, organizationId, version };
  });
}

async function readOrganizations(origin: Database): Promise<StoredOrganization[]> {
  const rows = await origin.query<
    { organization_id: string; name: string; version: number; deleted_at: number | null }
  >("SELECT organization_id, name, version, deleted_at FROM organization");
  return rows.map((row) => ({
    organizationId: row.organization_id,
    name: row.name,
    version: row.version,
    isDeleted: row.deleted_at !== null,
  }));
}
