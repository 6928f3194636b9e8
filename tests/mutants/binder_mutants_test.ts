import { notStrictEqual, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { createBinder, createMemoryBroker } from "@cauce/messaging/binders/memory";
import { type BinderHarness, cases, runCase } from "@cauce/messaging/testing";
import { brokenConsumers } from "./broken_consumers.ts";
import { brokenLayers } from "./broken_layers.ts";
import { brokenLives } from "./broken_lives.ts";
import { brokenOffices } from "./broken_offices.ts";
import { brokenProducers } from "./broken_producers.ts";
import { brokenSeeks } from "./broken_seeks.ts";
import { brokenWatermarks } from "./broken_watermarks.ts";
import type { Mutant } from "./mutant.ts";
import { weakerBinders } from "./weaker_binders.ts";

/** Many cases run at once, so that even those of a whole binder take a moment. */
const PATIENCE_MS = 2000;

/** Nothing is waited for in vain where all cases pass. */
const LONG_PATIENCE_MS = 20_000;

/** Most of a mutant's time is waiting for what does not happen, so a few are tried together. */
const TOGETHER = 8;

const mutants: readonly Mutant[] = [
  ...brokenProducers,
  ...brokenConsumers,
  ...brokenSeeks,
  ...brokenLayers,
  ...brokenLives,
  ...brokenOffices,
  ...brokenWatermarks,
];
const groups = new Map<number, readonly Promise<string | undefined>[]>();

function failureOf(index: number): Promise<string | undefined> | undefined {
  const start = index - index % TOGETHER;
  const group = groups.get(start) ??
    mutants.slice(start, start + TOGETHER).map((mutant) => firstFailure(mutant));
  groups.set(start, group);
  return group[index - start];
}

for (const [index, mutant] of mutants.entries()) {
  Deno.test({
    name: `the suite rejects a binder that ${mutant.title}`,
    // The mutants of a group overlap.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      notStrictEqual(await failureOf(index), undefined, "the mutant survived");
    },
  });
}

Deno.test("the suite accepts the binder from which the mutants are made", async () => {
  strictEqual(await firstFailure({ title: "is whole" }, LONG_PATIENCE_MS), undefined);
});

for (const weaker of weakerBinders) {
  Deno.test(`the suite accepts a binder that ${weaker.title}, and says so`, async () => {
    strictEqual(await firstFailure(weaker, LONG_PATIENCE_MS), undefined);
  });
}

/** Runs every case against the mutant; the first that fails ends the wait for the others. */
async function firstFailure(
  mutant: Mutant,
  patienceMs = PATIENCE_MS,
): Promise<string | undefined> {
  const memory = createMemoryBroker();
  const clientIds = new Map<object, string>();
  const harness: BinderHarness = {
    name: "mutant",
    createBinder() {
      const clientId = crypto.randomUUID();
      const whole = createBinder({ env: {}, logger: silentLogger, clientId, memory });
      const binder = mutant.binder?.(whole) ?? whole;
      clientIds.set(binder, clientId);
      return binder;
    },
    crash: (binder) => {
      memory.expel(clientIds.get(binder));
      return Promise.resolve();
    },
    patienceMs,
  };
  const found = new AbortController();
  let first: string | undefined;
  await Promise.all(cases.map(async (one) => {
    try {
      await runCase(one, harness, {
        hurry: found.signal,
        ...(mutant.messaging && { createMessaging: mutant.messaging }),
        ...(mutant.office && { createOffice: mutant.office }),
      });
    } catch (error) {
      first ??= `${one.title}: ${error}`;
      found.abort();
    }
  }));
  return first;
}
