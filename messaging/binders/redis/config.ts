/**
 * Reads what the Redis binder needs from the environment.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";

/** Where Redis is and how its streams are kept. */
export interface RedisConfig {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
  /** For people and logs: no user, no password. */
  readonly address: string;
  /** Entries younger than this stay, even when every group is done with them. */
  readonly retentionMs: number;
  /** A longer stream raises an alarm; nothing is dropped for it. */
  readonly alarmLength: number;
}

const DAY_MS = 86_400_000;
const ALARM_LENGTH = 1_000_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Reads `REDIS_URL`, `REDIS_STREAM_RETENTION_MS` and `REDIS_STREAM_ALARM_LENGTH`; throws `ConfigError` with all problems. */
export function parseRedisConfig(env: Env): RedisConfig {
  const problems: string[] = [];
  const retentionMs = parseCount(env, "REDIS_STREAM_RETENTION_MS", { fallback: DAY_MS, problems });
  const alarmLength = parseCount(env, "REDIS_STREAM_ALARM_LENGTH", {
    fallback: ALARM_LENGTH,
    problems,
  });
  const place = parseUrl(env["REDIS_URL"] ?? "", problems);
  if (place === undefined || problems.length > 0) throw new ConfigError(problems);
  return { ...place, retentionMs, alarmLength };
}

function parseCount(
  env: Env,
  name: string,
  { fallback, problems }: { fallback: number; problems: string[] },
): number {
  const text = env[name]?.trim();
  if (text === undefined || text === "") return fallback;
  if (!/^\d{1,15}$/.test(text)) problems.push(`${name} is not a whole number: "${text}"`);
  return Number(text);
}

// No message repeats the value: it may hold a password.
function parseUrl(
  text: string,
  problems: string[],
): Omit<RedisConfig, "retentionMs" | "alarmLength"> | undefined {
  if (text.trim() === "") {
    problems.push("REDIS_URL is missing");
    return undefined;
  }
  if (text.includes(",")) {
    problems.push("REDIS_URL names several nodes, and a Redis cluster is not supported");
    return undefined;
  }
  const url = URL.parse(text.trim());
  if (url === null || (url.protocol !== "redis:" && url.protocol !== "rediss:")) {
    problems.push('REDIS_URL is not a "redis://" or "rediss://" address');
    return undefined;
  }
  const database = url.pathname.replace(/^\//, "");
  if (url.hostname === "") problems.push("REDIS_URL has no host");
  if (!/^\d{0,4}$/.test(database)) problems.push("REDIS_URL has a database that is not a number");
  const username = decode(url.username, problems);
  const password = decode(url.password, problems);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? 6379 : Number(url.port);
  return {
    host,
    port,
    db: Number(database),
    username,
    password,
    tls: url.protocol === "rediss:",
    address: `${url.protocol}//${url.hostname}:${port}`,
  };
}

function decode(text: string, problems: string[]): string | undefined {
  try {
    return text === "" ? undefined : decodeURIComponent(text);
  } catch {
    problems.push("REDIS_URL has a user or password that is not percent-encoded");
    return undefined;
  }
}
