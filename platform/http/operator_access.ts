/**
 * Who may use the routes that every service has.
 *
 * @module
 */

import type { AccessTable } from "../auth/access.ts";

/** Reads what operators read: bindings, dead letters, health, metrics, documents. */
export const OPERATIONS_READ = "operations:read";

/** Steers bindings; edits, replays and discards dead letters. */
export const OPERATIONS_WRITE = "operations:write";

const anyone = { kind: "anyone" } as const;
const readers = { kind: "scope", scope: OPERATIONS_READ } as const;
const writers = { kind: "scope", scope: OPERATIONS_WRITE } as const;

/** Health, metrics, bindings and documents. The page itself tells nothing: it asks for a token. */
export const operatorAccess: AccessTable = {
  "GET /health/live": anyone,
  "GET /health/ready": anyone,
  "GET /health": readers,
  "GET /metrics": readers,
  "GET /bindings": readers,
  "POST /bindings/{name}": writers,
  "GET /openapi.json": readers,
  "GET /asyncapi.json": readers,
  "GET /docs": anyone,
  "GET /docs/start.js": anyone,
  "GET /docs/swagger-ui.js": anyone,
  "GET /docs/swagger-ui.css": anyone,
};

/** Dead letters. They hold payloads of every tenant. */
export const deadLetterAccess: AccessTable = {
  "GET /dead-letters": readers,
  "GET /dead-letter-reasons": readers,
  "GET /dead-letters/{id}": readers,
  "PUT /dead-letters/{id}": writers,
  "POST /dead-letters/replay": writers,
  "POST /dead-letters/discard": writers,
};
