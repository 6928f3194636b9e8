import { doesNotThrow, throws } from "node:assert/strict";
import {
  MAX_BODY_BYTES,
  MAX_HEADER_CHARACTERS,
  MAX_HEADERS,
  refuseOversized,
} from "./message_limits.ts";

const small = { key: "k", headers: { note: "n" }, body: new Uint8Array(3) };

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, ""]));
}

Deno.test("a message at each limit is taken", () => {
  const value = "x".repeat(MAX_HEADER_CHARACTERS - "k".length - "note".length);

  doesNotThrow(() => refuseOversized({ ...small, body: new Uint8Array(MAX_BODY_BYTES) }));
  doesNotThrow(() => refuseOversized({ ...small, body: "é".repeat(MAX_BODY_BYTES / 2) }));
  doesNotThrow(() => refuseOversized({ ...small, headers: manyHeaders(MAX_HEADERS) }));
  doesNotThrow(() => refuseOversized({ ...small, headers: { note: value } }));
});

Deno.test("a message above a limit is refused, and the error tells which", () => {
  const wide = "x".repeat(MAX_HEADER_CHARACTERS);

  throws(() => refuseOversized({ ...small, body: `a${"é".repeat(MAX_BODY_BYTES / 2)}` }), {
    message: "Cannot read message: the body has 1000001 bytes, more than 1000000",
  });
  throws(() => refuseOversized({ ...small, body: new Uint8Array(MAX_BODY_BYTES + 1) }), {
    name: "InvalidMessageError",
    message: "Cannot read message: the body has 1000001 bytes, more than 1000000",
  });
  throws(
    () => refuseOversized({ ...small, headers: manyHeaders(MAX_HEADERS + 1) }),
    /it has 65 headers, more than 64$/,
  );
  throws(() => refuseOversized({ ...small, headers: { [wide]: "" } }), /characters, more than/);
  throws(() => refuseOversized({ ...small, headers: { n: wide } }), /characters, more than/);
  throws(() => refuseOversized({ ...small, key: `${wide}x` }), /characters, more than/);
});
