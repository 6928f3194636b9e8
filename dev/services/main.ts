// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Starts services and stays until its standard input ends or a signal comes, then stops what it
 * started: `deno run --config tests/deno.json dev/services/main.ts kafka redis`.
 *
 * Lines for people go to standard error. One line of JSON with the addresses as environment
 * variables goes to standard output once all serve.
 *
 * @module
 */

import { openServices } from "./provider.ts";
import { SERVICE_NAMES, type ServiceName } from "./service.ts";

async function main(): Promise<number> {
  const wanted = Deno.args.filter(isServiceName);
  if (wanted.length === 0 || wanted.length < Deno.args.length) {
    console.error(`Usage: main.ts [${SERVICE_NAMES.join("] [")}]`);
    return 64;
  }
  const told = toldToStop();
  try {
    const opening = openServices({ wanted, say: (line) => console.error(line) });
    // Told while something is still downloading: what was started ends with this process.
    await using services = await Promise.race([opening, told]);
    if (services === undefined) return 0;
    console.log(JSON.stringify(services.env));
    await told;
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

function isServiceName(text: string): text is ServiceName {
  return SERVICE_NAMES.some((name) => name === text);
}

/** Resolves at SIGINT, at SIGTERM, and when whoever started this program is gone. */
function toldToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = () => resolve(undefined);
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
    void Deno.stdin.readable.pipeTo(new WritableStream()).then(stop, stop);
  });
}

Deno.exit(await main());
