/**
 * Requests as nobody should send them: each route of both services with paths, headers and bodies
 * that are right, nearly right, or nothing of the kind.
 *
 * @module
 */

import fc from "fast-check";
import { type AccessService, accessServices } from "../../tools/access_matrix.ts";
import { BINDINGS, BODIES, type Things } from "./route_requests.ts";

/** A request to one of the services, whose headers and path a client can send. */
export interface HostileRequest {
  readonly service: AccessService["name"];
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** Bytes for one of the services that may be no request at all. */
export interface HostileBytes {
  readonly service: AccessService["name"];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Who sends, and what may be named in a path. */
export interface HostileCaller {
  /** The access token, which is good. */
  readonly token: string;
  readonly own: Things;
  /** Another tenant's. */
  readonly foreign: Things;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"];
const encoder = new TextEncoder();

/** Mostly what is right, so that a wrong part is seldom hidden behind another. */
function mostly<T>(right: T, ...others: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(right) }, ...others);
}

const json = fc.jsonValue({ maxDepth: 3, stringUnit: "binary" });
const text = fc.string({
  unit: fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 300,
});
const segment = fc.oneof(
  fc.constantFrom("%00", "..", "%2e%2e%2f", "%F0", "*", "__proto__", "'%20OR%201=1%20--", ""),
  fc.string({ unit: fc.constantFrom(..."aZ0-._~%/?#\\:;@&=+$,'()*!| ".split("")), maxLength: 40 }),
  fc.constant("x".repeat(5000)),
);
const query = fc.oneof(
  fc.constantFrom("limit=1", "limit=200", "limit=0", "limit=-1", "limit=1e9", "cursor=%00"),
  fc.constantFrom("cursor=", "cursor=eyJhIjoxfQ", "limit=2&limit=x", "state=__proto__", "%=%&&=="),
  text.map((value) => `cursor=${encodeURIComponent(value)}`),
);

const ODD_HEADERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "if-match": fc.oneof(
    fc.constantFrom("*", '"1"', "1", 'W/"1"', '"1.1"', `"${"9".repeat(40)}"`),
    text,
  ),
  "if-none-match": fc.oneof(fc.constantFrom("*", '"1"', '"a", "b"'), text),
  "idempotency-key": fc.oneof(fc.constantFrom("k", "x".repeat(256)), text),
  "x-min-organization-version": fc.oneof(fc.constantFrom("0", "1", "-1", "NaN", "1e3"), text),
  "x-correlation-id": text,
  "traceparent": text,
  "content-encoding": fc.constantFrom("gzip", "identity", "br, gzip"),
  "accept": fc.oneof(fc.constantFrom("text/html", "*/*;q=0"), text),
  "range": fc.constantFrom("bytes=0-1", "bytes=-9999999999"),
  "x-http-method-override": fc.constantFrom("DELETE", "PUT"),
  "x-forwarded-host": text,
};

const oddHeaders = fc.tuple(
  ...Object.entries(ODD_HEADERS).map(([name, value]) =>
    fc.oneof(
      { weight: 9, arbitrary: fc.constant([]) },
      value.map((value) => [[name, value]] as const),
    )
  ),
).map((headers) => Object.fromEntries(headers.flat()));
const contentType = mostly(
  "application/json",
  fc.constant("application/json; charset=utf-8"),
  fc.constant("application/problem+json"),
  fc.constantFrom("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"),
  fc.constantFrom("application/json; charset=utf-16", "application/merge-patch+json", ""),
  text,
);

/** The right body, one with a member that is wrong, missing or new, or anything. */
function bodyLike(right: unknown): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const members = typeof right === "object" && right !== null ? right : { any: 1 };
  const name = fc.oneof(
    fc.constantFrom(...Object.keys(members)),
    fc.constantFrom("__proto__", "constructor", "organizationId", "version", "state", "replayFrom"),
    fc.string({ unit: "binary", maxLength: 10 }),
  );
  const changed = fc.tuple(name, fc.option(json, { nil: undefined })).map(([name, value]) => {
    // Not by assignment: __proto__ shall be a member.
    return JSON.stringify(
      Object.fromEntries([...Object.entries(members).filter(([key]) => key !== name), [
        name,
        value,
      ]]),
    );
  });
  const encoded = fc.oneof(
    { weight: 10, arbitrary: fc.constant(JSON.stringify(members)) },
    { weight: 4, arbitrary: changed },
    json.map((value) => JSON.stringify(value)),
    fc.constantFrom(
      "",
      "{",
      "nul",
      "[".repeat(5000),
      `{"a":`.repeat(40),
      "\ufeff{}",
      '{"a":1,"a":2}',
    ),
  ).map((text) => encoder.encode(text));
  return fc.oneof(
    { weight: 6, arbitrary: encoded },
    fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.slice()),
    fc.constant(new Uint8Array(65 * 1024).fill(0x20)),
  );
}

