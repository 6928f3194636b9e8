/**
 * The licensing service as a process of its own, from the environment alone.
 *
 * @module
 */

import { runService } from "@cauce/platform";
import { migrateLicensing, startLicensing } from "./app.ts";
import { parseLicensingConfig } from "./config.ts";

await runService({
  name: "licensing",
  parse: (env) => parseLicensingConfig(env, { forbidMemory: true }),
  start: startLicensing,
  migrate: migrateLicensing,
});
