/**
 * The checker as a user runs it: a process with options, an exit code and a report.
 *
 * @module
 */

import type { ConsistencyReport } from "./report.ts";
import { say } from "../support/say.ts";

/** How it ended. */
export interface CheckerResult {
  readonly code: number;
  /** What it said to a person, line by line. */
  readonly lines: readonly string[];
  /** Undefined where it ended before there was one. */
  readonly report: ConsistencyReport | undefined;
}

const MAIN = new URL("./main.ts", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

/** Runs it to its end with `--json`, its lines passed on as they come. */
export async function runChecker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CheckerResult> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", `--config=${CONFIG}`],
      ...["--permission-set=services", MAIN, "--json", ...args],
    ],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const [{ code }, output] = await Promise.all([
    child.status,
    new Response(child.stdout).text(),
    passOn(child.stderr, lines),
  ]);
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  return { code, lines, report: last.startsWith("{") ? JSON.parse(last) : undefined };
}

async function passOn(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  lines: string[],
): Promise<void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    parts.forEach(say);
  }
}
