/**
 * Runs the app and starts it anew when a source file changes, ending the old one in order first.
 *
 * @module
 */

import { type Child, spawnDeno } from "./child.ts";

/** What to run, what to watch, and when to stop. */
export interface ReloadOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folders whose `.ts`, `.lua` and `.json` files start the app anew; none: run once. */
  readonly watch: readonly string[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** An editor writes a file in several steps. */
const SETTLE_MS = 100;

/** Resolves with the exit code of the app, or with 0 when it was stopped by the signal. */
export async function runWithReload(options: ReloadOptions): Promise<number> {
  const changes = watchSources(options.watch, options.signal);
  while (true) {
    const app = spawnDeno(options);
    const end = await firstOf(app, changes, options.signal);
    await app[Symbol.asyncDispose]();
    if (end === "stopped") return (await app.status).code;
    if (end === "ended") {
      const { code } = await app.status;
      if (options.watch.length === 0 || code === CONFIG_ERROR) return code;
      options.say(`ended with code ${code}; waiting for a change`);
      if (await Promise.race([changes.next(), aborted(options.signal)]) === undefined) return code;
    }
    options.say("changed, starting again");
  }
}

/** sysexits' EX_CONFIG: no change of a source file mends the environment. */
const CONFIG_ERROR = 78;

async function firstOf(
  app: Child,
  changes: Changes,
  signal: AbortSignal,
): Promise<"ended" | "changed" | "stopped"> {
  return await Promise.race([
    app.status.then(() => "ended" as const),
    changes.next().then(() => "changed" as const),
    aborted(signal).then(() => "stopped" as const),
  ]);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  );
}

/** Resolves with true at the next change; never, when nothing is watched. */
interface Changes {
  next(): Promise<true>;
}

function watchSources(folders: readonly string[], signal: AbortSignal): Changes {
  if (folders.length === 0) return { next: () => new Promise(() => {}) };
  let waiting: ((changed: true) => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = Deno.watchFs([...folders]);
  signal.addEventListener("abort", () => watcher.close(), { once: true });
  void (async () => {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some(isSource)) continue;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake(true);
      }, SETTLE_MS);
    }
  })();
  return { next: () => new Promise((resolve) => waiting.push(resolve)) };
}

function isSource(path: string): boolean {
  return /\.(ts|lua|json)$/.test(path) && !path.endsWith("_test.ts");
}
