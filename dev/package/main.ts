// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task pack`: writes the npm package of `messaging/` into `npm/`.
 *
 * @module
 */

import { stop } from "esbuild";
import { parseArgs } from "node:util";
import { packMessaging } from "./pack.ts";

const { values } = parseArgs({
  options: { "allow-dirty": { type: "boolean", default: false } },
});
console.log(await packMessaging({ folder: "npm", allowDirty: values["allow-dirty"] }));
await stop();
