/**
 * A service's own access token, from its issuer by client credentials (RFC 6749, 4.4).
 *
 * @module
 */

import { z } from "zod";
import { TokenEndpointError } from "./errors.ts";
import { fetchJson, type JsonAnswer } from "./fetch_json.ts";

/** Who asks, where, and what for. */
export interface ClientCredentialsOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** In ms. `Date.now` without it. */
  readonly now?: () => number;
  /** How long the issuer may take. */
  readonly timeoutMs?: number;
}

/** Access tokens of this process. */
export interface ServiceTokens {
  /** The one to use now. Throws a `TokenEndpointError`. */
  get(): Promise<string>;
  /** The other service refused this one: it is not given out again. */
  discard(token: string): void;
}

interface Held {
  readonly token: string;
  /** From then on another is asked for. */
  readonly freshUntil: number;
  readonly validUntil: number;
}

const TIMEOUT_MS = 2000;
const MAX_BYTES = 64 * 1024;
/** Between two requests while they fail. */
const RETRY_MS = 1000;
/** Where the issuer does not say how long a token lives. */
const DEFAULT_LIFE_SECONDS = 60;
/** How long before its end a token is replaced, and at most this part of its life. */
const MARGIN_MS = 30_000;
const MARGIN_PART = 0.2;

const answerSchema = z.object({
  access_token: z.string().regex(/^[\w.~+/-]{1,8192}=*$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().max(31_536_000).default(DEFAULT_LIFE_SECONDS),
});

const refusalSchema = z.object({ error: z.string().regex(/^\w{1,64}$/) });

/** Asks for no token before one is needed; then one request at a time, shared by all who wait. */
export function clientCredentials(options: ClientCredentialsOptions): ServiceTokens {
  const { now = Date.now } = options;
  let held: Held | undefined;
  let failure: { readonly error: unknown; readonly at: number } | undefined;
  let asking: Promise<Held> | undefined;

  async function ask(): Promise<Held> {
    const askedAt = now();
    try {
      held = toHeld(await fetchToken(options), askedAt);
      failure = undefined;
      return held;
    } catch (error) {
      failure = { error, at: now() };
      throw error;
    }
  }

  function askOnce(): Promise<Held> {
    if (failure && now() - failure.at < RETRY_MS) return Promise.reject(failure.error);
    return asking ??= ask().finally(() => asking = undefined);
  }

  return {
    async get() {
      const known = held;
      if (known && now() < known.freshUntil) return known.token;
      try {
        return (await askOnce()).token;
      } catch (error) {
        // Good for a little longer; the issuer may be back by then.
        if (known && known === held && now() < known.validUntil) return known.token;
        throw error;
      }
    },
    discard(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

function toHeld(
  { access_token, expires_in }: z.output<typeof answerSchema>,
  askedAt: number,
): Held {
  const lifeMs = expires_in * 1000;
  const validUntil = askedAt + lifeMs;
  return {
    token: access_token,
    validUntil,
    freshUntil: validUntil - Math.min(MARGIN_MS, MARGIN_PART * lifeMs),
  };
}

async function fetchToken(
  { tokenUrl, clientId, clientSecret, scope, timeoutMs = TIMEOUT_MS }: ClientCredentialsOptions,
): Promise<z.output<typeof answerSchema>> {
  // Each part is form-encoded first: a colon in the id must not end it.
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(":");
  let answer: JsonAnswer;
  try {
    answer = await fetchJson(tokenUrl, {
      timeoutMs,
      maxBytes: MAX_BYTES,
      form: new URLSearchParams({ grant_type: "client_credentials", scope }),
      headers: { authorization: `Basic ${btoa(credentials)}` },
    });
  } catch (cause) {
    throw new TokenEndpointError("no answer", true, { cause });
  }
  if (answer.status !== 200) throw toRefusal(answer);
  const { success, data } = answerSchema.safeParse(answer.body);
  // The answer may hold a token, so nothing of it is told.
  if (!success) throw new TokenEndpointError("the answer has another form", false);
  return data;
}

function toRefusal({ status, body }: JsonAnswer): TokenEndpointError {
  const { data } = refusalSchema.safeParse(body);
  const reason = data ? `, "${data.error}"` : "";
  return new TokenEndpointError(`status ${status}${reason}`, status >= 500);
}
