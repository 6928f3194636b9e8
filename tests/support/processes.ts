/**
 * Service processes for tests that kill them: started as in production, from the environment alone.
 *
 * @module
 */

import { until } from "./until.ts";

/** What to start. */
export interface ServiceProcessOptions {
  /**
   * Arguments of `deno`, run in the root of the checkout: `["run", …, "licensing/main.ts"]`. Not
   * `["task", …]`, whose process has the service for a child that `kill9()` would leave running.
   */
  readonly args: readonly string[];
  /** A program that becomes `deno` with these arguments: `unshare`, for example. */
  readonly within?: readonly string[];
  /** The whole environment, but for what Deno itself needs. */
  readonly env: Readonly<Record<string, string>>;
  /** The process is ready once a line of its output contains this or matches it. */
  readonly readyLine: string | RegExp;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** In a process group of its own, so that Ctrl-C reaches only who started it. */
  readonly detached?: boolean;
}

/** A process that is ready. Disposing ends it with SIGTERM, and with SIGKILL after ten seconds. */
export interface ServiceProcess extends AsyncDisposable {
  readonly pid: number;
  /** The line that said so. */
  readonly readyLine: string;
  /** All lines so far, standard output and standard error together. */
  readonly lines: readonly string[];
  readonly status: Promise<Deno.CommandStatus>;
  /** Ends it at once and resolves when it is gone. */
  kill9(): Promise<void>;
  /** Asks it to drain and resolves with its exit code. */
  terminate(): Promise<number>;
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void;
}

const ROOT = new URL("../..", import.meta.url);
const ENDS_WITHIN_MS = 10_000;

/** What a Deno needs to find its cache and itself. */
const OWN_VARIABLES = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR"];

/** Starts a process and resolves at its ready line. Throws with its output when it ends before. */
export async function startServiceProcess(
  options: ServiceProcessOptions,
): Promise<ServiceProcess> {
  const [program = "", ...args] = [...options.within ?? [], Deno.execPath(), ...options.args];
  const child = new Deno.Command(program, {
    args,
    cwd: ROOT,
    clearEnv: true,
    env: { ...ownVariables(), NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: options.detached ?? false,
  }).spawn();
  const lines: string[] = [];
  let ended = false;
  const reading = Promise.all([
    collect(child.stdout, lines),
    collect(child.stderr, lines),
  ]);
  const status = Promise.all([child.status, reading]).then(([result]) => {
    ended = true;
    return result;
  });
  const isReady = (line: string): boolean =>
    typeof options.readyLine === "string"
      ? line.includes(options.readyLine)
      : options.readyLine.test(line);

  async function end(signal: Deno.Signal): Promise<number> {
    if (!ended) child.kill(signal);
    const timer = setTimeout(
      () => !ended && child.kill("SIGKILL"),
      ENDS_WITHIN_MS,
    );
    const { code } = await status;
    clearTimeout(timer);
    return code;
  }

  try {
    await until(() => ended || lines.some(isReady), "the ready line", {
      timeoutMs: options.timeoutMs ?? 30_000,
    });
  } catch (cause) {
    await end("SIGKILL");
    throw new Error(
      `Cannot start "${options.args.join(" ")}"\n${lines.join("\n")}`,
      { cause },
    );
  }
  const readyLine = lines.find(isReady);
  if (readyLine === undefined) {
    const { code } = await status;
    throw new Error(
      `Cannot start "${options.args.join(" ")}": exit code ${code}\n${lines.join("\n")}`,
    );
  }
  return {
    pid: child.pid,
    readyLine,
    lines,
    status,
    kill9: async () => void await end("SIGKILL"),
    terminate: () => end("SIGTERM"),
    signal: (name) => child.kill(name),
    [Symbol.asyncDispose]: async () => void await end("SIGTERM"),
  };
}

function ownVariables(): Record<string, string> {
  return Object.fromEntries(
    OWN_VARIABLES.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  lines: string[],
): Promise<void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
  if (rest) lines.push(rest);
}
