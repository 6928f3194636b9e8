import { match, ok, strictEqual } from "node:assert/strict";
import {
  makeDataFolder,
  organizationEnv,
  runOrganizationToEnd,
  startOrganizationProcess,
} from "../support/organization_process.ts";
import { details, ORGANIZATIONS } from "../support/organization_service.ts";

/** Nothing listens there. */
const NOBODY = "redis://127.0.0.1:1";

function environment(folder = ".data"): Record<string, string> {
  return organizationEnv({ folder, redisUrl: NOBODY });
}

Deno.test("organization starts and takes writes while the broker is down, and says so", async () => {
  await using folder = await makeDataFolder();
  const { process, url } = await startOrganizationProcess(environment(folder.path));
  await using service = process;

  const created = await fetch(`${url}${ORGANIZATIONS}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(details),
  });
  const ready = await fetch(`${url}/health/ready`);
  const health = await (await fetch(`${url}/health`)).json();

  strictEqual(created.status, 201);
  strictEqual(ready.status, 200);
  strictEqual(health.status, "DEGRADED");
  await Promise.all([created.body?.cancel(), ready.body?.cancel()]);
  strictEqual(await service.terminate(), 0);
});

Deno.test("organization migrate brings the database to its schema, once, and ends with 0", async () => {
  await using folder = await makeDataFolder();

  const first = await runOrganizationToEnd(environment(folder.path), ["migrate"]);
  const second = await runOrganizationToEnd(environment(folder.path), ["migrate"]);

  strictEqual(first.code, 0, first.text);
  match(first.text, /"Migrated the database".*"applied":\["/);
  strictEqual(second.code, 0, second.text);
  match(second.text, /"Migrated the database".*"applied":\[\]/);
});

Deno.test("organization refuses the memory binder under start with exit code 78", async () => {
  const { code, text } = await runOrganizationToEnd({
    ...environment(),
    MESSAGING_BINDER: "memory",
  });

  strictEqual(code, 78);
  match(text, /memory/);
});

Deno.test("organization refuses misspelt settings, all at once, with exit code 78", async () => {
  const { code, text } = await runOrganizationToEnd({
    ...environment(),
    PORT: "many",
    DATABASE_URL: "mysql://x",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATON: "x",
  });

  strictEqual(code, 78);
  match(text, /PORT/);
  match(text, /DATABASE_URL/);
  match(text, /DESTINATION/);
});

Deno.test("organization ends with a clear line when its database does not answer", async () => {
  const { code, text } = await runOrganizationToEnd({
    ...environment(),
    DATABASE_URL: "postgres://u:secret@127.0.0.1:1/x",
  });

  strictEqual(code, 69);
  match(text, /Cannot reach the database/);
  ok(!text.includes("secret"));
});
