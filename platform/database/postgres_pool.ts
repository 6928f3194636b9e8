/**
 * A pool of connections to PostgreSQL that replaces every one that is lost.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { DatabaseUnavailableError } from "./errors.ts";
import { addressOfPostgres } from "./postgres_connection.ts";
import {
  createPostgresSession,
  type PostgresSession,
  SILENCE_BEYOND_MS,
} from "./postgres_session.ts";

/** Lends sessions. */
export interface PostgresPool {
  /** Lends one to `work`, and waits while all are lent. */
  use<T>(work: (session: PostgresSession) => Promise<T>): Promise<T>;
  /** Lends no more, and resolves when what was lent is back, or after five seconds. */
  end(): Promise<void>;
}

/** What a pool differs in. */
export interface PostgresPoolOptions {
  readonly ca: string | undefined;
  readonly connections: number;
  readonly statementTimeoutMs: number;
  readonly logger: Logger;
}

/** A lent session waits for its work; without end it would hold up the process. */
const END_WITHIN_MS = 5_000;
/** A server that moved is found again, though the old one still answers. */
const MAX_AGE_MS = 30 * 60_000;

/** Prepares a pool; its sessions connect as they are needed. */
export function createPostgresPool(url: string, options: PostgresPoolOptions): PostgresPool {
  const { ca, connections, statementTimeoutMs, logger } = options;
  const address = addressOfPostgres(url);
  const born = new Map<PostgresSession, number>();
  const idle = new Set<PostgresSession>();
  const waiting = new Set<PromiseWithResolvers<PostgresSession>>();
  const allGone = Promise.withResolvers<void>();
  let isEnding = false;

  function create(): PostgresSession {
    const session = createPostgresSession(url, {
      ca,
      statementTimeoutMs,
      onSilence: loseAll,
      onLost(lost) {
        born.delete(lost);
        idle.delete(lost);
        if (isEnding && born.size === 0) allGone.resolve();
        const [first] = waiting;
        if (first !== undefined && !isEnding) lend(first, create());
      },
    });
    born.set(session, performance.now());
    return session;
  }

  /** One silent connection tells that the network is cut; TCP itself would notice only after minutes. */
  function loseAll(): void {
    logger.warn("Replaced the connections to a silent database", { address });
    loseEach("it is silent");
  }

  function loseEach(state: string): void {
    const reason = new DatabaseUnavailableError(address, state);
    for (const session of [...born.keys()]) session.lose(reason);
  }

  function lend(waiter: PromiseWithResolvers<PostgresSession>, session: PostgresSession): void {
    waiting.delete(waiter);
    waiter.resolve(session);
  }

  async function take(): Promise<PostgresSession> {
    if (isEnding) throw new DatabaseUnavailableError(address, "CONNECTION_ENDED");
    const [free] = idle;
    if (free !== undefined) {
      idle.delete(free);
      return free;
    }
    if (born.size < connections) return create();
    const waiter = Promise.withResolvers<PostgresSession>();
    waiting.add(waiter);
    const timer = setTimeout(() => {
      waiting.delete(waiter);
      waiter.reject(new DatabaseUnavailableError(address, "all connections are in use"));
    }, statementTimeoutMs + SILENCE_BEYOND_MS);
    try {
      return await waiter.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  function giveBack(session: PostgresSession): void {
    if (session.isLost) return;
    const isOld = performance.now() - (born.get(session) ?? 0) > MAX_AGE_MS;
    if (isEnding || isOld) return void session.end();
    const [first] = waiting;
    if (first !== undefined) lend(first, session);
    else idle.add(session);
  }

  return {
    async use(work) {
      const session = await take();
      try {
        return await work(session);
      } finally {
        giveBack(session);
      }
    },
    async end() {
      isEnding = true;
      for (const waiter of waiting) {
        waiter.reject(new DatabaseUnavailableError(address, "CONNECTION_ENDED"));
      }
      waiting.clear();
      if (born.size === 0) return;
      for (const session of idle) void session.end();
      const timer = setTimeout(() => loseEach("CONNECTION_ENDED"), END_WITHIN_MS);
      await allGone.promise;
      clearTimeout(timer);
    },
  };
}
