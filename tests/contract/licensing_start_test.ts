import { match, strictEqual } from "node:assert/strict";
import { request } from "../support/http.ts";
import { makeDataFolder } from "../support/organization_process.ts";
import { startServiceProcess } from "../support/processes.ts";

/** As its image does. */
const ARGS = ["run", "--no-prompt", "-P=licensing", "--allow-net", "licensing/main.ts"];
const ROOT = new URL("../..", import.meta.url);
/** Nothing listens there. */
const NOBODY = "redis://127.0.0.1:1";

function environment(folder = ".data"): Record<string, string> {
  return {
    AUTH: "open",
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: `sqlite:${folder}/licensing.sqlite`,
    MESSAGING_BINDER: "redis",
    REDIS_URL: NOBODY,
    ORGANIZATION_URL: "http://127.0.0.1:1",
    SHUTDOWN_DELAY_MS: "0",
  };
}

async function runToEnd(env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ARGS,
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("licensing starts with broker, cache and organization down, answers, and says so", async () => {
  await using folder = await makeDataFolder();
  const address = /http:\/\/127\.0\.0\.1:\d+/;
  await using service = await startServiceProcess({
    args: ARGS,
    env: environment(folder.path),
    readyLine: address,
  });
  const url = address.exec(service.readyLine)?.[0] ?? "";

  const ready = await request("GET", `${url}/health/ready`);
  const health = await request("GET", `${url}/health`);
  const list = await request("GET", `${url}/v1/organization/o1/license`);

  strictEqual(ready.status, 200);
  strictEqual(health.body.status, "DEGRADED");
  strictEqual(health.body.components.cache.status, "DOWN");
  strictEqual(list.status, 200);
  strictEqual(list.headers.get("cache-status"), "organization; fwd=bypass");
  strictEqual(await service.terminate(), 0);
});

const refused: readonly [title: string, env: Record<string, string>, reason: RegExp][] = [
  ["the memory binder", { MESSAGING_BINDER: "memory" }, /memory/],
  ["a cache without an address", {
    MESSAGING_BINDER: "kafka",
    KAFKA_BROKERS: "127.0.0.1:1",
    REDIS_URL: "",
  }, /CACHE_REDIS_URL/],
  ["misspelt settings", {
    CACHE_TTL_MS: "soon",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_GRUOP: "x",
  }, /CACHE_TTL_MS[^]*GROUP/],
];

for (const [title, env, reason] of refused) {
  Deno.test(`licensing refuses ${title} under start with exit code 78`, async () => {
    const { code, text } = await runToEnd({ ...environment(), ...env });

    strictEqual(code, 78);
    match(text, reason);
  });
}
