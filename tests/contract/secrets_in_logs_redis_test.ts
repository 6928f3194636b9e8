/**
 * What processes write while all goes well and while all goes wrong: no token, password or payload.
 *
 * @module
 */

import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import type { Issuer } from "../../dev/issuer/issuer.ts";
import { postgresUrl, redisUrl } from "../support/brokers.ts";
import { type Answer, request } from "../support/http.ts";
import { licensesOf } from "../support/licensing_service.ts";
import { makeDataFolder, runOrganizationToEnd } from "../support/organization_process.ts";
import { ORGANIZATIONS } from "../support/organization_service.ts";
import { freshDatabase } from "../support/postgres.ts";
import { openSecureRedis, PASSWORDS, sendText } from "../support/secure_redis.ts";
import { type RunningService, startService } from "../support/service_processes.ts";
import { jwtSettings, LICENSING_CLIENT, openTestIssuer, tokenOf } from "../support/test_issuer.ts";
import { findTold, type Secrets, secretsOfToken } from "../support/told_secrets.ts";
import { until } from "../support/until.ts";

/** Long and of no other meaning, so that a line with it tells it. */
const mark = (name: string) => `${name}-${crypto.randomUUID()}`;

const WRONG = {
  "password of Redis": mark("redis"),
  "password of Kafka": mark("kafka"),
  "password of PostgreSQL": mark("postgres"),
} as const;
const PAYLOAD = mark("payload");
/** Each of the issuer's begins like this, licensing's own too. */
const ACCESS_TOKEN = /eyJ[\w-]{10}/;
const organization = {
  name: PAYLOAD,
  contactName: PAYLOAD,
  contactEmail: `${PAYLOAD}@example.com`,
  contactPhone: PAYLOAD,
};
const license = { description: PAYLOAD, productName: PAYLOAD, licenseType: PAYLOAD };

Deno.test("no token, password or payload is logged while the services do their work, and while they cannot", async () => {
  await using issuer = await openTestIssuer();
  await using redis = await openSecureRedis();
  await using folder = await makeDataFolder();
  await using database = await freshDatabase();
  const onRedis = { MESSAGING_BINDER: "redis", DENO_CERT: redis.authority, LOG_LEVEL: "debug" };
  await using organizations = await startService("organization", {
    ...jwtSettings("organization", { issuer }),
    ...onRedis,
    REDIS_URL: redis.secure("organization"),
    DATABASE_URL: database.url,
  });
  await using licenses = await startService("licensing", {
    ...jwtSettings("licensing", { issuer }),
    ...onRedis,
    REDIS_URL: redis.secure("licensing"),
    DATABASE_URL: `sqlite:${folder.path}/licensing.sqlite`,
    ORGANIZATION_URL: organizations.url,
  });
  const scene = { issuer, organizations, licenses };

  const tokens = await doWork(scene);
  await sendText(redis, JSON.stringify({ organizationId: PAYLOAD, version: PAYLOAD }));
  tokens.push(await seeToDeadLetter(scene));
  await database[Symbol.asyncDispose]();
  tokens.push(...await failWithoutDatabase(scene));

  const secrets: Secrets = {
    payload: PAYLOAD,
    "client secret": LICENSING_CLIENT.secret,
    "password of organization": PASSWORDS.organization,
    "password of licensing": PASSWORDS.licensing,
    ...Object.assign({}, ...tokens.map((token, index) => secretsOfToken(`token ${index}`, token))),
  };
  const lines = [...organizations.process.lines, ...licenses.process.lines];
  deepStrictEqual(findTold(lines, secrets), {});
  doesNotMatch(lines.join("\n"), ACCESS_TOKEN);
  for (const status of [200, 201, 400, 401, 403, 404, 413, 415, 422, 500, 503]) {
    ok(lines.some((line) => line.includes(`"status":${status}`)), `nothing answered ${status}`);
  }
  match(lines.join("\n"), /"level":"DEBUG"/);
});

