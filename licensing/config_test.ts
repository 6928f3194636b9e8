import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { ConfigError } from "@cauce/messaging";
import { parseLicensingConfig, type ParseLicensingOptions } from "./config.ts";

const env = {
  AUTH: "open",
  HOST: "127.0.0.1",
  DATABASE_URL: "sqlite::memory:",
  MESSAGING_BINDER: "redis",
  REDIS_URL: "redis://127.0.0.1:6379",
};

function problems(
  given: Readonly<Record<string, string | undefined>>,
  options?: ParseLicensingOptions,
): readonly string[] {
  try {
    parseLicensingConfig(given, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

Deno.test("parseLicensingConfig() caches in the binder's Redis unless another is given", () => {
  const own = parseLicensingConfig({ ...env, CACHE_REDIS_URL: "rediss://cache:6380" });
  const shared = parseLicensingConfig(env);

  deepStrictEqual(own.cache, {
    store: "redis",
    url: "rediss://cache:6380",
    commandTimeoutMs: 500,
  });
  deepStrictEqual(shared.cache, { ...own.cache, url: env.REDIS_URL });
});

Deno.test("parseLicensingConfig() caches in the process only where that is asked for", () => {
  const { REDIS_URL: _, ...kafka } = {
    ...env,
    MESSAGING_BINDER: "kafka",
    KAFKA_BROKERS: "127.0.0.1:9092",
  };

  strictEqual(problems(kafka).length, 1);
  strictEqual(problems(kafka)[0]?.startsWith("CACHE_REDIS_URL: set it or REDIS_URL"), true);
  strictEqual(parseLicensingConfig({ ...kafka, CACHE_STORE: "memory" }).cache.store, "memory");
  strictEqual(parseLicensingConfig(kafka, { embeddedCache: true }).cache.store, "memory");
  strictEqual(parseLicensingConfig(env, { embeddedCache: true }).cache.store, "redis");
});

Deno.test("parseLicensingConfig() lists every problem at once", () => {
  const found = problems({
    ...env,
    CACHE_TTL_MS: "soon",
    ORGANIZATION_URL: "organization:8081",
    MESSAGING_BINDNG: "redis",
  });

  strictEqual(found.length, 3);
});

Deno.test("parseLicensingConfig() refuses a lease that ends before a look-up does", () => {
  throws(
    () => parseLicensingConfig({ ...env, ORGANIZATION_TIMEOUT_MS: "3000" }),
    /less than CACHE_LEASE_MS/,
  );
});

Deno.test("parseLicensingConfig() refuses the memory binder where it is forbidden", () => {
  const given = { ...env, MESSAGING_BINDER: "memory" };

  strictEqual(problems(given, { forbidMemory: true }).length, 1);
});

Deno.test("parseLicensingConfig() wants credentials for the organization service with AUTH=jwt", () => {
  const { AUTH: _, ...closed } = env;
  const names = (found: readonly string[]) => found.map((problem) => problem.split(":")[0]);

  deepStrictEqual(names(problems(closed)), [
    "AUTH_ISSUER",
    "AUTH_AUDIENCE",
    "AUTH_JWKS_URL",
    "ORGANIZATION_TOKEN_URL",
    "ORGANIZATION_CLIENT_ID",
    "ORGANIZATION_CLIENT_SECRET",
  ]);
});

Deno.test("parseLicensingConfig() shows a secret to no address that can be listened to", () => {
  const url = "http://issuer.example/token";

  deepStrictEqual(problems({ ...env, ORGANIZATION_TOKEN_URL: url }), [
    "ORGANIZATION_TOKEN_URL: must be an https:// address, or http:// on a loopback host",
  ]);
});
