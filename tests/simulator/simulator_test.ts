import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { WANTED_SHARE } from "./coverage.ts";
import { explain } from "./explain.ts";
import { findMutant, mutants } from "./mutants.ts";
import { runSchedules } from "./run_schedules.ts";
import { huntMutants, simulate } from "./simulate.ts";
import { openWorkers } from "./workers.ts";

const SCHEDULES = Deno.env.has("TEST_LONG") ? 2_000_000 : 200_000;
const LEAST_OPERATIONS = 12;

Deno.test("no schedule breaks an invariant, and enough occurs in them", async () => {
  using workers = openWorkers(navigator.hardwareConcurrency);

  const { tally, failures } = await simulate(workers, { from: 1, count: SCHEDULES });

  deepStrictEqual(failures, []);
  strictEqual(tally.schedules + tally.residue.schedules, SCHEDULES);
  ok(tally.leastOperations >= LEAST_OPERATIONS);
  for (const { name, share, isWanted } of tally.shares()) {
    ok(share >= (isWanted ? WANTED_SHARE : 0.001), `${name} occurs in ${100 * share} %`);
  }
});

Deno.test("the simulator rejects every mutant, and neither of the controls", async () => {
  using workers = openWorkers(navigator.hardwareConcurrency);

  const hunted = await huntMutants(workers, { from: 1, count: 200_000 });

  strictEqual(hunted.filter(({ isControl }) => !isControl).length, mutants.length);
  const wrong = hunted.filter(({ isControl, killer }) => isControl !== (killer === undefined));
  deepStrictEqual(wrong.map(({ name }) => name), []);
});

Deno.test("a seed tells the same history again", async () => {
  const [first, second] = [await explain(7), await explain(7)];

  ok(first.whole.history.length > LEAST_OPERATIONS);
  deepStrictEqual(second, first);
});

Deno.test("a schedule does not depend on those that run beside it", async () => {
  const parts = findMutant("delete on event")?.parts ?? {};
  const many = await runSchedules({ from: 1, count: 300, parts });

  for (const failure of many.failures.slice(0, 5)) {
    const alone = await runSchedules({ from: failure.seed, count: 1, parts });
    deepStrictEqual(alone.failures, [failure]);
  }
});

for (const name of ["delete on event", "relay stalled while heartbeats run"]) {
  Deno.test(`a schedule that breaks "${name}" is made shorter and breaks it as before`, async () => {
    const parts = findMutant(name)?.parts ?? {};
    const { failures } = await runSchedules({
      from: 1,
      count: 10_000,
      parts,
      stopsAtFailure: true,
    });
    const [failure] = failures;
    ok(failure !== undefined);

    const { whole, shrunk } = await explain(failure.seed, parts);

    deepStrictEqual(whole.violation, failure.violation);
    strictEqual(shrunk?.violation?.invariant, failure.violation.invariant);
    ok(shrunk.operations < whole.operations);
    ok(shrunk.history.length <= 15, shrunk.history.join("\n"));
    deepStrictEqual((await explain(failure.seed, parts)).shrunk, shrunk);
  });
}
