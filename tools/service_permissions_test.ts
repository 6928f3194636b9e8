import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { allowNet, permissionsOf } from "./service_permissions.ts";

const REDIS = { MESSAGING_BINDER: "redis", HOST: "127.0.0.1", PORT: "80" };
const OPEN = "--allow-net";

const cases: readonly [title: string, env: Record<string, string>, hosts: string][] = [
  ["where it listens", REDIS, "127.0.0.1:80"],
  ["where it listens without a setting", { MESSAGING_BINDER: "redis" }, "0.0.0.0:8081"],
  [
    "an address of IPv6",
    { ...REDIS, HOST: "::1", REDIS_URL: "redis://[::2]:7" },
    "[::1]:80,[::2]:7",
  ],
  ["what stands in URLs, with the ports that they leave out", {
    ...REDIS,
    REDIS_URL: "rediss://user:pass@streams.example",
    DATABASE_URL: "postgres://user:a,b:c@database.example/organization?sslmode=verify-full",
    AUTH_JWKS_URL: "https://issuer.example/a@b/jwks.json",
  }, "127.0.0.1:80,issuer.example:443,database.example:5432,streams.example:6379"],
  ["each host of a database", {
    ...REDIS,
    DATABASE_URL: "postgres://user:pass@one.example:1,two.example/organization",
  }, "127.0.0.1:80,one.example:1,two.example:5432"],
  ["no file of a database", { ...REDIS, DATABASE_URL: "sqlite:.data/x.sqlite" }, "127.0.0.1:80"],
  ["Kafka's own addresses and those that are named", {
    ...REDIS,
    MESSAGING_BINDER: "kafka",
    KAFKA_BROKERS: "b-1.example:9096, b-2.example:9096",
    NET_ALLOW: "*.kafka.example,10.0.0.0/8",
  }, "127.0.0.1:80,b-1.example:9096,b-2.example:9096,*.kafka.example,10.0.0.0/8"],
];

for (const [title, env, hosts] of cases) {
  Deno.test(`a service may reach ${title}`, () => {
    strictEqual(allowNet("organization", env), `--allow-net=${hosts}`);
  });
}

Deno.test("what is no address is left out, so that the service can name the wrong setting", () => {
  const wrong = { ...REDIS, PORT: "70000", NET_ALLOW: "a b" };

  strictEqual(allowNet("organization", wrong), "--deny-net");
});

Deno.test("a broker that announces its addresses opens the network, unless they are named", () => {
  const kafka = { ...REDIS, MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_BINDER: "kafka" };
  const cluster = { ...REDIS, REDIS_URL: "redis://a.example,redis://b.example" };

  deepStrictEqual([kafka, cluster].map((env) => allowNet("organization", env)), [OPEN, OPEN]);
  ok(allowNet("licensing", { ...cluster, NET_ALLOW: "c.example" }).endsWith("c.example"));
});

Deno.test("licensing may ask the organization service, where nothing says otherwise at its default", () => {
  strictEqual(allowNet("licensing", REDIS), "--allow-net=127.0.0.1:80,127.0.0.1:8081");
});

Deno.test("a service sees its own settings and no other's", () => {
  const [organization, licensing] = (["organization", "licensing"] as const)
    .map((name) => permissionsOf(name).env.allow);

  ok(!organization?.includes("ORGANIZATION_CLIENT_SECRET"));
  ok(
    licensing?.includes("ORGANIZATION_CLIENT_SECRET") && !licensing.includes("OUTBOX_RETENTION_MS"),
  );
});
