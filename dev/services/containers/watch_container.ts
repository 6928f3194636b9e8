/**
 * Removes a container when the process that started it is gone, however that ended.
 *
 * @module
 */

import type { Engine } from "./engine.ts";

/** A watcher beside a container. */
export interface ContainerWatcher {
  /** Lets the watcher go: the container is removed already. */
  release(): Promise<void>;
}

const SCRIPT = 'if ! read -r line; then "$@" >/dev/null 2>&1; fi';

/** Starts a watcher. Where the engine's program is not installed, testcontainers' reaper watches. */
export function watchContainer(
  { commandLine }: Pick<Engine, "commandLine">,
  id: string,
): ContainerWatcher {
  if (!commandLine) return { release: () => Promise.resolve() };
  const child = new Deno.Command("sh", {
    args: ["-c", SCRIPT, "sh", ...commandLine, "rm", "--force", "--volumes", id],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    // Ctrl-C is the parent's; the watcher learns of its end by the end of standard input.
    detached: true,
  }).spawn();
  child.unref();
  const input = child.stdin.getWriter();
  let released = false;
  return {
    async release() {
      if (released) return;
      released = true;
      child.ref();
      await input.write(new TextEncoder().encode("removed\n"));
      await input.close();
      await child.status;
    },
  };
}
