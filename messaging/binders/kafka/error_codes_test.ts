import { ok, strictEqual } from "node:assert/strict";
// Not part of the library's interface, and therefore without types.
import kafkajsErrors from "kafkajs/src/protocol/error.js";
import { toAnsweredError } from "./error_codes.ts";

interface KafkajsErrorCode {
  readonly type: string;
  readonly code: number;
  readonly retriable: boolean;
}

Deno.test("toAnsweredError() names errors as kafkajs does, which answers all other requests", () => {
  const theirs: readonly KafkajsErrorCode[] = kafkajsErrors.errorCodes;
  const known = theirs.filter(({ code }) => !toAnsweredError(code, 0).code.startsWith("ERROR_"));

  ok(known.length > 20);
  for (const { type, code, retriable } of known) {
    const error = toAnsweredError(code, 3);
    strictEqual(error.code, type);
    strictEqual(error.retriable, retriable, type);
    strictEqual(error.partition, 3);
  }
});

Deno.test("toAnsweredError() shows the number of an error that it does not know", () => {
  strictEqual(toAnsweredError(12_345, 0).code, "ERROR_12345");
});
