import { strictEqual } from "node:assert/strict";
import { leaseKey, streamKey } from "./keys.ts";
import { slotOf } from "./slot.ts";

Deno.test("slotOf() computes what CLUSTER KEYSLOT answers", () => {
  strictEqual(slotOf("123456789"), 0x31c3);
  strictEqual(slotOf("foo"), 12182);
  strictEqual(slotOf(""), 0);
});

Deno.test("slotOf() looks at the hash tag alone, and at all of a key whose tag is empty", () => {
  strictEqual(slotOf("a{foo}b{bar}"), slotOf("foo"));
  strictEqual(slotOf("{}foo") === slotOf("foo"), false);
  strictEqual(slotOf("foo{"), slotOf("foo{"));
});

Deno.test("a partition's stream and its leases share a slot", () => {
  const stream = streamKey("notes", 3);

  strictEqual(slotOf(leaseKey(stream, "readers")), slotOf(stream));
});
