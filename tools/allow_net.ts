// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Prints the flag that lets a service connect where the environment says: for `deno task start:…`.
 *
 * @module
 */

import { allowNet, serviceNames } from "./service_permissions.ts";

const service = serviceNames.find((name) => name === Deno.args[0]);
if (service === undefined) {
  console.error(`Name a service: ${serviceNames.join(", ")}`);
  Deno.exit(2);
}
console.log(allowNet(service, Deno.env.toObject()));
