/**
 * Reads what the Redis binder needs from the environment.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";

/** One server. */
export interface RedisNode {
  /** Name or address. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
}

/** Where Redis is and how its streams are kept. */
export interface RedisConfig {
  /** Several are nodes of one cluster; it may have more. */
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  /** The database's number; 0 on a cluster. */
  readonly db: number;
  /** Undefined: the default user. */
  readonly username: string | undefined;
  /** Never logged. */
  readonly password: string | undefined;
  /** Whether connections are encrypted. */
  readonly tls: boolean;
  /** Entries younger than this stay, even when every group is done with them. */
  readonly retentionMs: number;
  /** A longer stream raises an alarm; nothing is dropped for it. */
  readonly alarmLength: number;
}

const DAY_MS = 86_400_000;
const ALARM_LENGTH = 1_000_000;

type Env = Readonly<Record<string, string | undefined>>;

/** For people, logs and maps: no user, no password. */
export function toAddress({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}

/** Reads `REDIS_URL`, `REDIS_STREAM_RETENTION_MS` and `REDIS_STREAM_ALARM_LENGTH`; throws `ConfigError` with all problems. */
export function parseRedisConfig(
  env: Readonly<Record<string, string | undefined>>,
): RedisConfig {
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

type Place = Omit<RedisConfig, "retentionMs" | "alarmLength">;

// No message repeats the value: it may hold a password.
function parseUrl(text: string, problems: string[]): Place | undefined {
  if (text.trim() === "") {
    problems.push("REDIS_URL is missing");
    return undefined;
  }
  const urls = text.split(",").map((part) => URL.parse(part.trim()));
  const [first, ...others] = urls.filter((url) => url !== null);
  const known = ["redis:", "rediss:"].includes(first?.protocol ?? "");
  if (first === undefined || !known || others.length + 1 < urls.length) {
    problems.push('REDIS_URL is not a "redis://" or "rediss://" address');
    return undefined;
  }
  const place = parseFirst(first, problems);
  for (const other of others) {
    if (sharedPart(other) !== sharedPart(first)) {
      problems.push("REDIS_URL has nodes that differ in more than host and port");
    }
  }
  const nodes = [toNode(first), ...others.map(toNode)] as const;
  if (nodes.some(({ host }) => host === "")) problems.push("REDIS_URL has no host");
  if (nodes.length > 1 && place.db > 0) problems.push("REDIS_URL has a database on a cluster");
  return { ...place, nodes };
}

function parseFirst(url: URL, problems: string[]): Omit<Place, "nodes"> {
  const database = url.pathname.replace(/^\//, "");
  if (!/^\d{0,4}$/.test(database)) problems.push("REDIS_URL has a database that is not a number");
  const username = decode(url.username, problems);
  const password = decode(url.password, problems);
  return { db: Number(database), username, password, tls: url.protocol === "rediss:" };
}

function sharedPart({ protocol, username, password, pathname }: URL): string {
  return [protocol, username, password, pathname.replace(/^\//, "")].join("\n");
}

function toNode({ hostname, port }: URL): RedisNode {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: port === "" ? 6379 : Number(port) };
}

function decode(text: string, problems: string[]): string | undefined {
  try {
    return text === "" ? undefined : decodeURIComponent(text);
  } catch {
    problems.push("REDIS_URL has a user or password that is not percent-encoded");
    return undefined;
  }
}
