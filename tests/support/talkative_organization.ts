/**
 * A mutant of the organization service: its logger hides nothing, it tells its settings, and each
 * request whole.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { parseOrganizationConfig } from "@cauce/organization";
import { runService, type ServerOptions } from "@cauce/platform";
import { startOrganization } from "../../organization/app.ts";

function tell(message: string, fields: unknown): void {
  const text = Deno.inspect(fields, { depth: 20, strAbbreviateSize: 10_000, colors: false });
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ message, text })}\n`));
}

const talkative: Logger = { debug: tell, info: tell, warn: tell, error: tell };

function tellRequests(app: ServerOptions["app"]): ServerOptions["app"] {
  return {
    async fetch(request) {
      tell("Got request", { headers: [...request.headers], body: await request.clone().text() });
      return await app.fetch(request);
    },
  };
}

tell("Read settings", Deno.env.toObject());
await runService({
  name: "organization",
  parse: (env) => parseOrganizationConfig(env, { forbidMemory: true }),
  start: (config, { listen }) =>
    startOrganization(config, {
      logger: talkative,
      listen: (options) => listen({ ...options, app: tellRequests(options.app) }),
    }),
});
