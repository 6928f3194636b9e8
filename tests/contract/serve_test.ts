import { match, rejects, strictEqual } from "node:assert/strict";
import { openServer } from "@cauce/platform";
import { createReadiness } from "@cauce/platform";
import { silentLogger } from "@cauce/messaging";
import { startServiceProcess } from "../support/processes.ts";
import { until } from "../support/until.ts";

Deno.test("serve() says no on /health/ready at once and still answers during the delay", async () => {
  await using service = await start({ SHUTDOWN_DELAY_MS: "800" });

  service.process.signal("SIGTERM");
  await until(
    async () => await statusOf(`${service.url}/health/ready`) === 503,
    "readiness to say no",
    { timeoutMs: 700 },
  );

  strictEqual(await statusOf(`${service.url}/health/live`), 200);
  strictEqual((await service.process.status).code, 0);
});

Deno.test("serve() answers the request that is open and refuses new ones, then exits with 0", async () => {
  await using service = await start({ SLOW_MS: "700" });
  const answer = fetch(`${service.url}/slow`).then((response) => response.text());
  await until(() => hasLine(service, "Began slow request"), "the slow request");

  service.process.signal("SIGTERM");
  await until(() => hasLine(service, "Began to drain"), "the drain");
  await until(async () => await statusOf(service.url) === undefined, "the end of intake", {
    timeoutMs: 500,
  });

  strictEqual(await answer, "late");
  strictEqual((await service.process.status).code, 0);
});

Deno.test("serve() exits with 1 at the end of the grace and says what hung", async () => {
  await using service = await start({ HANG: "1", SHUTDOWN_GRACE_MS: "300" });

  strictEqual(await service.process.terminate(), 1);

  match(lineWith(service, "Exited with work left"), /"waitingFor":"sink"/);
});

Deno.test("serve() exits at once on the second signal", async () => {
  await using service = await start({ HANG: "1", SHUTDOWN_GRACE_MS: "60000" });
  service.process.signal("SIGTERM");
  await until(() => hasLine(service, "Began to drain"), "the drain");

  service.process.signal("SIGTERM");

  strictEqual((await service.process.status).code, 143);
});

Deno.test("a process whose port is taken exits with 78 and one line", async () => {
  await using taken = openServer({
    app: { fetch: () => new Response() },
    host: "127.0.0.1",
    port: 0,
    readiness: createReadiness(),
    logger: silentLogger,
  });

  await rejects(
    start({ PORT: String(taken.port) }),
    new RegExp(`78[^]*PORT: port ${taken.port} is taken; set it to a free one`),
  );
});

async function start(env: Record<string, string>) {
  const process = await startServiceProcess({
    args: [
      "run",
      "--no-prompt",
      "--config=tests/deno.json",
      "--allow-net=127.0.0.1",
      "--allow-env",
      "tests/support/draining_service.ts",
    ],
    env,
    readyLine: /"message":"Listened"/,
  });
  const { port } = JSON.parse(process.readyLine);
  return {
    process,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

type Started = Awaited<ReturnType<typeof start>>;

function lineWith({ process }: Started, message: string): string {
  return process.lines.find((line) => line.includes(message)) ?? "";
}

function hasLine(service: Started, message: string): boolean {
  return lineWith(service, message) !== "";
}

/** The status of a GET on a connection of its own; undefined when there was none to have. */
async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { headers: { connection: "close" } });
    await response.body?.cancel();
    return response.status;
  } catch {
    // Refused: nobody listens any more.
    return undefined;
  }
}
