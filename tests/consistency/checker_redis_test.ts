import { match, ok, strictEqual } from "node:assert/strict";
import { freePort } from "../../dev/services/free_port.ts";
import { request } from "../support/http.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";
import { runChecker } from "./checker_process.ts";
import { openOwnSystem } from "./own_system.ts";

const SHORT = ["--binder", "redis", "--ages", "1,3", "--organizations", "50"];

Deno.test("deno task consistency revalidates nothing while nothing is broken, and tells its figures", async () => {
  const { code, report } = await runChecker([...SHORT, "--writes", "1000"]);

  ok(report);
  strictEqual(code, 0);
  strictEqual(report.violations, 0);
  strictEqual(report.revalidations, 0);
  ok(report.hitRatio >= 0.9, `hit ratio ${report.hitRatio}`);
  ok((report.commitToFencedMs.p99 ?? 0) > 0);
});

Deno.test("deno task consistency fails when the sinks are stopped and the watermark is off", async () => {
  const { code, report } = await runChecker([...SHORT, "--stop-sinks", "--seconds", "8"], {
    CACHE_PROOF_MS: "0",
  });

  ok(report);
  strictEqual(code, 1);
  ok(report.broken.I6 > 0, `I6 was broken ${report.broken.I6} times`);
  ok(report.ages.some(({ age, inconsistent }) => age === 3 && inconsistent > 0));
});

Deno.test("deno task consistency passes when the sinks are stopped: hits are revalidated", async () => {
  const { code, report } = await runChecker([...SHORT, "--stop-sinks", "--seconds", "8"]);

  ok(report);
  strictEqual(report.violations, 0);
  strictEqual(code, 0);
  ok(report.revalidations > 10, `${report.revalidations} revalidations`);
  ok((report.uses.revalidated ?? 0) > 10, `${report.uses.revalidated} revalidated hits`);
});

Deno.test("deno task consistency refuses a wrong option with 64 and says which", async () => {
  const { code, lines } = await runChecker(["--writes", "none"]);

  strictEqual(code, 64);
  ok(lines[0]?.includes('--writes "none"'), lines[0]);
});

Deno.test("deno task consistency --attach watches services that run, and exports its metrics", async () => {
  await using system = await openOwnSystem({ binder: "redis", faults: false, env: {}, say });
  const port = freePort();
  const args = ["--attach", "--writes", "300", "--ages", "1", "--organizations", "20"];

  const running = runChecker([...args, "--metrics-port", String(port)], {
    ORGANIZATION_URL: system.organizations.join(),
    LICENSING_URL: system.licensing.join(),
    CACHE_REDIS_URL: system.cacheUrl ?? "",
    ...system.messaging,
  });
  const metrics = await until(
    async () => {
      const { body } = await request("GET", `http://127.0.0.1:${port}/metrics`);
      return /cache_checks_total\{age="1"\} [1-9]/.test(body) && String(body);
    },
    "looks in the metrics",
    { timeoutMs: 30_000, everyMs: 100 },
  );
  const { code, report } = await running;

  match(metrics, /cache_inconsistent_total\{age="1"\} \d/);
  match(metrics, /cache_consistency_nines\{age="1"\} \d/);
  ok(report);
  strictEqual(code, 0);
  ok(report.writes >= 300);
  ok(report.fencesSeen > 0);
  strictEqual((await request("GET", `${system.licensing[0]}/health`)).status, 200);
});
