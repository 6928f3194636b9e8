/**
 * One connection to PostgreSQL, lent to one caller at a time, and gone for good once it was lost.
 *
 * The driver would connect again by itself. A statement that was on its way is then sent to the new
 * connection in front of the start-up message, and one that follows finds no socket and ends the process;
 * so a session that was lost is never used again.
 *
 * @module
 */

import type { SqlValue } from "./database.ts";
import { DatabaseUnavailableError } from "./errors.ts";
import { connectPostgres, toPortError } from "./postgres_connection.ts";

/** A statement and what stands for `$1`, `$2`, … in it. */
export interface Statement {
  readonly text: string;
  readonly parameters?: readonly SqlValue[];
}

/** A connection; it connects with its first statement. */
export interface PostgresSession {
  /** Nothing that is asked of it will be answered. */
  readonly isLost: boolean;
  /** Rejects with `DatabaseUnavailableError` as soon as the connection is lost. */
  ask<Row extends object>(statement: Statement): Promise<Row[]>;
  /** Gives it up: what is open rejects with the reason. */
  lose(reason: Error): void;
  /** Closes it in order. Nothing may be open. */
  end(): Promise<void>;
}

/** What one session differs in. */
export interface PostgresSessionOptions {
  readonly ca: string | undefined;
  readonly statementTimeoutMs: number;
  /** No answer came for longer than the server itself lets a statement run. */
  readonly onSilence: () => void;
  readonly onLost: (session: PostgresSession) => void;
}

/** The server's own limit comes first, so that silence means that the server cannot be heard. */
export const SILENCE_BEYOND_MS = 2_000;
const LAST_WORDS_S = 1;

/** Prepares a session. */
export function createPostgresSession(
  url: string,
  { ca, statementTimeoutMs, onSilence, onLost }: PostgresSessionOptions,
): PostgresSession {
  let isLost = false;
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {/* whoever asks is told */});
  const { sql, address } = connectPostgres(url, {
    ca,
    connections: 1,
    statementTimeoutMs,
    onclose: () => session.lose(new DatabaseUnavailableError(address, "CONNECTION_CLOSED")),
  });

  const session: PostgresSession = {
    get isLost() {
      return isLost;
    },
    async ask<Row extends object>({ text, parameters = [] }: Statement) {
      // The driver would connect anew, outside of any transaction.
      if (isLost) return await lost.promise;
      const timer = setTimeout(onSilence, statementTimeoutMs + SILENCE_BEYOND_MS);
      try {
        const answer = sql.unsafe<Row[]>(text, [...parameters], { prepare: true });
        return Array.from(await Promise.race([answer, lost.promise]));
      } catch (cause) {
        const error = toPortError(cause, address);
        // Also where the server said so and has not closed the connection yet.
        if (error instanceof DatabaseUnavailableError) session.lose(error);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    lose(reason) {
      if (isLost) return;
      isLost = true;
      lost.reject(reason);
      void sql.end({ timeout: 0 });
      onLost(session);
    },
    async end() {
      await sql.end({ timeout: LAST_WORDS_S });
      session.lose(new DatabaseUnavailableError(address, "CONNECTION_ENDED"));
    },
  };
  return session;
}
