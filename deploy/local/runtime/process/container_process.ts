/**
 * One container as a local process, which ends with the process that started it.
 *
 * @module
 */

import { tellWatcherAtEnd } from "../../../../dev/services/supervised_process.ts";

/** What to run. */
export interface ContainerCommand {
  readonly command: readonly string[];
  readonly cwd?: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets standard output and standard error. */
  readonly logFile: string;
  /** A shell's command for when whoever started it is gone; default ends the process. */
  readonly whenOrphaned?: string;
}

/** A container that was started. */
export interface ContainerProcess {
  readonly pid: number;
  /** Resolves with the exit code as Docker gives it: 128 + the number of a signal. */
  readonly exited: Promise<number>;
  /** SIGTERM, after the timeout SIGKILL; resolves once it is gone. */
  stop(timeoutMs: number): Promise<number>;
}

// The shell leaves a watcher behind and becomes the container. The watcher reads the parent's end
// of standard input: a line says that the container ended, the stream's end that the parent did.
const SCRIPT = `
exec 3<&0 </dev/null
( read -r line <&3 && exit 0; eval "$2" ) >/dev/null 2>&1 &
exec 3<&- >>"$1" 2>&1
shift 2
exec "$@"`;

/** Starts a container. A program that is missing exits with 127, as in a container. */
export function startContainer(options: ContainerCommand): ContainerProcess {
  const { command, cwd, logFile, whenOrphaned = "kill -s KILL $$" } = options;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "sh", logFile, whenOrphaned, ...command],
    ...(cwd === undefined ? {} : { cwd }),
    clearEnv: true,
    env: { ...options.env },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    // Its own process group: Ctrl-C reaches only the cluster, which ends its tasks in order.
    detached: true,
  }).spawn();
  let isOver = false;
  const exited = tellWatcherAtEnd(child, () => isOver = true).then(({ code }) => code);
  return {
    pid: child.pid,
    exited,
    async stop(timeoutMs) {
      if (!isOver) child.kill("SIGTERM");
      const timer = setTimeout(() => !isOver && child.kill("SIGKILL"), timeoutMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
