import { strictEqual } from "node:assert/strict";
import { murmur2, partitionOf } from "./partition.ts";

// The vectors of org.apache.kafka.common.utils.UtilsTest.
const vectors: readonly [string, number][] = [
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
];

for (const [text, hash] of vectors) {
  Deno.test(`murmur2() of "${text}" is what Java's Kafka client computes`, () => {
    strictEqual(murmur2(new TextEncoder().encode(text)), hash);
  });
}

Deno.test("murmur2() reads only its own part of a shared buffer", () => {
  const shared = new TextEncoder().encode("--foobar--");

  strictEqual(murmur2(shared.subarray(2, 8)), -790332482);
});

Deno.test("partitionOf() stays within the count for negative hashes", () => {
  strictEqual(partitionOf("foobar", 8), (-790332482 & 0x7fffffff) % 8);
});
