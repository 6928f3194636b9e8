import { deepStrictEqual, doesNotThrow, match, strictEqual } from "node:assert/strict";
import { createLogger, type LoggerOptions, withFields } from "./logger.ts";

Deno.test("createLogger() writes one JSON object a line", () => {
  const { logger, lines } = record({ format: "json" });

  logger.warn("Refused request", { status: 503 });

  const { "@timestamp": at, ...line } = JSON.parse(lines[0] ?? "");
  match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  deepStrictEqual(line, {
    level: "WARN",
    message: "Refused request",
    logger: "test",
    status: 503,
  });
});

Deno.test("createLogger() lets no field replace the level, the message or the time", () => {
  const { logger, lines } = record({ format: "json" });

  logger.info("Stored", { level: "evil", message: "evil", "@timestamp": "evil" });

  const line = JSON.parse(lines[0] ?? "");
  strictEqual(line.level, "INFO");
  strictEqual(line.message, "Stored");
  strictEqual(line["field.level"], "evil");
});

Deno.test("createLogger() leaves out what is less severe than its level", () => {
  const { logger, lines } = record({ format: "json", level: "warn" });

  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error("d");

  strictEqual(lines.length, 2);
});

Deno.test("createLogger() hides secrets and logs errors with their cause", () => {
  const { logger, lines } = record({ format: "json" });

  logger.error("Failed", {
    password: "hunter2",
    headers: { authorization: "Bearer x", "x-api-key": "x" },
    error: new Error("no postgres://user:hunter2@host/db", { cause: new Error("deep") }),
  });

  const text = lines[0] ?? "";
  strictEqual(/hunter2|Bearer/.test(text), false);
  match(text, /postgres:\/\/\[redacted\]@host\/db/);
  match(text, /deep/);
});

Deno.test("createLogger() hides an access token wherever it stands", () => {
  const { logger, lines } = record({ format: "json" });
  const token = ["eyJhbGciOiJFUzI1NiJ9", "eyJzdWIiOiJhbmEifQ", "c2lnbmF0dXJl"].join(".");

  logger.error("Failed", { path: `/x?t=${token}`, error: new Error(`Cannot read "${token}"`) });

  const text = lines[0] ?? "";
  strictEqual(/eyJ|c2ln/.test(text), false);
  match(text, /Cannot read \\"\[redacted\]\\"/);
});

Deno.test("createLogger() does not throw for circular fields, throwing getters or a broken output", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const throwing = {
    get value() {
      throw new Error("getter");
    },
  };
  const broken = createLogger({
    service: "test",
    level: "info",
    format: "json",
    write: () => {
      throw new Error("broken pipe");
    },
  });

  const { logger, lines } = record({ format: "json" });
  doesNotThrow(() => logger.info("a", { circular, n: 1n }));
  doesNotThrow(() => logger.info("b", { throwing }));
  strictEqual(lines.length, 2);
  doesNotThrow(() => record({ format: "pretty" }).logger.info("a", { circular, throwing, n: 1n }));
  doesNotThrow(() => broken.info("a"));
});

Deno.test("createLogger() writes a short line for a person, in one line whatever is in it", () => {
  const { logger, lines } = record({ format: "pretty", color: false });

  logger.info("Stored organization", { id: "o1", name: "two\nlines", error: new Error("boom") });

  match(
    lines[0] ?? "",
    /^\d\d:\d\d:\d\d\.\d{3} INF test: Stored organization id=o1 name="two\\nlines" error="boom"\n$/,
  );
});

Deno.test("createLogger() writes no stack of an error that is only an outage, but its causes", () => {
  const { logger, lines } = record({});
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
    code: "ECONNREFUSED",
  });

  logger.warn("Lost broker", { error: new Error("Cannot send", { cause: refused }) });
  const busy = Object.assign(new Error("Cannot reach it"), { retriable: true });
  logger.warn("Lost broker", { error: busy });
  logger.warn("Failed", { error: new Error("a bug", { cause: new TypeError("x is undefined") }) });

  const [outage, retriable, bug] = lines.map((line) => JSON.parse(line).error);
  deepStrictEqual(outage, {
    name: "Error",
    message: "Cannot send",
    cause: { name: "Error", message: refused.message, code: "ECONNREFUSED" },
  });
  deepStrictEqual(retriable, { name: "Error", message: "Cannot reach it" });
  match(bug.stack, /logger_test/);
  match(bug.cause.stack, /logger_test/);
});

Deno.test("withFields() puts its fields on every line; the call's own win", () => {
  const { logger, lines } = record({ format: "json" });
  const own = withFields(logger, { correlationId: "c1", id: "a" });

  own.info("Stored", { id: "b" });

  const { correlationId, id } = JSON.parse(lines[0] ?? "");
  deepStrictEqual({ correlationId, id }, { correlationId: "c1", id: "b" });
});

function record(options: Partial<LoggerOptions>) {
  const lines: string[] = [];
  const logger = createLogger({
    service: "test",
    level: "info",
    format: "json",
    write: (line) => lines.push(line),
    ...options,
  });
  return { logger, lines };
}
