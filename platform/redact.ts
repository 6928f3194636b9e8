/**
 * Keeps secrets out of logs and of answers.
 *
 * @module
 */

const SECRET_KEY =
  /pass(word|wd|phrase)?$|secret|token|authorization|cookie|api[-_]?key|credential|private[-_]?key/i;
/** `user:password` is how this project's own hints write an address. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/)(?!user:password@)[^\s/@"']*@/gi;
/** A JWT begins with `{"`, in base 64. */
const ACCESS_TOKEN = /\beyJ[\w-]+\.[\w-]*(\.[\w-]*)?/g;
const HIDDEN = "[redacted]";
const MAX_DEPTH = 6;
/** What a network says when something is down: where in the code it was noticed tells nothing. */
const OUTAGE_CODES = new Set<unknown>([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
]);

/** The text without access tokens, and without the user and password of the addresses in it. */
export function redactText(text: string): string {
  return text.replace(URL_PASSWORD, `$1${HIDDEN}@`).replace(ACCESS_TOKEN, HIDDEN);
}

/**
 * A copy to log: values under a secret's name and passwords in addresses are hidden, errors become
 * plain objects, and what is deeper than a few levels or circular is cut.
 */
export function redact(value: unknown): unknown {
  return copy(value, { depth: 0, parents: new Set() });
}

interface Place {
  readonly depth: number;
  readonly parents: Set<unknown>;
}

function copy(value: unknown, { depth, parents }: Place): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (parents.has(value)) return "[circular]";
  if (depth >= MAX_DEPTH) return "[deeper]";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;

  const place = { depth: depth + 1, parents: new Set(parents).add(value) };
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => copy(item, place));
  if (value instanceof Error) return copyOfError(value, place);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    result[key] = SECRET_KEY.test(key) ? HIDDEN : copy(item, place);
  }
  return result;
}

/** True for an error that is, or was caused by, something out of reach; ours say so themselves. */
function isOutage(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return false;
  const { code, retriable } = error as { readonly code?: unknown; readonly retriable?: unknown };
  return retriable === true || OUTAGE_CODES.has(code) || isOutage(error.cause, depth + 1);
}

/**
 * Only what an error always has, its code and its causes: drivers hang the statement's parameters
 * on their errors.
 */
function copyOfError(error: Error, place: Place): Record<string, unknown> {
  const result: Record<string, unknown> = {
    name: error.name,
    message: redactText(error.message),
  };
  if ("code" in error) result.code = copy(error.code, place);
  if (error.stack && !isOutage(error)) result.stack = redactText(error.stack);
  if (error.cause !== undefined) result.cause = copy(error.cause, place);
  if (error instanceof AggregateError) result.errors = copy(error.errors, place);
  return result;
}
