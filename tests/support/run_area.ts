/**
 * Runs one area of the tests in a process of its own and counts.
 *
 * @module
 */

import { tallyOf } from "./tally.ts";
import { parseTestSummary, type TestSummary } from "./test_summary.ts";

/** What to run. */
export interface AreaOptions {
  readonly area: string;
  /** Arguments of `deno test` after the permissions. */
  readonly args: readonly string[];
  readonly cwd: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** A test that hangs must not hold up the run for ever. */
  readonly limitMinutes: number;
}

/** How an area ended. */
export interface AreaResult extends TestSummary {
  readonly seconds: number;
  /** How many tests passed of each kind that is counted by name. */
  readonly tallies: ReadonlyMap<string, number>;
  /** Why it counts as failed though every test that ran passed. */
  readonly problem?: string;
}

// Of no use to who reads results: that tests have their own configuration, and permissions in it.
const NOISE = [
  "is not a member of the workspace",
  "Permissions in the config file is an experimental feature",
];

/** Runs an area to its end, its output passed on line by line. */
export async function runArea(options: AreaOptions): Promise<AreaResult> {
  const begun = performance.now();
  // Types are checked by `deno task check`, once and not once an area.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--permission-set", "--no-prompt", "--no-check", ...options.args],
    cwd: options.cwd,
    env: { ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isOver = false;
  const stop = () => child.kill("SIGTERM");
  options.signal.addEventListener("abort", stop, { once: true });
  const limit = setTimeout(() => {
    isOver = true;
    child.kill("SIGKILL");
  }, options.limitMinutes * 60_000);
  let summary: TestSummary | undefined;
  const tallies = new Map<string, number>();
  const [{ code, signal }] = await Promise.all([
    child.status,
    eachLine(child.stdout, (line) => {
      summary = parseTestSummary(line) ?? summary;
      const tally = tallyOf(options.area, line);
      if (tally !== undefined) tallies.set(tally, (tallies.get(tally) ?? 0) + 1);
      write(Deno.stdout, line);
    }),
    eachLine(child.stderr, (line) => {
      if (!NOISE.some((text) => line.includes(text))) write(Deno.stderr, line);
    }),
  ]);
  clearTimeout(limit);
  options.signal.removeEventListener("abort", stop);

  const seconds = (performance.now() - begun) / 1000;
  if (!summary) {
    const end = isOver ? `hung for ${options.limitMinutes} minutes` : signal ?? `exit code ${code}`;
    const problem = `did not run to its end: ${end}`;
    return { passed: 0, failed: 1, ignored: 0, seconds, tallies, problem };
  }
  const { failed, ignored } = summary;
  if (ignored > 0) {
    const problem = `${ignored} ignored, which counts as failed`;
    return { ...summary, failed: failed + ignored, seconds, tallies, problem };
  }
  if (code !== 0 && failed === 0) {
    return { ...summary, failed: 1, seconds, tallies, problem: `exit code ${code}` };
  }
  return { ...summary, seconds, tallies };
}

function write(stream: typeof Deno.stdout, line: string): void {
  stream.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  }
  if (rest) onLine(rest);
}
