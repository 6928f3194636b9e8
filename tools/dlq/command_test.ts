import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { UsageError } from "../usage_error.ts";
import { parseCommand } from "./command.ts";

const NOW = Date.UTC(2026, 0, 2);

Deno.test("parseCommand() reads which letters are meant and how it is done", () => {
  const args = "replay 1 2 --reason no --key a --rate 2.5 --dry-run --since 2h".split(" ");

  const command = parseCommand(args, NOW);

  deepStrictEqual(
    [command?.action, command?.ids, command?.reason, command?.key, command?.ratePerSecond],
    ["replay", ["1", "2"], "no", "a", 2.5],
  );
  deepStrictEqual([command?.dryRun, command?.yes], [true, false]);
  strictEqual(command?.since, NOW - 7_200_000);
});

Deno.test("parseCommand() reads a time, and refuses what is none", () => {
  const since = (text: string) => parseCommand(["list", "--since", text], NOW)?.since;

  strictEqual(since("2026-01-01T00:00:00Z"), Date.UTC(2026, 0, 1));
  for (const text of ["yesterday", "5", "5y", "2026-13-01"]) throws(() => since(text), UsageError);
});

Deno.test("parseCommand() wants nothing done when help is asked for", () => {
  strictEqual(parseCommand(["--help"], NOW), undefined);
  strictEqual(parseCommand(["replay", "-h"], NOW), undefined);
});

Deno.test("parseCommand() refuses what it does not understand", () => {
  const wrong = [
    [],
    ["purge"],
    ["list", "5"],
    ["show"],
    ["show", "1", "2"],
    ["edit", "1"],
    ["replay", "--rate", "0"],
    ["replay", "--rate", "fast"],
    ["list", "--limit", "1001"],
    ["discard", "--everything"],
  ];

  for (const args of wrong) throws(() => parseCommand(args, NOW), UsageError, args.join(" "));
});
