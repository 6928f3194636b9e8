// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task ecs:image`: builds an image of a service from this checkout, for `deno task ecs:local`.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LOCAL_ENVIRONMENT } from "../scripts/environment.ts";
import { LOCAL_SERVICES } from "./local_platform.ts";
import { openRuntime } from "./runtime/open_runtime.ts";
import { readRuntime } from "./runtime/runtime_option.ts";

const USAGE = `Builds an image for deno task ecs:local and prints its name.

deno task ecs:image SERVICE [options]
  --env NAME=VALUE   more of the image's environment: enough to be another version
  --runtime R        process (default) or docker: what is to run it
  -h, --help         this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runtime: { type: "string", default: "process" },
    env: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", short: "h", default: false },
  },
});
const service = LOCAL_SERVICES.find((known) => known === positionals[0]);
const pairs = values.env.map((pair) => /^([A-Z_][A-Z0-9_]*)=(.*)$/.exec(pair));
if (values.help || !service || pairs.includes(null)) {
  console.error(USAGE);
  Deno.exit(values.help ? 0 : 64);
}
const name = await readRuntime(values.runtime, USAGE);
const runtime = await openRuntime(name, { folder: resolve(dirname(LOCAL_ENVIRONMENT)) });
const root = fileURLToPath(new URL("../..", import.meta.url));
const from = await runtime.build(service, { root });
const env = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
console.log(pairs.length === 0 ? from : await runtime.derive({ from, env }));
