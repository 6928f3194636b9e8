import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { ConfigError } from "../../errors.ts";
import { parseRedisConfig } from "./config.ts";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseRedisConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

Deno.test("parseRedisConfig() reads host, port, user, password, database and TLS", () => {
  const config = parseRedisConfig({ REDIS_URL: "rediss://me:p%40ss@redis.example:6380/3" });

  deepStrictEqual(
    [config.nodes, config.username, config.password, config.db, config.tls],
    [[{ host: "redis.example", port: 6380 }], "me", "p@ss", 3, true],
  );
});

Deno.test("parseRedisConfig() takes port 6379 and database 0 where none are named", () => {
  const config = parseRedisConfig({ REDIS_URL: "redis://[::1]" });

  deepStrictEqual(
    [config.nodes, config.db, config.username, config.password, config.tls],
    [[{ host: "::1", port: 6379 }], 0, undefined, undefined, false],
  );
});

Deno.test("parseRedisConfig() reads several nodes as one cluster", () => {
  const config = parseRedisConfig({ REDIS_URL: "redis://me:secret@a:1, redis://me:secret@b" });

  deepStrictEqual(config.nodes, [{ host: "a", port: 1 }, { host: "b", port: 6379 }]);
  deepStrictEqual([config.username, config.password], ["me", "secret"]);
});

Deno.test("parseRedisConfig() refuses nodes that cannot be of one cluster", () => {
  const differ = "REDIS_URL has nodes that differ in more than host and port";

  deepStrictEqual(problemsOf({ REDIS_URL: "redis://a,rediss://b" }), [differ]);
  deepStrictEqual(problemsOf({ REDIS_URL: "redis://:x@a,redis://:y@b" }), [differ]);
  deepStrictEqual(problemsOf({ REDIS_URL: "redis://a/2,redis://b/2" }), [
    "REDIS_URL has a database on a cluster",
  ]);
  deepStrictEqual(problemsOf({ REDIS_URL: "redis://a," }), [
    'REDIS_URL is not a "redis://" or "rediss://" address',
  ]);
});

Deno.test("parseRedisConfig() lists every problem at once", () => {
  const problems = problemsOf({
    REDIS_URL: "http://localhost",
    REDIS_STREAM_RETENTION_MS: "a day",
    REDIS_STREAM_ALARM_LENGTH: "-1",
  });

  deepStrictEqual(problems.map((problem) => problem.split(" ")[0]), [
    "REDIS_STREAM_RETENTION_MS",
    "REDIS_STREAM_ALARM_LENGTH",
    "REDIS_URL",
  ]);
});

Deno.test("parseRedisConfig() asks for REDIS_URL where it is missing", () => {
  deepStrictEqual(problemsOf({}), ["REDIS_URL is missing"]);
});

Deno.test("parseRedisConfig() never repeats a password in a problem", () => {
  for (
    const url of [
      "http://:hunter2@h",
      "redis://:hunter2@h/x",
      "redis://:hunter2%@h",
      "redis://:hunter2@h,redis://:x@h",
    ]
  ) {
    throws(() => parseRedisConfig({ REDIS_URL: url }), (error: Error) => {
      ok(!error.message.includes("hunter2"), error.message);
      return true;
    });
  }
});
