/**
 * The licensing service as a process of its own, from the environment alone.
 *
 * @module
 */

import { createLogger, exitOnConfigError, serve } from "@cauce/platform";
import { DatabaseUnavailableError } from "@cauce/platform/database";
import { startLicensing } from "./app.ts";
import { parseLicensingConfig } from "./config.ts";

/** `EX_UNAVAILABLE` of sysexits: starting again later may help. */
const UNAVAILABLE_EXIT_CODE = 69;

try {
  const config = parseLicensingConfig(Deno.env.toObject(), { forbidMemory: true });
  const { LOG_LEVEL, LOG_FORMAT, SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS } = config.settings;
  const logger = createLogger({ service: "licensing", level: LOG_LEVEL, format: LOG_FORMAT });
  const { parts, server } = await startLicensing(config, {
    logger,
    listen: (options) =>
      serve({ ...options, shutdownDelayMs: SHUTDOWN_DELAY_MS, shutdownGraceMs: SHUTDOWN_GRACE_MS }),
  });
  logger.info("Started licensing", { url: server.url });
  const refused = await parts.messaging.fatal;
  logger.error("Stopped: a binding was refused", { error: refused });
  Deno.exit(1);
} catch (error) {
  if (!(error instanceof DatabaseUnavailableError)) exitOnConfigError(error);
  await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
  Deno.exit(UNAVAILABLE_EXIT_CODE);
}
