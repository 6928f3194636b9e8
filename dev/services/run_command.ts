/**
 * Programs that run to their end.
 *
 * @module
 */

/** Where and how to run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Called with each line of standard output while the program runs. */
  readonly onLine?: (line: string) => void;
}

/** Where and until when to ask a program. */
export interface QuestionOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing of this process's environment. */
  readonly clearEnv?: boolean;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

// Through the shell, as some programs need LD_* variables or live in folders unknown beforehand.
const THROUGH_SHELL = ["-c", 'exec "$@"', "sh"];

/** Runs a program and resolves with its standard output. Throws with its last words when it fails. */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { onLine, ...spawnOptions } = options;
  const child = new Deno.Command("sh", {
    args: [...THROUGH_SHELL, ...command],
    ...spawnOptions,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output, errors, { code }] = await Promise.all([
    collect(child.stdout, onLine),
    collect(child.stderr),
    child.status,
  ]);
  if (code !== 0) {
    const words = `${output}\n${errors}`.trim().split("\n").slice(-15).join("\n");
    throw new Error(`Cannot run "${command.slice(0, 2).join(" ")}": exit code ${code}\n${words}`);
  }
  return output;
}

/** Whether a program runs and succeeds. */
export async function succeeds(
  command: readonly string[],
  options: QuestionOptions = {},
): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("sh", {
      args: [...THROUGH_SHELL, ...command],
      ...options,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    // Missing, failing or ended by the signal: the answer is the same.
    return false;
  }
}

/** Returns the path of a program that the PATH knows, or `undefined`. */
export async function findProgram(name: string): Promise<string | undefined> {
  try {
    return (await runCommand(["sh", "-c", 'command -v "$1"', "sh", name])).trim() || undefined;
  } catch {
    // `command -v` fails when there is none.
    return undefined;
  }
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine?: (line: string) => void,
): Promise<string> {
  let text = "";
  let seen = 0;
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end; onLine && (end = text.indexOf("\n", seen)) >= 0; seen = end + 1) {
      onLine(text.slice(seen, end));
    }
  }
  return text;
}
