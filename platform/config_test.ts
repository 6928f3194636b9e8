import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { ConfigError } from "@cauce/messaging";
import { z } from "zod";
import { defineConfig, describeConfig, readConfig } from "./config.ts";
import { isLoopback } from "./loopback.ts";
import { commonSettings, databaseUrl, devDefaults, httpUrl, port } from "./settings.ts";

const schema = defineConfig({ ...commonSettings, PORT: port(8081), DATABASE_URL: databaseUrl });

Deno.test("readConfig() converts what is given and fills in defaults for what is empty", () => {
  const config = readConfig(schema, {
    ...devDefaults,
    PORT: "",
    SHUTDOWN_GRACE_MS: "100",
    DATABASE_URL: "sqlite:x",
    UNRELATED: "x",
  });

  deepStrictEqual(config, {
    HOST: "127.0.0.1",
    AUTH: "open",
    AUTH_CLOCK_SKEW_MS: 5000,
    RATE_LIMIT_PER_SECOND: 1000,
    LOG_LEVEL: "info",
    LOG_FORMAT: "pretty",
    SHUTDOWN_DELAY_MS: 0,
    SHUTDOWN_GRACE_MS: 100,
    PORT: 8081,
    DATABASE_URL: "sqlite:x",
  });
});

Deno.test("readConfig() lists every problem at once", () => {
  deepStrictEqual(problemsOf({ AUTH: "open", PORT: "80a", LOG_LEVEL: "loud" }), [
    'LOG_LEVEL: must be debug, info, warn, error, found "loud"',
    'PORT: must be a whole number from 0 to 65535, found "80a"',
    "DATABASE_URL: is required: postgres://user:password@host:5432/name or sqlite:<file>",
    "AUTH: open answers anyone, so it needs a loopback HOST such as 127.0.0.1",
  ]);
});

Deno.test("readConfig() names a setting that is missing, with what it is for", () => {
  const own = defineConfig({ QUOTA: z.string().describe("How much") });

  throws(() => readConfig(own, {}), { problems: ["QUOTA: is required (How much)"] });
});

Deno.test("readConfig() keeps the value of a secret out of its problems", () => {
  const [problem] = problemsOf({ ...devDefaults, DATABASE_URL: "mysql://u:hunter2@host/x" });

  strictEqual(problem, "DATABASE_URL: must start with postgres:// or sqlite:");
});

Deno.test("readConfig() refuses jwt without what it needs, and says what does without", () => {
  const expected = [
    "AUTH_ISSUER: is required with AUTH=jwt: the `iss` of access tokens, for example " +
    "https://issuer.example; for development, AUTH=open with HOST=127.0.0.1 does without",
    "AUTH_AUDIENCE: is required with AUTH=jwt: the `aud` of access tokens for this service, " +
    "for example its name",
    "AUTH_JWKS_URL: is required with AUTH=jwt: the issuer's keys, for example " +
    "https://issuer.example/.well-known/jwks.json",
  ];

  deepStrictEqual(problemsOf({ DATABASE_URL: "sqlite:x" }), expected);
  deepStrictEqual(problemsOf({ DATABASE_URL: "sqlite:x", AUTH: "jwt" }), expected);
});

const jwt = {
  DATABASE_URL: "sqlite:x",
  AUTH_ISSUER: "https://issuer.example/",
  AUTH_AUDIENCE: "licensing",
};

Deno.test("readConfig() takes keys by https, or from this machine, and nowhere else", () => {
  const error = "AUTH_JWKS_URL: must be an https:// address, or http:// on a loopback host";
  const addresses: readonly [address: string, problems: readonly string[]][] = [
    ["https://issuer.example/keys", []],
    ["http://127.0.0.1:8100/keys", []],
    ["http://[::1]:8100/keys", []],
    ["http://issuer.example/keys", [error]],
    ["http://127.0.0.1.issuer.example/keys", [error]],
    ["https://name:secret@issuer.example/keys", [error]],
    ["file:///keys.json", [error]],
  ];

  const found = addresses.map(([AUTH_JWKS_URL]) => problemsOf({ ...jwt, AUTH_JWKS_URL }));

  deepStrictEqual(found, addresses.map(([, problems]) => problems));
});

Deno.test("readConfig() keeps an issuer to the letter, and clocks within a minute", () => {
  const env = { ...jwt, AUTH_JWKS_URL: "https://issuer.example/keys" };

  strictEqual(readConfig(schema, env).AUTH_ISSUER, "https://issuer.example/");
  deepStrictEqual(problemsOf({ ...env, AUTH_CLOCK_SKEW_MS: "60001" }), [
    'AUTH_CLOCK_SKEW_MS: must be a whole number from 0 to 60000, found "60001"',
  ]);
});

Deno.test("isLoopback() knows this machine's addresses from others", () => {
  const answers = ["127.0.0.1", "127.8.8.8", "localhost", "::1", "0.0.0.0", "127.example.org", "::"]
    .map(isLoopback);

  deepStrictEqual(answers, [true, true, true, true, false, false, false]);
});

Deno.test("httpUrl() drops the slash at the end and refuses other schemes", () => {
  const own = defineConfig({ URL: httpUrl() });

  strictEqual(readConfig(own, { URL: "http://host:81/a/" }).URL, "http://host:81/a");
  throws(() => readConfig(own, { URL: "ftp://host" }), ConfigError);
});

Deno.test("describeConfig() gives name, default, text and secrecy of each setting", () => {
  const rows = Object.fromEntries(describeConfig(schema).map((row) => [row.name, row]));

  deepStrictEqual(rows.PORT, {
    name: "PORT",
    default: "8081",
    description: "Port the service listens on; 0 takes a free one",
    secret: false,
    required: false,
  });
  strictEqual(rows.DATABASE_URL?.secret, true);
  strictEqual(rows.DATABASE_URL?.required, true);
  strictEqual(rows.AUTH?.default, "jwt");
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
