import { deepStrictEqual } from "node:assert/strict";
import { ConfigError } from "@cauce/messaging";
import { exitOnConfigError } from "./exit.ts";

Deno.test("exitOnConfigError() writes each problem on a line and exits with 78", () => {
  deepStrictEqual(outcomeOf(new ConfigError(["PORT: is wrong", "HOST: is wrong"])), {
    lines: ["PORT: is wrong", "HOST: is wrong"],
    code: 78,
  });
});

Deno.test("exitOnConfigError() exits with 1 for any other error, without its secrets", () => {
  const error = new Error("x");
  error.stack = "Error: no postgres://u:p@host/db";

  deepStrictEqual(outcomeOf(error), {
    lines: ["Error: no postgres://[redacted]@host/db"],
    code: 1,
  });
});

Deno.test("exitOnConfigError() shows how an address is written, and no address that is set", () => {
  const hint = "DATABASE_URL: is required: postgres://user:password@host:5432/name";

  deepStrictEqual(outcomeOf(new ConfigError([hint, "X: found redis://user:pass@host"])).lines, [
    hint,
    "X: found redis://[redacted]@host",
  ]);
});

class Exited extends Error {
  constructor(readonly code: number) {
    super();
  }
}

function outcomeOf(error: unknown): { lines: string[]; code: number | undefined } {
  const lines: string[] = [];
  try {
    exitOnConfigError(error, {
      write: (line) => lines.push(line),
      exit: (code) => {
        throw new Exited(code);
      },
    });
  } catch (exited) {
    return { lines, code: exited instanceof Exited ? exited.code : undefined };
  }
}
