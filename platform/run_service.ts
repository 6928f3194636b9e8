/**
 * The whole life of a service process: read the environment, start, serve, end with a code that a
 * supervisor understands.
 *
 * @module
 */

import type { Logger, Messaging } from "@cauce/messaging";
import { isFatal } from "@cauce/messaging";
import type { Env } from "./config.ts";
import { DatabaseUnavailableError } from "./database/errors.ts";
import { CONFIG_EXIT_CODE, exitOnConfigError } from "./exit.ts";
import { createLogger } from "./logger.ts";
import { serve } from "./serve.ts";
import type { Server, ServerOptions } from "./server.ts";

/** What `runService` itself needs of a service's configuration. */
export interface RunnableConfig {
  /** As `commonSettings` reads them. */
  readonly settings: {
    readonly LOG_LEVEL: "debug" | "info" | "warn" | "error";
    readonly LOG_FORMAT: "json" | "pretty";
    readonly SHUTDOWN_DELAY_MS: number;
    readonly SHUTDOWN_GRACE_MS: number;
  };
}

/** How a started service hands back what the process watches. */
export interface StartedService {
  /** Of which the process watches whether a binding was refused for good. */
  readonly parts: { readonly messaging: Pick<Messaging, "fatal"> };
  /** Listens already. */
  readonly server: Server;
}

/** What starts one service. */
export interface RunServiceOptions<Config extends RunnableConfig> {
  /** The service's, in logs. */
  readonly name: string;
  /** Throws a `ConfigError` with every problem. */
  readonly parse: (env: Env) => Config;
  /** Opens everything and listens; what it throws ends the process. */
  readonly start: (
    config: Config,
    options: { logger: Logger; listen: (options: ServerOptions) => Server },
  ) => Promise<StartedService>;
  /** Brings the database to the schema that the service expects; the names of what was applied. */
  readonly migrate?: (config: Config, options: { logger: Logger }) => Promise<readonly string[]>;
}

/** The argument of a process that migrates and ends. */
const MIGRATE = "migrate";

/** `EX_UNAVAILABLE` of sysexits: starting again later may help. */
const UNAVAILABLE_EXIT_CODE = 69;

/**
 * Runs a service until it ends; with the argument `migrate`, only until its database has its schema.
 * Exit codes: 0 after SIGTERM or the migration, 69 when its database cannot be reached, 78 when its
 * configuration is wrong or a binding is refused for good, else 1.
 */
export async function runService<Config extends RunnableConfig>(
  { name, parse, start, migrate }: RunServiceOptions<Config>,
): Promise<never> {
  try {
    const config = parse(Deno.env.toObject());
    const { LOG_LEVEL, LOG_FORMAT, SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS } = config.settings;
    const logger = createLogger({ service: name, level: LOG_LEVEL, format: LOG_FORMAT });
    if (migrate && Deno.args[0] === MIGRATE) {
      const applied = await migrate(config, { logger });
      logger.info("Migrated the database", { applied });
      return Deno.exit(0);
    }
    const { parts, server } = await start(config, {
      logger,
      listen: (options) =>
        serve({
          ...options,
          shutdownDelayMs: SHUTDOWN_DELAY_MS,
          shutdownGraceMs: SHUTDOWN_GRACE_MS,
        }),
    });
    logger.info(`Started ${name}`, { url: server.url });
    const refused = await parts.messaging.fatal;
    logger.error("Stopped: a binding was refused", { error: refused });
    return Deno.exit(isFatal(refused) ? CONFIG_EXIT_CODE : 1);
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError)) return exitOnConfigError(error);
    await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
    return Deno.exit(UNAVAILABLE_EXIT_CODE);
  }
}
