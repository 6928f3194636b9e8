/**
 * A local process that ends with the process that started it, even when that one is killed.
 *
 * @module
 */

import { join } from "node:path";

/** What to run. */
export interface SupervisedOptions {
  readonly command: readonly string[];
  /** Belongs to the process: its log goes there, and it is removed should the parent crash. */
  readonly folder: string;
  /** The process serves once its log has this text. */
  readonly readyText: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of shared libraries that are not installed. */
  readonly libraries?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** How to end it; default SIGKILL, as the data of these services is thrown away. */
  readonly endSignal?: "SIGKILL" | "SIGQUIT" | "SIGTERM";
}

/** A process that serves. */
export interface SupervisedProcess {
  readonly pid: number;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** Ends it with SIGKILL and resolves once it is gone. */
  kill(): Promise<void>;
  /** Ends it with its end signal, with SIGKILL should that not do, and resolves once it is gone. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const POLL_MS = 10;
const END_WITHIN_MS = 5_000;

// The shell leaves a watcher behind and becomes the service, so that the pid is the service's own.
// The watcher reads the parent's end of standard input: a line says that all is well, the end of
// the stream that the parent is gone. Waiting for SIGKILL gives SIGQUIT time to work.
const SCRIPT = `
exec 3<&0 </dev/null
( read -r line <&3 && exit 0
  kill -s "$END_SIGNAL" $$; sleep 1; kill -s KILL $$; rm -rf -- "$FOLDER"
) >/dev/null 2>&1 &
exec 3<&- >>"$FOLDER/log" 2>&1
if [ -n "$LIBRARIES" ]; then export LD_LIBRARY_PATH="$LIBRARIES"; fi
exec "$@"`;

/**
 * Resolves with how a child ended, once the watcher beside it, which reads its standard input, knows
 * that there is nothing to end. `onEnd` is called before.
 */
export async function tellWatcherAtEnd(
  child: Deno.ChildProcess,
  onEnd: () => void,
): Promise<Deno.CommandStatus> {
  const watcher = child.stdin.getWriter();
  const status = await child.status;
  onEnd();
  // Without a watcher to read the line there is nobody to tell.
  await watcher.write(new TextEncoder().encode("ended\n")).catch(() => {});
  await watcher.close().catch(() => {});
  return status;
}

/** Starts a process and resolves once its log says that it serves. Throws with its last words otherwise. */
export async function startSupervised(options: SupervisedOptions): Promise<SupervisedProcess> {
  const endSignal = options.endSignal ?? "SIGKILL";
  const log = join(options.folder, "log");
  const logStart = await sizeOf(log);
  const child = new Deno.Command("sh", {
    args: ["-c", SCRIPT, "sh", ...options.command],
    env: {
      ...options.env,
      FOLDER: options.folder,
      END_SIGNAL: endSignal.slice(3),
      LIBRARIES: options.libraries ?? "",
    },
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    cwd: options.folder,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    // Its own process group: Ctrl-C reaches only the parent, which ends what it started in order.
    detached: true,
  }).spawn();
  let ended = false;
  const gone = tellWatcherAtEnd(child, () => ended = true);
  // A program that opened a service and forgot it can still end; the watcher then ends the service.
  child.unref();
  const process: SupervisedProcess = {
    pid: child.pid,
    signal: (name) => child.kill(name),
    kill: () => end("SIGKILL"),
    stop: () => end(endSignal),
  };

  async function end(signal: Deno.Signal): Promise<void> {
    if (ended) return;
    child.ref();
    child.kill(signal);
    // A frozen process hears only SIGKILL.
    if (signal !== "SIGKILL") child.kill("SIGCONT");
    const timer = setTimeout(() => !ended && child.kill("SIGKILL"), END_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }

  const deadline = Date.now() + READY_WITHIN_MS;
  while (true) {
    const text = (await Deno.readTextFile(log).catch(() => "")).slice(logStart);
    if (text.includes(options.readyText)) return process;
    if (ended || Date.now() > deadline) {
      await end("SIGKILL");
      const state = ended ? "it ended" : `not ready within ${READY_WITHIN_MS} ms`;
      const words = text.trim().split("\n").slice(-15).join("\n");
      throw new Error(`Cannot start "${options.command[0]}": ${state}\n${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.readTextFile(path)).length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
