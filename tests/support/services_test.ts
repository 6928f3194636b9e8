import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { until } from "./until.ts";
import { openOwnBroker } from "./own_broker.ts";

Deno.test("dev services stop what they started when they are told to", async () => {
  const services = await startServices({});
  const { REDIS_URL = "" } = JSON.parse(services.line);
  strictEqual(await answers(REDIS_URL), true);

  services.child.kill("SIGTERM");

  strictEqual((await services.child.status).code, 0);
  strictEqual(await answers(REDIS_URL), false);
  await services.close();
});

Deno.test("dev services stop what they started when their own input ends", async () => {
  const services = await startServices({});
  const { REDIS_URL = "" } = JSON.parse(services.line);

  await services.child.stdin.close();

  strictEqual((await services.child.status).code, 0);
  strictEqual(await answers(REDIS_URL), false);
});

Deno.test("what dev services started ends when they are killed", async () => {
  const services = await startServices({});
  const { REDIS_URL = "" } = JSON.parse(services.line);

  services.child.kill("SIGKILL");

  await until(async () => !await answers(REDIS_URL), "the end of Redis");
  await services.close();
});

Deno.test("dev services use an address that is given, and leave alone what is there", async () => {
  await using redis = await openOwnBroker("redis");
  const services = await startServices({ REDIS_URL: redis.address });

  deepStrictEqual(JSON.parse(services.line), { REDIS_URL: redis.address });
  services.child.kill("SIGTERM");
  await services.child.status;

  strictEqual(await answers(redis.address), true);
  await services.close();
});

Deno.test("dev services fail at once when the forced rung cannot serve", async () => {
  const services = await startServices({
    TEST_RUNG: "container",
    DOCKER_HOST: "unix:///nowhere/docker.sock",
  });

  strictEqual((await services.child.status).code, 1);
  match(services.errors(), /Cannot provide redis: no container engine answers/);
  await services.close();
});

Deno.test("openOwnBroker() keeps port and data over kill() and start()", async () => {
  await using redis = await openOwnBroker("redis");
  await command(redis.address, "SET key value");

  await redis.kill();
  strictEqual(await answers(redis.address), false);
  await redis.start();

  strictEqual(await command(redis.address, "GET key"), "$5\r\nvalue\r\n");
});

Deno.test("openOwnBroker() can be frozen: connections stay and nothing answers", async () => {
  await using redis = await openOwnBroker("redis");

  await redis.pause();
  let answer: string | undefined;
  const asking = command(redis.address, "PING").then((text) => answer = text);
  // Proves that nothing comes: Redis answers within a millisecond.
  await new Promise((resolve) => setTimeout(resolve, 200));
  strictEqual(answer, undefined);
  await redis.resume();

  strictEqual(await asking, "+PONG\r\n");
});

/** Starts the program that `deno task dev` starts, for Redis, and waits for its line or its end. */
async function startServices(env: Readonly<Record<string, string>>) {
  const { REDIS_URL: _, ...inherited } = Deno.env.toObject();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--permission-set=services", "--config=deno.json"],
      ...["../dev/services/main.ts", "redis"],
    ],
    cwd: new URL("..", import.meta.url),
    clearEnv: true,
    env: { ...inherited, ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let errors = "";
  const reading = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (errors += text) }),
  );
  let line = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    line += text;
    if (line.includes("\n")) break;
  }
  if (line === "") await reading;
  return {
    child,
    line,
    errors: () => errors,
    close: () => child.stdin.close().catch(() => {}),
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    return await command(address, "PING") === "+PONG\r\n";
  } catch {
    // Refused or closed: it does not.
    return false;
  }
}

async function command(address: string, line: string): Promise<string> {
  using connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(address).port),
  });
  await connection.write(new TextEncoder().encode(`${line}\r\n`));
  const buffer = new Uint8Array(1000);
  const count = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
}
