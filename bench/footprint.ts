// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task bench:footprint`: what one service process costs: time until it is ready, memory at
 * that moment, processor time while nothing happens. Reads `/proc`, so it runs on Linux alone.
 *
 * @module
 */

import { readOptions, refuse } from "../dev/command_line.ts";
import { openServices } from "../dev/services/provider.ts";
import { cpuMsOf, residentMbOf } from "./proc.ts";

const USAGE = `Measures start-up, memory and idle processor time of each service.

deno task bench:footprint [options]
  --binder NAME   kafka or redis (redis)
  --idle SECONDS  how long to watch the idle process (10)
  -h, --help      this text`;

const READY_WITHIN_MS = 30_000;
const SETTLE_MS = 3_000;

interface Footprint {
  readonly readyMs: number;
  readonly residentMb: number;
  readonly idlePercent: number;
}

async function measure(
  service: string,
  { env, idleMs }: { readonly env: Readonly<Record<string, string>>; readonly idleMs: number },
): Promise<Footprint> {
  const begun = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", `--permission-set=${service}`, "--allow-net"],
      `${service}/main.ts`,
    ],
    env: { ...env },
    stdin: "null",
    stdout: "null",
  }).spawn();
  try {
    await isReady(`http://127.0.0.1:${env["PORT"]}/health/ready`);
    const readyMs = performance.now() - begun;
    const residentMb = await residentMbOf(process.pid);
    // Compilation and the binding of the broker go on for a moment after the service is ready.
    await pause(SETTLE_MS);
    const before = await cpuMsOf(process.pid);
    await pause(idleMs);
    const cpuMs = await cpuMsOf(process.pid) - before;
    return { readyMs, residentMb, idlePercent: cpuMs / idleMs * 100 };
  } finally {
    process.kill("SIGTERM");
    await process.status;
  }
}

async function isReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // It does not listen yet.
    }
    await pause(5);
  }
  throw new Error(`Cannot reach ${url}: not ready within ${READY_WITHIN_MS} ms`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function freePort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return String(listener.addr.port);
}

async function main(): Promise<number> {
  const { binder, idle } = readOptions({
    binder: { type: "string", default: "redis" },
    idle: { type: "string", default: "10" },
  }, USAGE);
  const idleMs = Number(idle) * 1000;
  if (binder !== "kafka" && binder !== "redis") refuse(`There is no binder "${binder}"`, USAGE);
  if (!(idleMs > 0)) refuse(`"${idle}" is no number of seconds`, USAGE);
  await using services = await openServices({
    wanted: binder === "kafka" ? ["kafka", "redis"] : ["redis"],
    say: (line) => console.error(line),
  });
  const folder = await Deno.makeTempDir({ dir: await dataFolder(), prefix: "footprint-" });
  try {
    for (const service of ["organization", "licensing"]) {
      const env = {
        ...services.env,
        AUTH: "open",
        HOST: "127.0.0.1",
        PORT: freePort(),
        SHUTDOWN_DELAY_MS: "0",
        MESSAGING_BINDER: binder,
        DATABASE_URL: `sqlite:${folder}/${service}.sqlite`,
      };
      const { readyMs, residentMb, idlePercent } = await measure(service, { env, idleMs });
      console.log(
        `${service} on ${binder}: ready in ${readyMs.toFixed(0)} ms, ` +
          `${residentMb.toFixed(0)} MB resident, idle ${idlePercent.toFixed(2)} % of a core`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return 0;
}

/** Where the services' permissions let them write. */
async function dataFolder(): Promise<string> {
  const path = new URL("../.data", import.meta.url).pathname;
  await Deno.mkdir(path, { recursive: true });
  return path;
}

Deno.exit(await main());
