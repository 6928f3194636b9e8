import { strictEqual } from "node:assert/strict";
import { createTokenMemory } from "./token_memory.ts";

const principal = { subject: "ana", scopes: new Set<string>(), organizationId: "o1" };

function openMemory() {
  const clock = { now: 1000 };
  const memory = createTokenMemory({ now: () => clock.now, maxTokens: 2, maxMs: 100 });
  return { clock, memory };
}

Deno.test("a memory knows the token that it was given, and no other", () => {
  const { memory } = openMemory();
  memory.keep("a.b.c", { principal, endsAt: 5000 });

  strictEqual(memory.find("a.b.c"), principal);
  strictEqual(memory.find("a.b.d"), undefined);
  strictEqual(memory.find("a.b.c "), undefined);
});

Deno.test("a memory forgets a token after its time, however often it is asked for", () => {
  const { clock, memory } = openMemory();
  memory.keep("a", { principal, endsAt: 5000 });

  clock.now = 1099;
  strictEqual(memory.find("a"), principal);
  clock.now = 1100;
  strictEqual(memory.find("a"), undefined);
});

Deno.test("a memory knows no token beyond its end", () => {
  const { clock, memory } = openMemory();
  memory.keep("a", { principal, endsAt: 1050 });

  clock.now = 1050;

  strictEqual(memory.find("a"), undefined);
});

Deno.test("a memory knows nothing when the clock went back behind the check", () => {
  const { clock, memory } = openMemory();
  memory.keep("a", { principal, endsAt: 5000 });

  clock.now = 999;

  strictEqual(memory.find("a"), undefined);
});

Deno.test("a memory holds no more tokens than it may: the first one goes", () => {
  const { memory } = openMemory();
  for (const token of ["a", "b", "a", "c"]) memory.keep(token, { principal, endsAt: 5000 });

  strictEqual(memory.find("b"), undefined);
  strictEqual(memory.find("a"), principal);
  strictEqual(memory.find("c"), principal);
});
