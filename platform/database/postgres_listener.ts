/**
 * Listens for other processes' commits on a connection of its own, and gets it back when it is lost.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { connectPostgres } from "./postgres_connection.ts";
import { createTopics } from "./topics.ts";

/** The one NOTIFY channel; its payload is the topic. */
export const WAKE_CHANNEL = "cauce_wake";

/** Listens while someone does. Disposing it ends the connection. */
export interface PostgresListener extends AsyncDisposable {
  listen(topic: string, wake: () => void): Promise<AsyncDisposable>;
}

const MAX_RETRY_MS = 2_000;
/** A connection that was cut in silence says nothing, so it is asked. */
const HEARTBEAT_MS = 5_000;
const HEARTBEAT_TIMEOUT_MS = 3_000;

/** Connects with the first listener. While the server is away it tries again for ever. */
export function createPostgresListener(
  url: string,
  { ca, logger }: { readonly ca: string | undefined; readonly logger: Logger },
): PostgresListener {
  const topics = createTopics(logger);
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let listening = Promise.withResolvers<void>();

  async function keepListening(): Promise<void> {
    for (let retryMs = 50; !stop.signal.aborted;) {
      try {
        await listenOnce(() => {
          retryMs = 50;
          listening.resolve();
          // What was committed while nobody listened left no trace.
          topics.wakeAll();
        });
      } catch (error) {
        if (!stop.signal.aborted) logger.warn("Lost the connection that listens", { error });
      }
      listening = Promise.withResolvers();
      await pause(retryMs * (0.5 + Math.random()), stop.signal);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  /** Rejects when the connection is lost; resolves when it is no longer wanted. */
  async function listenOnce(onListening: () => void): Promise<void> {
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => {
      // Raced against below; it may also be rejected after that race was decided.
    });
    const { sql } = connectPostgres(url, {
      ca,
      connections: 1,
      statementTimeoutMs: HEARTBEAT_TIMEOUT_MS,
      onnotify: (channel, topic) => channel === WAKE_CHANNEL && topics.wake(topic),
      onclose: () => lost.reject(new Error("The connection was closed")),
    });
    try {
      await Promise.race([sql.unsafe(`LISTEN ${WAKE_CHANNEL}`), lost.promise]);
      onListening();
      while (!stop.signal.aborted) {
        await Promise.race([pause(HEARTBEAT_MS, stop.signal), lost.promise]);
        const beat = sql.unsafe("SELECT 1").then(() => true);
        const answered = await Promise.race([beat, lost.promise, noAnswer(stop.signal)]);
        if (!answered) throw new Error(`No answer within ${HEARTBEAT_TIMEOUT_MS} ms`);
      }
    } finally {
      // Not waited for: a connection that was cut in silence does not say that it has ended.
      void sql.end({ timeout: 0 });
    }
  }

  return {
    async listen(topic, wake) {
      const listener = topics.add(topic, wake);
      running ??= keepListening();
      await Promise.race([listening.promise, pause(HEARTBEAT_TIMEOUT_MS, stop.signal)]);
      return {
        [Symbol.asyncDispose]() {
          listener.remove();
          return Promise.resolve();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** Resolves after the time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  const done = () => {
    clearTimeout(timer);
    resolve();
  };
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", done);
    resolve();
  }, ms);
  signal.addEventListener("abort", done, { once: true });
  return promise;
}

async function noAnswer(signal: AbortSignal): Promise<boolean> {
  await pause(HEARTBEAT_TIMEOUT_MS, signal);
  return signal.aborted;
}
