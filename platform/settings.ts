/**
 * The settings every service process has, as pieces for `defineConfig`.
 *
 * @module
 */

import { z } from "zod";
import { isLoopback } from "./loopback.ts";

/** A whole number within bounds, as the environment writes it. */
export function integer(bounds: { min: number; max: number }): z.ZodType<number, string> {
  const { min, max } = bounds;
  return z.string()
    .refine((text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: (issue) => `must be a whole number from ${min} to ${max}, found "${issue.input}"`,
    })
    .transform(Number);
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodType<Words[number], string> {
  return z.enum(words, {
    error: (issue) => `must be ${words.join(", ")}, found "${issue.input}"`,
  }) as unknown as z.ZodType<Words[number], string>;
}

/** An absolute http or https address, without a slash at its end. */
export function httpUrl(): z.ZodType<string, string> {
  return z.string()
    .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), {
      error: "must be an http:// or https:// address",
    })
    .transform((text) => text.replace(/\/+$/, ""));
}

/** An https address; http only on this machine. What is asked there decides who may call. */
export function secureUrl(): z.ZodType<string, string> {
  return z.string().refine(isSecureUrl, {
    error: "must be an https:// address, or http:// on a loopback host",
  });
}

function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

/** `PORT`, with the service's own default. */
export function port(defaultPort: number): z.ZodType<number, string | undefined> {
  return integer({ min: 0, max: 65535 }).default(defaultPort)
    .describe("Port the service listens on; 0 takes a free one");
}

/** `HOST`. */
export const host: z.ZodType<string, string | undefined> = z.string().default("0.0.0.0")
  .describe("Address the service listens on; 127.0.0.1 keeps it to this machine");

/** `LOG_LEVEL`. */
export const logLevel: z.ZodType<
  "debug" | "info" | "warn" | "error",
  string | undefined
> = oneOf(["debug", "info", "warn", "error"]).default("info")
  .describe("The least severe messages that are logged: debug, info, warn or error");

/** `LOG_FORMAT`. */
export const logFormat: z.ZodType<"json" | "pretty", string | undefined> = oneOf([
  "json",
  "pretty",
]).default("json").describe("json, one object a line, or pretty, short lines for a person");

/** `NET_ALLOW`. Read before the process begins, by `deno task start:…`. */
export const netAllow: z.ZodType<string | undefined, string | undefined> = z.string().optional()
  .describe(
    "start:* lets a process connect to its addresses only, and with Kafka or a Redis Cluster " +
      "anywhere, unless this names the others: host, host:port or *.domain, separated by commas",
  );

/** `AUTH`. */
export const auth: z.ZodType<"jwt" | "open", string | undefined> = oneOf(["jwt", "open"])
  .default("jwt")
  .describe(
    "Who may call: jwt (whoever has an access token) or open (anyone on this machine; needs a " +
      "loopback HOST)",
  );

/** `AUTH_ISSUER`. Kept to the letter: a slash at its end belongs to it. */
export const authIssuer: z.ZodType<string | undefined, string | undefined> = z.string().max(1000)
  .optional().describe("Who gives out access tokens: their `iss`. Required with AUTH=jwt");

/** `AUTH_AUDIENCE`. */
export const authAudience: z.ZodType<string | undefined, string | undefined> = z.string().max(1000)
  .optional().describe(
    "Whom access tokens must be for: one of their `aud`. Required with AUTH=jwt",
  );

/** `AUTH_JWKS_URL`. */
export const authJwksUrl: z.ZodType<string | undefined, string | undefined> = secureUrl()
  .optional().describe("Where the issuer's public keys are (JWKS). Required with AUTH=jwt");

/** `AUTH_CLOCK_SKEW_MS`. */
export const authClockSkewMs: z.ZodType<number, string | undefined> = integer({
  min: 0,
  max: 60_000,
}).default(5_000)
  .describe("How far the issuer's clock may be off, in ms");

