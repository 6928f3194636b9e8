/**
 * How this project connects to PostgreSQL: types, timeouts, TLS, and what its errors mean.
 *
 * @module
 */

import { isIP } from "node:net";
import { adviceOnCertificate, ConfigError } from "@cauce/messaging";
import postgres, { type Options, type PostgresType, type Sql } from "postgres";
import { DatabaseFullError, DatabaseUnavailableError, UniqueViolationError } from "./errors.ts";

/** What one pool of connections may differ in. */
export interface PostgresConnectionOptions {
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca: string | undefined;
  readonly connections: number;
  /** The server ends a statement that runs longer. */
  readonly statementTimeoutMs: number;
  readonly onnotify?: (channel: string, payload: string) => void;
  readonly onclose?: () => void;
}

const CONNECT_TIMEOUT_S = 3;
/** The server ends a transaction that is left open, so that a lost process holds no locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

const numberType: PostgresType<number> = {
  to: 20,
  from: [20, 1700],
  serialize: (value: number) => String(value),
  parse: (text: string) => {
    const value = Number(text);
    if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    throw new RangeError(`Cannot read number: ${text} is beyond 2^53 - 1`);
  },
};

const UNREACHABLE_CODES = new Set<unknown>([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  // Too many connections, and a server that shuts down or starts.
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

/** Options of the driver that its types lack. */
interface Undeclared {
  readonly max_pipeline: number;
  readonly sslnegotiation: null;
  readonly onnotify?: (channel: string, payload: string) => void;
}

/** Prepares a pool; it connects with its first statement. `address` names the server without secrets. */
export function connectPostgres(
  url: string,
  { ca, connections, statementTimeoutMs, onnotify, onclose }: PostgresConnectionOptions,
): { sql: Sql; address: string } {
  const { hostname, port, pathname, username, password, searchParams } = parse(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const options: Options<{ number: PostgresType<number> }> & Undeclared = {
    host,
    port: Number(port || 5432),
    database: decodeURIComponent(pathname.slice(1)) || "postgres",
    username: decodeURIComponent(username) || "postgres",
    // A function, for the driver asks the environment instead of an empty password.
    password: () => decodeURIComponent(password),
    ssl: toTls(searchParams.get("sslmode"), { host, ca }),
    max: connections,
    connect_timeout: CONNECT_TIMEOUT_S,
    idle_timeout: 0,
    keep_alive: 15,
    max_lifetime: 0,
    backoff: (failures: number) => Math.min(0.05 * 2 ** failures, 1) * (0.5 + Math.random() / 2),
    prepare: true,
    fetch_types: false,
    types: { number: numberType },
    target_session_attrs: "read-write",
    // Named, for the driver asks the environment for what it is not given.
    debug: false,
    max_pipeline: 100,
    publications: "alltables",
    sslnegotiation: null,
    connection: {
      application_name: "cauce",
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    },
    onnotice: () => {},
    ...(onclose && { onclose }),
    ...(onnotify && { onnotify }),
  };
  return {
    sql: postgres(options as Options<Record<string, PostgresType>>) as unknown as Sql,
    address: addressOfPostgres(url),
  };
}

/** Names the server and the database without secrets. */
export function addressOfPostgres(url: string): string {
  const { hostname, port, pathname } = parse(url);
  return `${hostname}:${port || 5432}${pathname}`;
}

/** What the driver's error means to a caller of the port; anything else stays as it is. */
export function toPortError(error: unknown, address: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  if (code === "23505") {
    const { constraint_name: constraint } = error as { constraint_name?: unknown };
    return new UniqueViolationError(`unique constraint ${constraint}`, { cause: error });
  }
  const advice = adviceOn(error);
  if (advice !== undefined) return new DatabaseUnavailableError(address, advice, { cause: error });
  if (code === "53100") return new DatabaseFullError(error.message, { cause: error });
  if (UNREACHABLE_CODES.has(code)) {
    return new DatabaseUnavailableError(address, String(code), { cause: error });
  }
  return error;
}

function parse(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new ConfigError(["DATABASE_URL: is not a postgres:// address"]);
}

/** `require` encrypts without checking who answers; `verify-full` checks. */
type Tls = "require" | "prefer" | false | {
  readonly rejectUnauthorized: true;
  readonly host: string;
  readonly servername?: string;
  readonly ca?: string;
};

/** By libpq's names. */
function toTls(
  mode: string | null,
  { host, ca }: { readonly host: string; readonly ca: string | undefined },
): Tls {
  if (mode === "verify-full") {
    // The driver names no host where it is an address: a certificate for "localhost" would do.
    const servername = isIP(host) ? {} : { servername: host };
    return { rejectUnauthorized: true, host, ...servername, ...(ca !== undefined && { ca }) };
  }
  if (mode === null || mode === "disable") return false;
  if (mode === "require" || mode === "prefer") return mode;
  throw new ConfigError([
    `DATABASE_URL: sslmode must be disable, prefer, require or verify-full, found "${mode}"`,
  ]);
}

/** What to check when the server is there and no connection comes about. */
function adviceOn(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (code === "28P01" || code === "28000") {
    return "it refused the user or password; check DATABASE_URL";
  }
  if (error.message.includes("before secure TLS connection was established")) {
    return "it did not speak TLS; check sslmode in DATABASE_URL";
  }
  return adviceOnCertificate(error, {
    authority: "DATABASE_SSL_CA",
    addresses: "DATABASE_URL",
    server: "database",
  });
}
