/**
 * What every service process shares: settings, logs, metrics, health, and how it starts and stops.
 *
 * @module
 */

export {
  collectProblems,
  type ConfigDescription,
  defineConfig,
  type DefineConfigOptions,
  describeConfig,
  type Env,
  readConfig,
} from "./config.ts";
export { CONFIG_EXIT_CODE, exitOnConfigError, type ExitOptions } from "./exit.ts";
export { type LagLog, logLag, type LogLagOptions } from "./log_lag.ts";
export { isLoopback } from "./loopback.ts";
export { createLogger, type LoggerOptions, withFields } from "./logger.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { createReadiness, type Readiness } from "./readiness.ts";
export { redact, redactText } from "./redact.ts";
export {
  type RunnableConfig,
  runService,
  type RunServiceOptions,
  type StartedService,
} from "./run_service.ts";
export { serve, type ServeOptions } from "./serve.ts";
export { named, openServer, type Server, type ServerOptions, type Stoppable } from "./server.ts";
export {
  auth,
  authAudience,
  authClockSkewMs,
  authIssuer,
  authJwksUrl,
  commonSettings,
  databaseSslCa,
  databaseUrl,
  devDefaults,
  host,
  httpUrl,
  integer,
  lagLogMs,
  logFormat,
  logLevel,
  oneOf,
  port,
  rateLimitPerSecond,
  rateLimitRedisUrl,
  redisUrl,
  secureUrl,
  shutdownDelayMs,
  shutdownGraceMs,
} from "./settings.ts";
