/**
 * Random steps on a cache and on its model side by side: they must be answered alike.
 *
 * @module
 */

import type { OrganizationCache } from "@cauce/licensing";
import fc from "fast-check";
import { assertAlike, type CacheAnswer } from "./organization_cache_answers.ts";
import {
  BRIEF_MS,
  LONG_MS,
  LONGER_MS,
  type Moment,
  OrganizationCacheModel,
  type Step,
} from "./organization_cache_model.ts";
import { deleted, live } from "./organization_cache_steps.ts";

/** A cache that nobody else uses, and what is done to it from outside. */
export interface ModelledCache {
  readonly cache: OrganizationCache;
  /** Two organizations of their own; in a cluster on different nodes. */
  newIds(): Promise<readonly [string, string]>;
  /** The cache's own clock. */
  clock(): Promise<number>;
  /** Resolves when that clock has passed so much. */
  pass(ms: number): Promise<void>;
  /** Every entry is lost. */
  flush(): Promise<void>;
  /** The node of an organization begins a new epoch and keeps its data; who else is on that node. */
  renew?(id: string): Promise<(id: string) => boolean>;
}

/** How many steps make a run, and how rare a new epoch is among them. */
export interface ModelOptions {
  readonly maxSteps: number;
  /** 1 in so many, where the cache has epochs; a cluster takes its time for one. */
  readonly renewsOneIn: number;
  /** Takes what each step was answered with. */
  readonly observe?: (answer: string) => void;
}

/** What runs must have met, or they showed nothing. */
export const wantedAnswers: readonly string[] = [
  "HIT",
  "WAIT",
  "LEASE",
  "FILLED",
  "STALE",
  "LOST_LEASE",
  "RAISED",
  "OLD",
];

type Act =
  | { readonly of: 0 | 1; readonly step: Exclude<Step, { kind: "forget" }> }
  | { readonly flush: true }
  | { readonly renew: 0 | 1 };

/** The property; `scene` is the cache of all runs. */
export function agreesWithModel(
  scene: ModelledCache,
  options: ModelOptions,
): fc.IAsyncPropertyWithHooks<[Iterable<fc.AsyncCommand<Models, ModelledCache>>]> {
  const { maxSteps, observe } = options;
  const commands = fc.commands([actsOf(options).map((act) => toCommand(act, observe))], {
    maxCommands: maxSteps,
    // Otherwise most runs are a few steps long, however many are allowed.
    size: "max",
  });
  return fc.asyncProperty(commands, async (run) => {
    const model = await createModels(scene);
    await fc.asyncModelRun(() => ({ model, real: scene }), run);
  });
}

/** The models of both organizations. */
interface Models {
  readonly ids: readonly [string, string];
  readonly entries: readonly [OrganizationCacheModel, OrganizationCacheModel];
  /** When the last step had ended. */
  at: number;
}

async function createModels(scene: ModelledCache): Promise<Models> {
  return {
    ids: await scene.newIds(),
    entries: [new OrganizationCacheModel(), new OrganizationCacheModel()],
    at: await scene.clock(),
  };
}

function toCommand(
  act: Act,
  observe: ModelOptions["observe"],
): fc.AsyncCommand<Models, ModelledCache> {
  return {
    check: () => true,
    toString: () => JSON.stringify(act),
    async run(model, scene) {
      if ("flush" in act) {
        await scene.flush();
        observe?.("flush");
        for (const entry of model.entries) entry.take({ kind: "forget" }, [0, 0]);
        return;
      }
      if ("renew" in act) {
        if (scene.renew === undefined) return;
        const isThere = await scene.renew(model.ids[act.renew]);
        observe?.("renew");
        model.entries.forEach((entry, index) => {
          if (isThere(model.ids[index] ?? "")) entry.take({ kind: "forget" }, [0, 0]);
        });
        return;
      }
      const { of, step } = act;
      const actual = await take(scene.cache, model.ids[of], step);
      const at: Moment = [model.at, model.at = await scene.clock()];
      const expected = model.entries[of].take(step, at);
      assertAlike(actual, { expected, at });
      if (typeof actual === "string") observe?.(actual);
      else if (actual && "outcome" in actual) observe?.(actual.outcome);
      if (isBrief(step)) await scene.pass(BRIEF_MS);
    },
  };
}

function isBrief(step: Step): boolean {
  return Object.entries(step).some(([name, value]) => name.endsWith("Ms") && value === BRIEF_MS);
}

async function take(
  cache: OrganizationCache,
  id: string,
  step: Exclude<Step, { kind: "forget" }>,
): Promise<CacheAnswer> {
  switch (step.kind) {
    case "read":
      return await cache.read(id, step);
    case "fill":
      return await cache.fill(id, step);
    case "release":
      return await cache.release(id, step.token);
    case "invalidate":
      return await cache.invalidate(id, step);
    case "inspect":
      return await cache.inspect(id);
  }
}

/** Few tokens and versions, so that they meet; as texts, versions would stand in another order. */
function actsOf({ renewsOneIn }: ModelOptions): fc.Arbitrary<Act> {
  const of = fc.constantFrom<0 | 1>(0, 0, 0, 1);
  const token = fc.constantFrom("a", "a", "b");
  const version = fc.constantFrom(0, 1, 2, 9, 10, 12);
  const ms = fc.constantFrom(LONG_MS, LONG_MS, LONG_MS, LONGER_MS, LONGER_MS, BRIEF_MS);
  const fact = fc.tuple(version, fc.boolean()).map(([version, isDeleted]) =>
    isDeleted || version === 0 ? deleted(version) : live(version)
  );
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("read" as const),
        token,
        leaseMs: ms,
        keepMs: ms,
        minVersion: fc.constantFrom(0, 0, 0, 9),
      }),
    },
    {
      weight: 7,
      arbitrary: fc.record({
        kind: fc.constant("fill" as const),
        token,
        fact,
        ttlMs: ms,
        keepMs: ms,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("release" as const), token }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("invalidate" as const),
        version,
        keepMs: ms,
        keepsLease: fc.constantFrom(false, false, true),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: "inspect" as const }) },
  );
  return fc.oneof(
    { weight: renewsOneIn, arbitrary: fc.record({ of, step }) },
    { weight: 1, arbitrary: of.map((renew) => ({ renew })) },
    { weight: Math.ceil(renewsOneIn / 40), arbitrary: fc.constant({ flush: true as const }) },
  );
}
