// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task pack`: writes the npm package of `messaging/` into `npm/`.
 *
 * @module
 */

import { stop } from "esbuild";
import { readOptions } from "../command_line.ts";
import { packMessaging } from "./pack.ts";

const USAGE = `Writes the npm package of messaging/ into npm/.

deno task pack [options]
  --allow-dirty  also with changes that are not committed
  -h, --help     this text`;

const values = readOptions({ "allow-dirty": { type: "boolean", default: false } }, USAGE);
console.log(await packMessaging({ folder: "npm", allowDirty: values["allow-dirty"] }));
await stop();
