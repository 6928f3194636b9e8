/**
 * The issuer's public keys, read from its JWKS address and kept.
 *
 * A request waits for the issuer only where no key is known that could fit. Known keys go on working
 * while the issuer is out of reach, for a day; they are read again behind the request's back.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { KeysUnavailableError } from "./errors.ts";
import { fetchJson } from "./fetch_json.ts";

/** Where the keys are, and how long they hold. */
export interface RemoteKeysOptions {
  readonly url: string;
  readonly logger: Logger;
  /** In ms. `Date.now` without it. */
  readonly now?: () => number;
  /** How long the issuer may take. */
  readonly timeoutMs?: number;
}

/** The keys of one issuer. */
export interface RemoteKeys {
  /** Finds the key of a token. Throws a `KeysUnavailableError` where only the issuer could tell. */
  readonly find: JWTVerifyGetKey;
  /** Rejects when the keys could not be read the last time. */
  check(): Promise<void>;
}

/** Older keys are read again, while they are used. */
const MAX_AGE_MS = 10 * 60_000;
/** Older ones are used no more, whoever keeps the issuer out of reach. */
const KEEP_MS = 24 * 60 * 60_000;
/** Between two reads because of a key that is not known: anybody can name one. */
const COOLDOWN_MS = 30_000;
/** Between two reads while they fail. */
const RETRY_MS = 1000;
const TIMEOUT_MS = 3000;
const MAX_BYTES = 256 * 1024;

interface Held {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly readAt: number;
}

/** Reads nothing before the first token comes. */
export function remoteKeys(options: RemoteKeysOptions): RemoteKeys {
  const { url, logger, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  let held: Held | undefined;
  let failure: { readonly error: KeysUnavailableError; readonly at: number } | undefined;
  let reading: Promise<Held> | undefined;

  async function read(): Promise<Held> {
    try {
      const keys = await fetchKeys(url, timeoutMs);
      if (failure) logger.info("Read the issuer's keys again", { url });
      failure = undefined;
      return held = { find: createLocalJWKSet(keys), readAt: now() };
    } catch (cause) {
      const error = new KeysUnavailableError(messageOf(cause), { cause });
      logger.warn("Failed to read the issuer's keys", { url, error });
      failure = { error, at: now() };
      throw error;
    }
  }

  /** One read at a time, and none right after one that failed. */
  function readOnce(): Promise<Held> {
    if (failure && now() - failure.at < RETRY_MS) return Promise.reject(failure.error);
    return reading ??= read().finally(() => reading = undefined);
  }

  async function usable(): Promise<Held> {
    const ageMs = held ? now() - held.readAt : Infinity;
    if (held === undefined || ageMs >= KEEP_MS) return await readOnce();
    // The log has what went wrong; these keys go on working.
    if (ageMs >= MAX_AGE_MS) readOnce().catch(() => {});
    return held;
  }

  return {
    async find(header, token) {
      const known = await usable();
      try {
        return await known.find(header, token);
      } catch (error) {
        const isUnknown = error instanceof errors.JWKSNoMatchingKey;
        if (!isUnknown || now() - known.readAt < COOLDOWN_MS) throw error;
        const fresh = await readOnce();
        return await fresh.find(header, token);
      }
    },
    async check() {
      if (failure && failure.at + RETRY_MS < now()) await readOnce();
      if (failure) throw failure.error;
    },
  };
}

async function fetchKeys(url: string, timeoutMs: number): Promise<JSONWebKeySet> {
  const { status, body } = await fetchJson(url, { timeoutMs, maxBytes: MAX_BYTES });
  if (status !== 200) throw new Error(`status ${status}`);
  return body as JSONWebKeySet;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
