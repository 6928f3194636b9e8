/**
 * Two processes that look organizations up in one cache, for tests of what proves a hit: the clock,
 * the watermark and the origin do what the test wants.
 *
 * @module
 */

import { createFindOrganization } from "../find_organization.ts";
import type { LookupEvent } from "../lookup_event.ts";
import type { OrganizationFact } from "../organization.ts";
import type { OrganizationCache } from "../organization_cache.ts";
import type { OriginAnswer } from "../organization_origin.ts";

/** Long ones, but for the proof. */
export const times = {
  ttlMs: 1_000_000,
  negativeTtlMs: 1_000_000,
  keepMs: 10_000_000,
  leaseMs: 3000,
  waitMs: 500,
  maxStaleMs: 60_000,
  proofMs: 2000,
};
/** Who asks. */
export const caller = { correlationId: "c1", traceparent: "t1" };
const value = { name: "Ostock", contactName: "", contactEmail: "", contactPhone: "" };

/** An organization at a version. */
export function live(version: number): OrganizationFact {
  return { state: "live", version, value };
}

/** A tombstone; at 0 it never existed. */
export function deleted(version: number): OrganizationFact {
  return { state: "deleted", version };
}

/** What a test may change as it goes. */
export interface ProofState {
  clock: number;
  /** What the origin says. */
  fact: OriginAnswer;
  /** The watermark. */
  provenAt: number | undefined;
  /** What the origin was asked. */
  readonly asked: string[];
  readonly revalidations: string[];
  /** Runs before the origin answers. */
  meanwhile: () => Promise<void>;
  /** Runs after the cache was read, before the reader has the answer. */
  onTheWay: () => void;
}

/** How a look-up met the cache, its status, and the version where there is one. */
export type Shown = readonly [cache: string, status: string, version: number | undefined];

/** Two processes with one cache. */
export interface ProofWorld {
  readonly state: ProofState;
  /** As another process sees it: nothing happens on the way. */
  readonly cache: OrganizationCache;
  readonly read: () => Promise<Shown>;
  readonly readThere: () => Promise<Shown>;
}

/** Builds them around a cache whose clock is the world's. */
export function proofWorld(
  createCache: (now: () => number) => OrganizationCache,
  { proofMs = times.proofMs }: { readonly proofMs?: number } = {},
): ProofWorld {
  const state: ProofState = {
    clock: 0,
    fact: live(1),
    provenAt: undefined,
    asked: [],
    revalidations: [],
    meanwhile: () => Promise.resolve(),
    onTheWay: () => {},
  };
  let tokens = 0;
  const cache = createCache(() => state.clock);
  const onTheWay: OrganizationCache = {
    async read(...options) {
      const found = await cache.read(...options);
      state.onTheWay();
      return found;
    },
    fill: (...options) => cache.fill(...options),
    release: (...options) => cache.release(...options),
    invalidate: (...options) => cache.invalidate(...options),
    inspect: (id) => cache.inspect(id),
    ping: () => cache.ping(),
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
  const createProcess = () =>
    createFindOrganization({
      cache: onTheWay,
      origin: {
        isReachable: true,
        async find() {
          state.asked.push("find");
          const { fact } = state;
          await state.meanwhile();
          return fact;
        },
        async findIfChanged(_, { version }) {
          state.asked.push(`if not ${version}`);
          const { fact } = state;
          await state.meanwhile();
          const isSame = fact !== "unavailable" && fact.state === "live" &&
            fact.version === version;
          return isSame ? "unchanged" : fact;
        },
      },
      times: { ...times, proofMs },
      now: () => state.clock,
      random: () => 0.5,
      sleep: (ms) => Promise.resolve(void (state.clock += ms)),
      newToken: () => `token ${++tokens}`,
      provenAt: () => state.provenAt,
      observe(event: LookupEvent) {
        if (event.kind === "revalidated") state.revalidations.push(event.outcome);
      },
    });
  const show = async (find: ReturnType<typeof createProcess>): Promise<Shown> => {
    const found = await find("o1", { caller });
    const version = "organization" in found ? found.organization.version : undefined;
    return [found.cache, found.status, version];
  };
  const [here, there] = [createProcess(), createProcess()];
  return { state, cache, read: () => show(here), readThere: () => show(there) };
}
