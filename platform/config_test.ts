import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { ConfigError } from "@cauce/messaging";
import { z } from "zod";
import { defineConfig, describeConfig, isLoopback, readConfig } from "./config.ts";
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

Deno.test("readConfig() refuses jwt by name and says what to set instead", () => {
  const expected = ["AUTH: jwt is not available yet; set AUTH=open and HOST=127.0.0.1"];

  deepStrictEqual(problemsOf({ DATABASE_URL: "sqlite:x" }), expected);
  deepStrictEqual(problemsOf({ DATABASE_URL: "sqlite:x", AUTH: "jwt" }), expected);
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
