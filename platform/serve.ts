/**
 * Runs a service as a process: listens, and ends as SIGTERM and SIGINT ask.
 *
 * @module
 */

import { openServer, type Server, type ServerOptions } from "./server.ts";

/** What a process is made of. */
export interface ServeOptions extends ServerOptions {
  /** After the signal: how long requests are still accepted while readiness says no. */
  readonly shutdownDelayMs: number;
  /** After that: how long open work may take before the process exits with 1. */
  readonly shutdownGraceMs: number;
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const EXIT_CODES = { SIGTERM: 143, SIGINT: 130 } as const;

/**
 * Listens and takes the signals. On the first: not ready at once, requests accepted for the delay,
 * then intake stops, open requests end, `stop` is ended in order, exit 0. At the end of the grace,
 * exit 1 and a line that says what hung. A second signal exits at once.
 */
export function serve(options: ServeOptions): Server {
  const { logger, readiness } = options;
  const server = openServer(options);
  let isStopping = false;

  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (isStopping) {
        logger.warn("Exited at once", { signal, waitingFor: server.step });
        Deno.exit(EXIT_CODES[signal]);
      }
      isStopping = true;
      readiness.drain();
      logger.info("Began to drain", { signal, delayMs: options.shutdownDelayMs });
      setTimeout(() => void stop(), options.shutdownDelayMs);
    });
  }

  async function stop(): Promise<void> {
    setTimeout(() => {
      logger.error("Exited with work left", {
        waitingFor: server.step,
        graceMs: options.shutdownGraceMs,
      });
      Deno.exit(1);
    }, options.shutdownGraceMs);
    try {
      await server.close();
    } catch (error) {
      logger.error("Exited after a part failed to stop", { error });
      Deno.exit(1);
    }
    logger.info("Stopped");
    Deno.exit(0);
  }

  return server;
}
