import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { OutgoingMessage } from "../../message.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";

function throughRedis(message: OutgoingMessage) {
  const [key = "", headers = "", body = ""] = encodeEntry(message);
  const fields = ["k", key, "h", headers, "b", body].map((part) => Buffer.from(part as string));
  return decodeEntry([Buffer.from("1795534162715-3"), fields]);
}

Deno.test("an entry keeps key, headers and body, and takes its time from its id", () => {
  const body = Uint8Array.from({ length: 256 }, (_, index) => index);
  const headers = { ce_id: "1", note: "Grüße" };

  const delivery = throughRedis({ key: "schlüssel", partition: 0, headers, body });

  strictEqual(delivery.key, "schlüssel");
  deepStrictEqual({ ...delivery.headers }, headers);
  deepStrictEqual([...delivery.body], [...body]);
  strictEqual(delivery.offset, "1795534162715-3");
  strictEqual(delivery.storedAt, 1795534162715);
});

Deno.test("encodeEntry() takes the bytes of a view and nothing around them", () => {
  const body = new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 3);

  const delivery = throughRedis({ key: "", partition: 0, headers: {}, body });

  deepStrictEqual([...delivery.body], [1, 2]);
});

Deno.test("decodeEntry() leaves out headers that are no text, and all where they are no JSON", () => {
  const decode = (json: string) =>
    decodeEntry([
      Buffer.from("1-0"),
      ["k", "key", "h", json, "b", "body"].map((part) => Buffer.from(part)),
    ]).headers;

  deepStrictEqual({ ...decode('{"a":"1","b":2,"C":"3"}') }, { a: "1", c: "3" });
  for (const broken of ["{", "null", "7", '"text"', ""]) deepStrictEqual({ ...decode(broken) }, {});
});
