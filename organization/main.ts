/**
 * The organization service as a process of its own, from the environment alone.
 *
 * @module
 */

import { runService } from "@cauce/platform";
import { migrateOrganization, startOrganization } from "./app.ts";
import { parseOrganizationConfig } from "./config.ts";

await runService({
  name: "organization",
  parse: (env) => parseOrganizationConfig(env, { forbidMemory: true }),
  start: startOrganization,
  migrate: migrateOrganization,
});
