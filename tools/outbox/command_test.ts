import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { UsageError } from "../usage_error.ts";
import { parseCommand } from "./command.ts";

const NOW = Date.UTC(2026, 0, 2);

Deno.test("parseCommand() reads what to do with the outbox", () => {
  deepStrictEqual(parseCommand(["status"], NOW), { action: "status" });
  deepStrictEqual(parseCommand(["republish", "--since", "2h", "--yes"], NOW), {
    action: "republish",
    since: NOW - 7_200_000,
    yes: true,
  });
  strictEqual(parseCommand(["republish", "--help"], NOW), undefined);
});

Deno.test("parseCommand() refuses what it cannot do with the outbox", () => {
  const wrong = [
    [],
    ["prune"],
    ["status", "now"],
    ["republish"],
    ["republish", "--since", "yesterday"],
    ["republish", "--since", "1h", "--all"],
  ];

  for (const args of wrong) throws(() => parseCommand(args, NOW), UsageError, args.join(" "));
});
