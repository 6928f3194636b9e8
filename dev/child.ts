/**
 * A child process that ends with its parent: it is told to by SIGTERM, and notices by the end of
 * its standard input when the parent was killed.
 *
 * @module
 */

/** A running child. Disposing it asks it to end and waits until it did. */
export interface Child extends AsyncDisposable {
  readonly status: Promise<Deno.CommandStatus>;
  /** The child's standard output, where it was asked for. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
}

/** What to run and with what. */
export interface ChildOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdout?: "inherit" | "piped";
}

/** Starts this Deno with other arguments. */
export function spawnDeno(options: ChildOptions): Child {
  const stdout = options.stdout ?? "inherit";
  const process = new Deno.Command(Deno.execPath(), {
    args: [...options.args],
    env: { ...options.env },
    stdin: "piped",
    stdout,
    stderr: "inherit",
    // Its own process group: Ctrl-C reaches only the parent, which ends the children in order.
    detached: true,
  }).spawn();
  let ended = false;
  const status = process.status.finally(() => ended = true);
  return {
    status,
    stdout: stdout === "piped" ? process.stdout : undefined,
    async [Symbol.asyncDispose]() {
      if (!ended) process.kill("SIGTERM");
      await status;
    },
  };
}

/** Calls back when standard input ends: the parent is gone. Keeps no process alive. */
export async function onParentGone(callback: () => void): Promise<void> {
  try {
    for await (const _ of Deno.stdin.readable) {
      // Nothing is expected from the parent.
    }
  } catch {
    // A broken pipe says the same as its end.
  }
  callback();
}
