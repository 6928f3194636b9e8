import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { request } from "../support/http.ts";
import { makeDataFolder } from "../support/organization_process.ts";
import { startService } from "../support/service_processes.ts";

const ROOT = new URL("../..", import.meta.url);

/** Nothing listens at the addresses; no setting of the caller's shell reaches the service. */
const ENV = {
  MESSAGING_BINDER: "redis",
  REDIS_URL: "redis://127.0.0.1:1",
  DATABASE_URL: "sqlite:.data/never-opened.sqlite",
  AUTH: "",
  HOST: "",
};

const NEEDED = {
  organization: ["AUTH_ISSUER", "AUTH_AUDIENCE", "AUTH_JWKS_URL"],
  licensing: [
    "AUTH_ISSUER",
    "AUTH_AUDIENCE",
    "AUTH_JWKS_URL",
    "ORGANIZATION_TOKEN_URL",
    "ORGANIZATION_CLIENT_ID",
    "ORGANIZATION_CLIENT_SECRET",
  ],
} as const;

async function runToEnd(
  service: keyof typeof NEEDED,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", `start:${service}`],
    cwd: ROOT,
    env: { ...ENV, NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  return { code, lines: new TextDecoder().decode(stderr).trim().split("\n") };
}

for (const service of ["organization", "licensing"] as const) {
  Deno.test(`start:${service} asks for access tokens, and names all it needs for that`, async () => {
    const { code, lines } = await runToEnd(service, {});

    strictEqual(code, 78);
    deepStrictEqual(lines.map((line) => line.split(":")[0]), NEEDED[service]);
    match(lines[0] ?? "", /AUTH=open with HOST=127\.0\.0\.1 does without/);
  });

  Deno.test(`start:${service} does not answer anyone on the network`, async () => {
    const { code, lines } = await runToEnd(service, { AUTH: "open", HOST: "0.0.0.0" });

    strictEqual(code, 78);
    deepStrictEqual(lines, [
      "AUTH: open answers anyone, so it needs a loopback HOST such as 127.0.0.1",
    ]);
  });
}

Deno.test("start:organization starts while its issuer is away, and lets nobody in", async () => {
  await using folder = await makeDataFolder();
  await using service = await startService("organization", {
    ...ENV,
    HOST: "127.0.0.1",
    DATABASE_URL: `sqlite:${folder.path}/organization.sqlite`,
    AUTH: "jwt",
    AUTH_ISSUER: "https://issuer.example",
    AUTH_AUDIENCE: "organization",
    AUTH_JWKS_URL: "http://127.0.0.1:1/jwks.json",
  });
  const token = [{ alg: "ES256", kid: "k1" }, { sub: "s" }, "sig"].map((part) =>
    btoa(JSON.stringify(part)).replaceAll("=", "")
  ).join(".");

  const ready = await request("GET", `${service.url}/health/ready`);
  const refused = await request("GET", `${service.url}/v1/organization`, {
    headers: { authorization: `Bearer ${token}` },
  });

  deepStrictEqual([ready.status, refused.status], [200, 503]);
  strictEqual(service.process.lines.some((line) => line.includes(token)), false);
  strictEqual(await service.process.terminate(), 0);
});

Deno.test("start:organization with AUTH=open says that it answers anyone on this machine", async () => {
  await using folder = await makeDataFolder();
  await using service = await startService("organization", {
    ...ENV,
    AUTH: "open",
    HOST: "127.0.0.1",
    DATABASE_URL: `sqlite:${folder.path}/organization.sqlite`,
  });

  match(service.process.lines.join("\n"), /Answers anyone on this machine, and nobody else/);
});