/** Addresses of a Redis, or of the nodes of a cluster. */
export const redisUrl: z.ZodType<string, string> = z.string()
  .refine((text) => text.split(",").every((one) => isRedisUrl(one.trim())), {
    error: "must be redis:// or rediss:// addresses, separated by commas where they form a cluster",
  });

function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\/[^/]/.test(text) && URL.canParse(text);
}

/** `RATE_LIMIT_PER_SECOND`. */
export const rateLimitPerSecond: z.ZodType<number, string | undefined> = integer({
  min: 0,
  max: 1_000_000,
}).default(1000).describe(
  "With AUTH=jwt, how many requests a second each tenant may make, with bursts of twice as many; " +
    "0 for any number",
);

/** `RATE_LIMIT_REDIS_URL`. */
export const rateLimitRedisUrl: z.ZodType<string | undefined, string | undefined> = redisUrl
  .optional().meta({
    description:
      "Where processes of a service share that limit; without it each process counts for itself",
    secret: true,
  });

/** `SHUTDOWN_DELAY_MS`. */
export const shutdownDelayMs: z.ZodType<number, string | undefined> = integer({
  min: 0,
  max: 600_000,
}).default(5_000)
  .describe("After SIGTERM, how long requests are still accepted while readiness says no, in ms");

/** `SHUTDOWN_GRACE_MS`. */
export const shutdownGraceMs: z.ZodType<number, string | undefined> = integer({
  min: 0,
  max: 600_000,
}).default(25_000)
  .describe("After that delay, how long open work may take before the process exits with 1, in ms");

/** `DATABASE_URL`. It may hold a password, so it is a secret. */
export const databaseUrl: z.ZodType<string, string> = z.string({
  error: "is required: postgres://user:password@host:5432/name or sqlite:<file>",
})
  .refine((text) => /^postgres(ql)?:\/\/[^\s]+$|^sqlite:.+$/.test(text), {
    error: "must start with postgres:// or sqlite:",
  })
  .meta({
    description:
      "The service's own database: postgres://user:password@host:5432/name or sqlite:<file>",
    secret: true,
  });

/** `LAG_LOG_MS`, of services with a sink. */
export const lagLogMs: z.ZodType<number, string | undefined> = integer({
  min: 0,
  max: 3_600_000,
}).default(0).describe(
  "How often the lag of each sink is logged, for metrics that are made of logs; 0: never, in ms",
);

/** `DATABASE_SSL_CA`. */
export const databaseSslCa: z.ZodType<string | undefined, string | undefined> = z.string()
  .refine((text) => text.includes("-----BEGIN CERTIFICATE-----"), {
    error: "must be the text of PEM certificates, not the name of a file",
  })
  .optional().describe(
    "With sslmode=verify-full, PEM of the authorities to trust instead of the system's",
  );

/** What every service process reads. Spread it into `defineConfig` beside `PORT` and the service's own. */
export const commonSettings = {
  HOST: host,
  NET_ALLOW: netAllow,
  AUTH: auth,
  AUTH_ISSUER: authIssuer,
  AUTH_AUDIENCE: authAudience,
  AUTH_JWKS_URL: authJwksUrl,
  AUTH_CLOCK_SKEW_MS: authClockSkewMs,
  RATE_LIMIT_PER_SECOND: rateLimitPerSecond,
  RATE_LIMIT_REDIS_URL: rateLimitRedisUrl,
  LOG_LEVEL: logLevel,
  LOG_FORMAT: logFormat,
  SHUTDOWN_DELAY_MS: shutdownDelayMs,
  SHUTDOWN_GRACE_MS: shutdownGraceMs,
} as const;

/** What `deno task dev` sets where the environment says nothing. */
export const devDefaults: Readonly<Record<string, string>> = {
  HOST: "127.0.0.1",
  AUTH: "open",
  LOG_FORMAT: "pretty",
  SHUTDOWN_DELAY_MS: "0",
};
