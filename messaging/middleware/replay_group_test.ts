import { strictEqual } from "node:assert/strict";
import { isForAnotherGroup } from "./replay_group.ts";

Deno.test("a message that was not replayed is for every group", () => {
  strictEqual(isForAnotherGroup({}, "readers"), false);
  strictEqual(isForAnotherGroup({}, undefined), false);
});

Deno.test("a replayed message is for the group that gave it up, and no other", () => {
  const headers = { "x-replay-group": "readers" };

  strictEqual(isForAnotherGroup(headers, "readers"), false);
  strictEqual(isForAnotherGroup(headers, "others"), true);
  strictEqual(isForAnotherGroup(headers, undefined), true);
});

Deno.test("what an anonymous sink gave up is for anonymous sinks", () => {
  const headers = { "x-replay-group": "anonymous" };

  strictEqual(isForAnotherGroup(headers, undefined), false);
  strictEqual(isForAnotherGroup(headers, "readers"), true);
});
