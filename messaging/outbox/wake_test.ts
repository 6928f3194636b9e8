import { ok, strictEqual } from "node:assert/strict";
import { createWake } from "./wake.ts";

Deno.test("Wake remembers what was set before the wait", async () => {
  const wake = createWake();
  const startedAt = performance.now();

  wake.set();
  await wake.wait(5000);

  ok(performance.now() - startedAt < 1000);
});

Deno.test("Wake ends a wait that is under way", async () => {
  const wake = createWake();
  const waiting = wake.wait(5000).then(() => "woken");

  wake.set();

  strictEqual(await waiting, "woken");
});

Deno.test("Wake ends a wait when the time is over, and waits again once it was cleared", async () => {
  const wake = createWake();
  wake.set();
  wake.clear();
  const startedAt = performance.now();

  await wake.wait(30);

  ok(performance.now() - startedAt >= 25);
});
