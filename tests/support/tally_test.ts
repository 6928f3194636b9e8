import { strictEqual } from "node:assert/strict";
import { tallyOf } from "./tally.ts";

Deno.test("tallyOf() counts a case that holds for its binder, run alone or beside others", () => {
  const name = "redis cluster: one key is handled by one handler at a time ... ok (104ms)";

  strictEqual(tallyOf("conformance", name), "cases hold on redis cluster");
  strictEqual(
    tallyOf("conformance", `./conformance/binder_redis_cluster_test.ts => ${name}`),
    "cases hold on redis cluster",
  );
});

Deno.test("tallyOf() keeps apart what a harness cannot show", () => {
  const line = "memory: not shown here, since it has no process: a member is killed ... ok (1ms)";

  strictEqual(tallyOf("conformance", line), "cases not shown on memory");
});

Deno.test("tallyOf() counts a mutant only where a case rejected it", () => {
  const rejected = "the suite rejects a binder that drops a batch ... \x1b[32mok\x1b[0m (3s)";

  strictEqual(tallyOf("mutants", rejected), "mutants rejected");
  strictEqual(tallyOf("mutants", rejected.replace("ok", "FAILED")), undefined);
  strictEqual(tallyOf("mutants", "the suite accepts the whole binder ... ok (3s)"), undefined);
});

Deno.test("tallyOf() counts nothing of other areas", () => {
  strictEqual(tallyOf("system", "kafka: both services stop ... ok (1s)"), undefined);
});
