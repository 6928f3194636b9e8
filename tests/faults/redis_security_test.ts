import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from "node:assert/strict";
import { Redis } from "ioredis";
import takeScript from "../../platform/limits/scripts/take.lua" with { type: "text" };
import { createCachedLicense, rename, showsEverywhere } from "../support/main_job.ts";
import { makeDataFolder } from "../support/organization_process.ts";
import { openSecureRedis, PASSWORDS, sendText } from "../support/secure_redis.ts";
import { type RunningService, startService } from "../support/service_processes.ts";
import { until } from "../support/until.ts";

const BINDING = "organization-changes-in";
const WRONG = "wr0ng-passw0rd";

Deno.test("redis: both services do their work over TLS, each as a user with the least rights", async () => {
  await using redis = await openSecureRedis();
  await using folder = await makeDataFolder();
  const shared = { MESSAGING_BINDER: "redis", DENO_CERT: redis.authority };
  await using organization = await startService("organization", {
    ...shared,
    REDIS_URL: redis.secure("organization"),
    DATABASE_URL: `sqlite:${folder.path}/organization.sqlite`,
  });
  await using licensing = await startService("licensing", {
    ...shared,
    REDIS_URL: redis.secure("licensing"),
    DATABASE_URL: `sqlite:${folder.path}/licensing.sqlite`,
    ORGANIZATION_URL: organization.url,
    CACHE_TTL_MS: "3600000",
  });
  await runs(organization);
  await runs(licensing);

  const license = await createCachedLicense({
    organization: organization.url,
    licensing: [licensing.url],
  }, "before");
  await rename(license, "after");
  await showsEverywhere(license, "after", 20_000);

  await sendText(redis, "nonsense");
  const [letter] = await letters(licensing);
  strictEqual(letter?.text, "nonsense");
  const replay = await fetch(`${licensing.url}/dead-letters/replay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ binding: BINDING, ids: [letter.id] }),
  });
  strictEqual((await replay.json()).replayed, 1);
  await until(async () => (await letters(licensing))[0]?.id !== letter.id, "it is given up again");

  for (const { process } of [organization, licensing]) {
    doesNotMatch(process.lines.join("\n"), /NOPERM/);
    for (const secret of Object.values(PASSWORDS)) {
      ok(!process.lines.some((line) => line.includes(secret)), "a password is in the log");
    }
  }
});

Deno.test("redis: a service's user may do nothing that its service does not do", async () => {
  await using redis = await openSecureRedis();
  const refused = async (user: keyof typeof PASSWORDS, ...command: readonly string[]) => {
    const client = new Redis(redis.plain(user), { disableClientInfo: true });
    try {
      const [name = "", ...args] = command;
      await rejects(client.call(name, ...args), /NOPERM/, `${user}: ${command.join(" ")}`);
    } finally {
      client.disconnect();
    }
  };

  for (const user of ["organization", "licensing"] as const) {
    for (const command of ["FLUSHALL", "CONFIG GET *", "KEYS *", "SCAN 0", "ACL LIST", "MONITOR"]) {
      await refused(user, ...command.split(" "));
    }
    await refused(user, "XADD", "{another-destination:0}", "*", "b", "1");
    await refused(user, "SHUTDOWN");
  }
  await refused("organization", "HMGET", "organization:{a}", "v");
  await refused("organization", "XREAD", "STREAMS", "{organization-changes:0}", "0");
  await refused("organization", "HSET", "{organization-changes:0}:lease:licensing", "owner", "me");
  await refused("licensing", "HSET", "rate:organization:{a}", "left", "0");
});

Deno.test("redis: a service's user may count its own tenants' requests", async () => {
  await using redis = await openSecureRedis();

  for (const user of ["organization", "licensing"] as const) {
    const client = new Redis(redis.plain(user), { disableClientInfo: true });
    const answer = await client.eval(takeScript, 1, `rate:${user}:{a}`, 10, 20);
    client.disconnect();

    deepStrictEqual(answer, [1, 19_000], user);
  }
});

for (
  const [fault, reason] of [
    ["authority", /certificate is from an authority that is not trusted here; check DENO_CERT$/],
    ["date", /certificate has expired .+ check the broker's certificate and this machine's clock$/],
    ["password", /it refused the user or password; check REDIS_URL$/],
  ] as const
) {
  Deno.test(`redis: a wrong ${fault} is one clear error, tried again, and the service lives`, async () => {
    await using redis = await openSecureRedis({ days: fault === "date" ? -1 : 1 });
    await using folder = await makeDataFolder();
    await using licensing = await startService("licensing", {
      MESSAGING_BINDER: "redis",
      DENO_CERT: fault === "authority" ? redis.otherAuthority : redis.authority,
      REDIS_URL: redis.secure("licensing", fault === "password" ? WRONG : PASSWORDS.licensing),
      DATABASE_URL: `sqlite:${folder.path}/licensing.sqlite`,
      ORGANIZATION_URL: "http://127.0.0.1:1",
    });

    const said = await until(async () => {
      const [sink] = await bindings(licensing);
      return sink?.state === "down" && sink.error;
    }, "the sink is down");
    match(said, reason);
    match(said, /^Cannot reach the redis broker: /);
    const log = () => licensing.process.lines.filter((line) => /out of reach/.test(line));
    await until(() => log().length >= 2, "streams and cache say so");

    strictEqual((await fetch(`${licensing.url}/health/live`)).status, 200);
    for (const secret of [WRONG, ...Object.values(PASSWORDS)]) {
      ok(
        !licensing.process.lines.some((line) => line.includes(secret)),
        "a password is in the log",
      );
    }
    deepStrictEqual(log().length, 2, log().join("\n"));
  });
}

async function runs(service: RunningService): Promise<void> {
  const running = async () => (await bindings(service)).every(({ state }) => state === "running");
  await until(running, "every binding runs", { timeoutMs: 20_000 });
}

interface BindingRow {
  readonly state: string;
  readonly error?: string;
}

async function bindings({ url }: RunningService): Promise<readonly BindingRow[]> {
  const response = await fetch(`${url}/bindings`);
  return (await response.json()).items;
}

interface LetterRow {
  readonly id: string;
  readonly text?: string;
}

function letters({ url }: RunningService): Promise<readonly LetterRow[]> {
  return until(
    async () => {
      const response = await fetch(`${url}/dead-letters?binding=${BINDING}`);
      const { items } = await response.json();
      return items.length > 0 && items;
    },
    "a dead letter",
    { timeoutMs: 20_000 },
  );
}
