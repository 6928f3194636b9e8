// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task ecs:image`: builds an image of a service from this checkout, for `deno task ecs:local`.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LOCAL_ENVIRONMENT } from "../scripts/environment.ts";
import { openImageStore } from "./images/image_store.ts";
import { LOCAL_SERVICES } from "./local_platform.ts";

const USAGE = `Builds an image for deno task ecs:local and prints its name.

deno task ecs:image SERVICE [--env NAME=VALUE …]
  --env        more of the image's environment: enough to be another version
  -h, --help   this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
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
const store = openImageStore(join(resolve(dirname(LOCAL_ENVIRONMENT)), "images"));
const root = fileURLToPath(new URL("../..", import.meta.url));
const from = await store.build(service, { root });
const env = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
console.log(pairs.length === 0 ? from : await store.derive({ from, env }));