Deno.test("no password is logged where it is wrong, and none where nothing listens", async () => {
  await using issuer = await openTestIssuer();
  await using folder = await makeDataFolder();
  const { host } = new URL(await postgresUrl());
  const wrong = WRONG["password of PostgreSQL"];

  const lines = [
    ...await logOfOutage({ issuer, folder: folder.path, env: await wrongRedis() }),
    ...await logOfOutage({
      issuer,
      folder: folder.path,
      env: {
        MESSAGING_BINDER: "kafka",
        KAFKA_BROKERS: "127.0.0.1:1",
        KAFKA_SASL_MECHANISM: "scram-sha-256",
        KAFKA_SASL_USERNAME: "organization",
        KAFKA_SASL_PASSWORD: WRONG["password of Kafka"],
      },
    }),
    ...await logOfEnd(`postgres://nobody:${wrong}@127.0.0.1:1/none`),
    ...await logOfEnd(`postgres://nobody:${wrong}@${host}/none`),
    ...await logOfEnd(`mysql://nobody:${wrong}@${host}/none`),
  ];

  deepStrictEqual(findTold(lines, { ...WRONG, payload: PAYLOAD }), {});
  doesNotMatch(lines.join("\n"), ACCESS_TOKEN);
});

Deno.test("a service that hides nothing is found out", async () => {
  await using issuer = await openTestIssuer();
  await using folder = await makeDataFolder();
  const wrapper = [
    "--config=tests/deno.json",
    "--permission-set=services",
    "tests/support/talkative_organization.ts",
  ];

  const lines = await logOfOutage(
    { issuer, folder: folder.path, env: await wrongRedis() },
    wrapper,
  );

  const secrets = { payload: PAYLOAD, "password of Redis": WRONG["password of Redis"] };
  deepStrictEqual(Object.keys(findTold(lines, secrets)), Object.keys(secrets));
  match(lines.join("\n"), ACCESS_TOKEN);
});

