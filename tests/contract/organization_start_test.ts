import { match, ok, strictEqual } from "node:assert/strict";
import { details, ORGANIZATIONS } from "../support/organization_service.ts";
import { startServiceProcess } from "../support/processes.ts";

const ROOT = new URL("../..", import.meta.url);
const ARGS = ["run", "--no-prompt", "-P=service", "organization/main.ts"];
/** Nothing listens there. */
const NOBODY = "redis://127.0.0.1:1";

/** A folder that the service may write to. */
async function dataFolder(): Promise<string> {
  await Deno.mkdir(new URL(".data", ROOT), { recursive: true });
  return await Deno.makeTempDir({ dir: new URL(".data", ROOT).pathname, prefix: "start-" });
}

function environment(folder: string): Record<string, string> {
  return {
    AUTH: "open",
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: `sqlite:${folder}/organization.sqlite`,
    MESSAGING_BINDER: "redis",
    REDIS_URL: NOBODY,
    SHUTDOWN_DELAY_MS: "0",
  };
}

/** Runs the service to its end, which must come by itself. */
async function runToEnd(env: Record<string, string>): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ARGS,
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("organization starts and takes writes while the broker is down, and says so", async () => {
  const folder = await dataFolder();
  await using service = await startServiceProcess({
    args: ARGS,
    env: environment(folder),
    readyLine: /http:\/\/127\.0\.0\.1:\d+/,
  });
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(service.readyLine) ?? [];

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
  await Deno.remove(folder, { recursive: true });
});

Deno.test("organization refuses the memory binder under start with exit code 78", async () => {
  const env = { ...environment(".data"), MESSAGING_BINDER: "memory" };

  const { code, text } = await runToEnd(env);

  strictEqual(code, 78);
  match(text, /memory/);
});

Deno.test("organization refuses misspelt settings, all at once, with exit code 78", async () => {
  const env: Record<string, string> = {
    ...environment(".data"),
    PORT: "many",
    DATABASE_URL: "mysql://x",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATON: "x",
  };

  const { code, text } = await runToEnd(env);

  strictEqual(code, 78);
  match(text, /PORT/);
  match(text, /DATABASE_URL/);
  match(text, /DESTINATION/);
});

Deno.test("organization ends with a clear line when its database does not answer", async () => {
  const env = { ...environment(".data"), DATABASE_URL: "postgres://u:secret@127.0.0.1:1/x" };

  const { code, text } = await runToEnd(env);

  strictEqual(code, 69);
  match(text, /Cannot reach the database/);
  ok(!text.includes("secret"));
});