/** Requests that a client can send. One that would delete the caller's organization is not among them. */
export function hostileRequest(caller: HostileCaller): fc.Arbitrary<HostileRequest> {
  const routes = accessServices.flatMap(({ name, table }) =>
    Object.keys(table).map((route) => ({ service: name, route }))
  );
  // What operators see is most of the routes and the least of what may go wrong.
  const [own, others] = [true, false].map((isOwn) =>
    fc.constantFrom(...routes.filter(({ route }) => route.includes(" /v1/") === isOwn))
  ) as [fc.Arbitrary<typeof routes[number]>, fc.Arbitrary<typeof routes[number]>];
  return fc.oneof({ weight: 3, arbitrary: own }, others).chain(({ service, route }) => {
    const [method = "", pattern = ""] = route.split(" ");
    return fc.record({
      service: fc.constant(service),
      method: mostly(method, fc.constantFrom(...METHODS)),
      path: pathLike(pattern, { caller, binding: BINDINGS[service] }),
      headers: fc.tuple(authorization(caller.token), contentType, oddHeaders)
        .map(([authorization, type, others]) => ({
          ...others,
          ...(authorization !== undefined && { authorization }),
          ...(type !== "" && { "content-type": type }),
        })),
      body: BODIES[route] === undefined
        ? fc.option(bodyLike(undefined), { nil: undefined, freq: 1 })
        : bodyLike(BODIES[route]),
    }).map(({ body, ...request }) => {
      const isDeletion = request.method === "DELETE" &&
        new URL(`http://localhost${request.path}`).pathname.split("/").length < 5;
      const method = isDeletion ? "GET" : request.method;
      const hasBody = body !== undefined && !["GET", "HEAD"].includes(method);
      return { ...request, method, ...(hasBody && { body }) };
    });
  });
}

function authorization(token: string): fc.Arbitrary<string | undefined> {
  const right: string | undefined = `Bearer ${token}`;
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant(right) },
    fc.constant(undefined),
    text,
  );
}

function pathLike(
  pattern: string,
  { caller: { own, foreign }, binding }: {
    readonly caller: HostileCaller;
    readonly binding: string;
  },
): fc.Arbitrary<string> {
  const known: Readonly<Record<string, fc.Arbitrary<string>>> = {
    organizationId: fc.oneof(
      { weight: 3, arbitrary: fc.constant(own.organizationId) },
      fc.constant(foreign.organizationId),
    ),
    licenseId: fc.constantFrom(own.licenseId, foreign.licenseId),
    id: fc.constant(own.letterId),
    name: fc.constant(binding),
  };
  const parts = pattern.split("/").slice(1).map((part) => {
    const right = known[part.replace(/^\{(\w+)\}$/, "$1")];
    if (part.startsWith("{") && right) return fc.oneof({ weight: 4, arbitrary: right }, segment);
    return fc.oneof({ weight: 40, arbitrary: fc.constant(part) }, segment);
  });
  return fc.tuple(fc.tuple(...parts), fc.option(query, { nil: undefined, freq: 2 }))
    .map(([parts, query]) => `/${parts.join("/")}${query === undefined ? "" : `?${query}`}`);
}

/** A request as it goes over the wire, with bytes put in, taken out or changed. */
export function hostileBytes(caller: HostileCaller): fc.Arbitrary<HostileBytes> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat({ max: 5 }),
    insert: fc.oneof(
      fc.constantFrom("\r\n", "\n", "\r\n\r\n", "\0", " ", ":", "Transfer-Encoding: chunked\r\n")
        .map((text) => encoder.encode(text)),
      fc.uint8Array({ maxLength: 8 }),
    ),
  });
  return fc.tuple(hostileRequest(caller), fc.array(edit, { maxLength: 3 })).map(
    ([request, edits]) => ({
      service: request.service,
      bytes: edits.reduce((bytes, { at, remove, insert }) => {
        const place = Math.floor(at * bytes.length);
        return joined([bytes.slice(0, place), insert, bytes.slice(place + remove)]);
      }, onTheWire(request)),
    }),
  );
}

/** Never a deletion: what is left of its path may be the organization's. */
function onTheWire({ method, path, headers, body }: HostileRequest): Uint8Array<ArrayBuffer> {
  const verb = method === "DELETE" ? "GET" : method;
  const head = [
    `${verb} ${path} HTTP/1.1`,
    "Host: localhost",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body ? [`Content-Length: ${body.length}`] : []),
  ].join("\r\n");
  const latin = Uint8Array.from(`${head}\r\n\r\n`, (character) => character.charCodeAt(0));
  return joined([latin, body ?? new Uint8Array()]);
}

/** One after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