interface Scene {
  readonly issuer: Issuer;
  readonly organizations: RunningService;
  readonly licenses: RunningService;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

function callAs({ url }: RunningService, token: string): Call {
  return (method, path, body) =>
    request(method, `${url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    });
}

/** Creates, reads, changes, and sends what is refused in every way. Returns the tokens. */
async function doWork({ issuer, organizations, licenses }: Scene): Promise<string[]> {
  const admin = await tokenOf(issuer, { scopes: ["organizations:admin"] });
  const created = await callAs(organizations, admin)("POST", ORGANIZATIONS, organization);
  strictEqual(created.status, 201);
  const { organizationId } = created.body;
  const claims = { organizationId };
  const token = await tokenOf(issuer, {
    scopes: ["organization:read", "organization:write", "licenses:read", "licenses:write"],
    claims,
  });
  const late = await tokenOf(issuer, { scopes: [], claims: { ...claims, exp: 1 } });
  const [at, path] = [callAs(organizations, token), `${ORGANIZATIONS}/${organizationId}`];
  const own = callAs(licenses, token);
  strictEqual((await at("PATCH", path, { name: `${PAYLOAD} again` })).status, 200);
  const { body: { licenseId } } = await own("POST", licensesOf(organizationId), license);
  await own("PUT", `${licensesOf(organizationId)}/${licenseId}`, license);
  strictEqual((await own("GET", licensesOf(organizationId))).body.items.length, 1);

  await at("PATCH", path, { name: { [PAYLOAD]: PAYLOAD }, [PAYLOAD]: PAYLOAD });
  await own("POST", licensesOf(organizationId), { ...license, licenseType: [PAYLOAD] });
  await at("PATCH", path, { name: PAYLOAD.repeat(2000) });
  await own("POST", licensesOf("another"), license);
  await own("GET", "/bindings");
  strictEqual((await own("GET", "/health/live")).status, 200);
  for (const service of [organizations, licenses]) {
    const target = `${service.url}${service === licenses ? licensesOf(organizationId) : path}`;
    for (const wrong of [late, `${token}x`, `${token.slice(0, -30)}${PAYLOAD}`, PAYLOAD]) {
      await request("GET", target, { headers: { authorization: `Bearer ${wrong}` } });
    }
    for (const type of ["application/json", "text/plain"]) {
      const response = await fetch(target, {
        method: service === licenses ? "POST" : "PUT",
        headers: { authorization: `Bearer ${token}`, "content-type": type },
        body: `{"name":"${PAYLOAD}",`,
      });
      await response.body?.cancel();
    }
  }
  return [admin, token, late];
}

/** Reads, edits, replays and discards it. Returns the token. */
async function seeToDeadLetter({ issuer, licenses }: Scene): Promise<string> {
  const token = await tokenOf(issuer, { scopes: ["operations:read", "operations:write"] });
  const call = callAs(licenses, token);
  const waiting = () =>
    until(
      async () => (await call("GET", "/dead-letters")).body.items[0]?.id as string | undefined,
      "the dead letter",
    );
  const id = await waiting();
  strictEqual((await call("GET", `/dead-letters/${id}`)).status, 200);
  await call("PUT", `/dead-letters/${id}`, { payload: { organizationId: "k", version: PAYLOAD } });
  const mended = { organizationId: "k", action: "UPDATED", version: 1, correlationId: PAYLOAD };
  await call("PUT", `/dead-letters/${id}`, { payload: mended });
  await call("POST", "/dead-letters/discard", {
    binding: "organization-changes-in",
    ids: [await waiting()],
  });
  return token;
}

/** The payloads are parameters of the statements that fail. Returns the tokens. */
async function failWithoutDatabase(
  { issuer, organizations, licenses }: Scene,
): Promise<readonly string[]> {
  const admin = await tokenOf(issuer, { scopes: ["organizations:admin"] });
  const person = await tokenOf(issuer, {
    scopes: ["licenses:write"],
    claims: { organizationId: "unknown" },
  });
  const statuses = [
    await callAs(organizations, admin)("POST", ORGANIZATIONS, organization),
    await callAs(licenses, person)("POST", licensesOf("unknown"), license),
  ].map(({ status }) => status);
  deepStrictEqual(statuses, [500, 503]);
  return [admin, person];
}

async function wrongRedis(): Promise<Record<string, string>> {
  const url = new URL(await redisUrl());
  url.username = "organization";
  url.password = WRONG["password of Redis"];
  return { MESSAGING_BINDER: "redis", REDIS_URL: url.href };
}

/** What organization writes while it takes changes that it cannot publish. */
async function logOfOutage(
  { issuer, folder, env }: {
    readonly issuer: Issuer;
    readonly folder: string;
    readonly env: Readonly<Record<string, string>>;
  },
  wrapper?: readonly string[],
): Promise<readonly string[]> {
  await using service = await startService("organization", {
    ...jwtSettings("organization", { issuer }),
    LOG_LEVEL: "debug",
    DATABASE_URL: `sqlite:${folder}/${crypto.randomUUID()}.sqlite`,
    ...env,
  }, wrapper);
  const scopes = ["organizations:admin", "operations:read"];
  const call = callAs(service, await tokenOf(issuer, { scopes }));
  strictEqual((await call("POST", ORGANIZATIONS, organization)).status, 201);
  await until(
    async () => (await call("GET", "/bindings")).body.items[0]?.state === "down",
    "the binding that is down",
    { timeoutMs: 20_000 },
  );
  return service.process.lines;
}

/** What organization writes when it ends because of its database's address. */
async function logOfEnd(databaseUrl: string): Promise<readonly string[]> {
  const { code, text } = await runOrganizationToEnd({
    AUTH: "open",
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "debug",
    MESSAGING_BINDER: "redis",
    REDIS_URL: "redis://127.0.0.1:1",
    DATABASE_URL: databaseUrl,
  });
  ok(code > 0 && text.length > 0, `it ended with ${code}`);
  return text.split("\n");
}
