import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { openDatabase } from "@cauce/platform/database";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { request } from "../support/http.ts";
import type { Scene } from "../support/kills/under_load.ts";
import { underLoad } from "../support/kills/under_load.ts";
import { organizationNamed } from "../support/main_job.ts";
import {
  makeDataFolder,
  organizationEnv,
  startOrganizationProcess,
} from "../support/organization_process.ts";
import { runOutboxTool } from "../support/outbox_tool.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";

const BEFORE = 60;
const RETENTION_MS = 300;

for (const database of ["PostgreSQL", "SQLite"] as const) {
  Deno.test(`${database}: what is published again under load leaves each key with its newest event, and no effect twice`, async () => {
    const { problems, figures, result } = await underLoad({
      broker: "redis",
      database,
      count: { organization: database === "SQLite" ? 1 : 2, licensing: 1, effects: 1 },
      patienceMs: 15_000,
    }, async (scene) => [await republish(scene), await republish(scene)]);

    const again = result.reduce((sum, rows) => sum + rows, 0);
    say(`published ${result.join(" and ")} events again: ${JSON.stringify(figures)}`);
    deepStrictEqual(problems.slice(0, 20), []);
    ok(result.every((rows) => rows >= BEFORE), `${result}`);
    ok(figures.repeats >= again / 2, `${figures.repeats} repeats`);
  });
}

Deno.test("published events are deleted after the retention, and then there is nothing to publish again", async () => {
  await using folder = await makeDataFolder();
  const env: Record<string, string> = {
    ...organizationEnv({ folder: folder.path, redisUrl: await redisUrl() }),
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: uniqueName("retention"),
    OUTBOX_RETENTION_MS: String(RETENTION_MS),
  };
  const { process, url } = await startOrganizationProcess(env);
  await using _service = process;
  await using database = await openDatabase(env["DATABASE_URL"] ?? "");
  const created = await request("POST", `${url}/v1/organization`, {
    body: organizationNamed("kept"),
  });
  strictEqual(created.status, 201);

  await until(async () => {
    const rows = await database.query("SELECT sequence FROM outbox");
    return rows.length === 0;
  }, "an empty outbox");

  const { code, output } = await runOutboxTool(env["DATABASE_URL"] ?? "", [
    ...["republish", "--since", "1h", "--yes"],
  ]);
  strictEqual(code, 0, output);
  match(output, /^0 events since .+ wait to be published again/);
});

/** Lets some be published, has all of them published again, and waits until they are. */
async function republish({ world, log }: Scene): Promise<number> {
  const enough = log.events.length + BEFORE;
  await until(() => log.events.length >= enough, "events at the broker", { timeoutMs: 30_000 });
  const first = log.events[0];
  const before = log.events.length;
  const { code, output } = await runOutboxTool(world.databaseUrls.organization, [
    ...["republish", "--since", "1h", "--yes"],
  ]);
  strictEqual(code, 0, output);
  await until(
    () => log.events.slice(before).some(({ eventId }) => eventId === first?.eventId),
    "the first event once more",
    { timeoutMs: 30_000 },
  );
  return Number(/^\d+/.exec(output)?.[0]);
}
