// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task dev`: starts what the chosen binder needs, then both services in one process, and
 * starts them anew when a source file changes.
 *
 * @module
 */

import { openBrokerServices } from "./broker_services.ts";
import { olderThanNeeded } from "./deno_version.ts";
import { readOptions } from "./command_line.ts";
import { openLocalIssuer, wantsIssuer } from "./local_issuer.ts";
import { runWithReload } from "./reload.ts";
import { wantedServices } from "./wanted_services.ts";

const USAGE = `Starts organization and licensing in one process, for development.

deno task dev [options]
  --no-watch   do not start anew when a source file changes
  --fresh      forget the data of earlier runs (.data/)
  -h, --help   this text

MESSAGING_BINDER=kafka or redis uses that broker, and starts one where no address is set
(KAFKA_BROKERS, REDIS_URL). AUTH=jwt asks callers for access tokens, and starts an issuer of them
where none is named (AUTH_JWKS_URL). All settings: docs/reference/configuration.md`;

/** The folders whose change starts the services anew. */
const SOURCES = ["contracts", "messaging", "platform", "organization", "licensing", "dev"];
const DATA = ".data";
const startedAt = Date.now();

async function main(): Promise<number> {
  const values = readOptions({
    "no-watch": { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
  }, USAGE);
  const tooOld = olderThanNeeded(Deno.version.deno);
  if (tooOld !== undefined) {
    console.error(tooOld);
    return 78;
  }
  if (values.fresh) await forget(DATA);

  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const env = Deno.env.toObject();
  const wanted = wantedServices(env);
  await using services = wanted.length > 0 ? await openBrokerServices(wanted) : undefined;
  await using issuer = wantsIssuer(env) ? await openLocalIssuer() : undefined;
  if (stop.signal.aborted) return 0;
  return await runWithReload({
    args: ["run", "--quiet", "--no-prompt", "--permission-set=dev", "dev/app.ts"],
    env: { ...services?.env, ...issuer?.env, DEV_STARTED_AT: String(startedAt) },
    watch: values["no-watch"] ? [] : SOURCES,
    signal: stop.signal,
    say: (line) => console.error(`dev: ${line}`),
  });
}

async function forget(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

Deno.exit(await main());
