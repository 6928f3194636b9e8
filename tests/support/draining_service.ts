/**
 * A process served by the platform and nothing else, for tests that end it by signals.
 *
 * `GET /slow` answers after `SLOW_MS`. `HANG=1` gives it a part that never stops.
 *
 * @module
 */

import { createLogger, createReadiness, exitOnConfigError, named, serve } from "@cauce/platform";
import { addHealthRoutes, createHttpApp } from "@cauce/platform/http";

const env = Deno.env.toObject();
const logger = createLogger({ service: "draining", level: "info", format: "json" });
const readiness = createReadiness();
const app = createHttpApp({ title: "Draining", version: "1", logger });
addHealthRoutes(app, { readiness });
app.get("/slow", async (c) => {
  logger.info("Began slow request");
  await new Promise((resolve) => setTimeout(resolve, Number(env.SLOW_MS)));
  return c.text("late");
});

try {
  serve({
    app,
    host: "127.0.0.1",
    port: Number(env.PORT ?? 0),
    readiness,
    logger,
    shutdownDelayMs: Number(env.SHUTDOWN_DELAY_MS ?? 0),
    shutdownGraceMs: Number(env.SHUTDOWN_GRACE_MS ?? 5_000),
    stop: [
      named("sink", {
        [Symbol.asyncDispose]: () => env.HANG ? new Promise(() => {}) : Promise.resolve(),
      }),
    ],
  });
} catch (error) {
  exitOnConfigError(error);
}
