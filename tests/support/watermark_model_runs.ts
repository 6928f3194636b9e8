/**
 * Random steps on a cache's watermarks and on a model of them side by side: they must be answered
 * alike.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import type { KnownWatermarks, OrganizationWatermarks } from "@cauce/licensing";
import fc from "fast-check";
import type { Moment } from "./organization_cache_model.ts";
import type { ModelledCache } from "./organization_cache_model_runs.ts";

/** A scene that keeps watermarks. */
export type WatermarkScene = Pick<ModelledCache, "clock" | "pass" | "flush"> & {
  readonly watermarks: OrganizationWatermarks;
};

type Act =
  | {
    readonly kind: "raise";
    readonly partition: number;
    readonly partitionCount: number;
    readonly time: number;
  }
  | { readonly kind: "read" }
  | { readonly kind: "flush" };

/** Ahead of every clock: it is cut to the cache's own. */
const AHEAD = 1e15;

interface Model {
  partitionCount: number;
  /** When a mark is, as far as an observer can tell. */
  times: Map<number, Moment>;
  /** When the last step had ended. */
  at: number;
}

/** The property; `scene` is the cache of all runs. */
export function watermarksAgreeWithModel(
  scene: WatermarkScene,
): fc.IAsyncPropertyWithHooks<[Iterable<fc.AsyncCommand<Model, WatermarkScene>>]> {
  const commands = fc.commands([acts.map(toCommand)], { maxCommands: 40, size: "max" });
  return fc.asyncProperty(commands, async (run) => {
    await scene.flush();
    const model: Model = { partitionCount: 0, times: new Map(), at: await scene.clock() };
    await fc.asyncModelRun(() => ({ model, real: scene }), run);
  });
}

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("raise" as const),
      partition: fc.nat(2),
      partitionCount: fc.constantFrom(3, 3, 3, 3, 3, 12),
      // As texts, 900 would stand above 1000.
      time: fc.constantFrom(0, 900, 1000, 1000, 2000, AHEAD),
    }),
  },
  { weight: 6, arbitrary: fc.constant({ kind: "read" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "flush" as const }) },
);

function toCommand(act: Act): fc.AsyncCommand<Model, WatermarkScene> {
  return {
    check: () => true,
    toString: () => JSON.stringify(act),
    async run(model, scene) {
      if (act.kind === "flush") {
        await scene.flush();
        [model.partitionCount, model.times] = [0, new Map()];
        return;
      }
      const found = act.kind === "read"
        ? await scene.watermarks.readWatermarks()
        : await scene.watermarks.raiseWatermark(act);
      const at: Moment = [model.at, await scene.clock()];
      if (typeof found === "string") {
        deepStrictEqual(found, raise(model, act as Act & { kind: "raise" }, at));
      } else {
        assertKnown(found, { model, at });
      }
      // Two marks that are cut are at two times, or nobody could tell which is later.
      await scene.pass(1);
      model.at = await scene.clock();
    },
  };
}

function raise(
  model: Model,
  { partition, partitionCount, time }: Act & { kind: "raise" },
  at: Moment,
): "RAISED" | "OLD" {
  if (partitionCount !== model.partitionCount) model.times = new Map();
  model.partitionCount = partitionCount;
  const mark: Moment = time === AHEAD ? at : [time, time];
  const known = model.times.get(partition);
  if (known !== undefined && mark[0] <= known[1]) return "OLD";
  model.times.set(partition, mark);
  return "RAISED";
}

function assertKnown(
  found: KnownWatermarks,
  { model, at }: { readonly model: Model; readonly at: Moment },
): void {
  deepStrictEqual(found.partitionCount, model.partitionCount);
  deepStrictEqual([...found.times.keys()].sort(), [...model.times.keys()].sort());
  ok(at[0] <= found.now && found.now <= at[1], "another clock");
  for (const [partition, [earliest, latest]] of model.times) {
    const time = found.times.get(partition) ?? NaN;
    ok(earliest <= time && time <= latest, `${time}, not from ${earliest} to ${latest}`);
  }
}
