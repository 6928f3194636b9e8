/**
 * `deno task outbox`, as an operator runs it.
 *
 * @module
 */

const ROOT = new URL("../..", import.meta.url);

/** What it ended with. */
export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

/** Runs it against a database. */
export async function runOutboxTool(
  databaseUrl: string,
  args: readonly string[],
): Promise<ToolResult> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "outbox", ...args],
    cwd: ROOT,
    env: { DATABASE_URL: databaseUrl, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
