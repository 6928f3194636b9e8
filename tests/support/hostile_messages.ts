/**
 * Messages that somebody means badly, each with what has to become of it.
 *
 * @module
 */

import fc from "fast-check";
import { HEARTBEAT_TYPE, hostileGroup, ownEvent } from "./hostile_events.ts";

/** What a sink has to make of a message. */
export type Fate = "handled" | "dead letter" | "let go";

/** One message and its fate. */
export interface HostileMessage {
  /** For whoever reads a failure. */
  readonly what: string;
  readonly fate: Fate;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();
const json = { "content-type": "application/json" };
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const key = fc.oneof(text, fc.constantFrom("", "another-tenant", "__proto__", "\u0000"));

/** Headers that mean nothing to anybody, under names that a careless reader trips over. */
const oddHeaders = fc.dictionary(
  fc.oneof(
    text.map((name) => `h-${name}`.toLowerCase()),
    fc.constantFrom("__proto__", "constructor", "tostring", "x-reason", "x-original-offset"),
  ),
  text,
  { maxKeys: 5, noNullPrototype: false },
);

const organizationId = fc.oneof(
  fc.constantFrom("a", "__proto__", "../another-tenant", "a'; DROP TABLE organizations; --"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
);

/** A change that fits the channel. */
const change = fc.record({
  organizationId,
  action: fc.constantFrom("CREATED", "UPDATED", "DELETED"),
  version: fc.oneof(fc.integer({ min: 1 }), fc.constant(Number.MAX_SAFE_INTEGER)),
  correlationId: fc.uuid(),
});

/** As JSON, so that what `JSON.stringify` would not write can be written too. */
type Members = Readonly<Record<string, string>>;

const members: fc.Arbitrary<Members> = change.map((value) =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, JSON.stringify(one)]))
);

const spoilt: readonly (readonly [name: string, value: string | undefined])[] = [
  ...["-1", "0", "9007199254740992", "1.5", "1e400", "-1e400", "NaN", '"NaN"', '"1"', "null", "[1]"]
    .map((value) => ["version", value] as const),
  ...['""', "7", "null", "{}", '{"toString":1}', JSON.stringify("x".repeat(201))]
    .map((value) => ["organizationId", value] as const),
  ...['"PURGED"', '"created"', '"__proto__"', "1", "[]"].map((value) => ["action", value] as const),
  ...["organizationId", "action", "version", "correlationId"].map((name) =>
    [name, undefined] as const
  ),
];

/** Everything, in a mix that CI can afford. `largest` is the longest body that the broker takes. */
export function hostileMessage({ largest }: { largest: number }): fc.Arbitrary<HostileMessage> {
  return fc.oneof(
    { weight: 300, arbitrary: sound },
    { weight: 300, arbitrary: unreadable },
    { weight: 150, arbitrary: unfit },
    { weight: 100, arbitrary: badEvent },
    { weight: 100, arbitrary: letGo },
    { weight: 40, arbitrary: oversizedHeaders },
    { weight: 1, arbitrary: oversizedBody(largest) },
  );
}

const sound = fc.tuple(key, oddHeaders, members, fc.constantFrom(...ownEvent.ways)).map(
  ([key, odd, given, way]): HostileMessage => {
    const payload = toJson(given).replace(/\}$/, ',"__proto__":{"admin":true}}');
    const { headers, body } = ownEvent.wrap(way, payload);
    return { what: way, fate: "handled", ...message(key, { ...odd, ...headers }, body) };
  },
);

const unreadable = fc.tuple(
  key,
  oddHeaders,
  fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((tail) => Uint8Array.of(0xff, ...tail)),
    members.map((given) => encoder.encode(toJson(given).slice(0, -1))),
    fc.constantFrom("", "null", "[]", "NaN", "undefined", "[".repeat(5000), '"\\ud800', "\0")
      .map((body) => encoder.encode(body)),
    fc.jsonValue({ maxDepth: 3 }).map((value) => encoder.encode(JSON.stringify(value))),
  ),
).map(([key, odd, body]): HostileMessage => ({
  what: "no event",
  fate: "dead letter",
  ...message(key, { ...odd, ...json }, body),
}));

const unfit = fc.tuple(key, members, fc.constantFrom(...spoilt)).map(
  ([key, given, [name, value]]): HostileMessage => {
    const { [name]: _, ...others } = given;
    const body = toJson(value === undefined ? others : { ...others, [name]: value });
    const what = `${name} ${value ?? "is missing"}`;
    return { what, fate: "dead letter", ...message(key, json, body) };
  },
);

const badEvent = fc.tuple(key, members, fc.constantFrom(...ownEvent.faults)).map(
  ([key, given, [what, fault]]): HostileMessage => {
    const { headers, body } = fault(toJson(given));
    return { what, fate: "dead letter", ...message(key, headers, body) };
  },
);

/** Forged heartbeats, and replays for another group: no handler, no dead letter, nothing waits. */
const letGo = fc.tuple(
  key,
  fc.oneof(
    members.map(toJson),
    fc.constantFrom("", "{", '{"partitionCount":-1}', "x".repeat(2000)),
  ),
  fc.constantFrom<Readonly<Record<string, string>>>(
    { ce_type: HEARTBEAT_TYPE },
    { ce_type: HEARTBEAT_TYPE, ce_time: "9999-12-31T23:59:59Z" },
    { ce_type: HEARTBEAT_TYPE, ce_time: "NaN", ...hostileGroup.other },
    hostileGroup.other,
    { "x-replay-group": "", "x-replay-of": "__proto__" },
  ),
).map(([key, body, headers]): HostileMessage => ({
  what: JSON.stringify(headers),
  fate: "let go",
  ...message(key, { ...json, ...headers }, body),
}));

const oversizedHeaders = fc.tuple(
  members,
  fc.constantFrom<HostileMessage["headers"]>(
    Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`h-${index}`, ""])),
    Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`h-${index}`, "x"])),
    { note: "x".repeat(8200) },
    { ["n".repeat(20_000)]: "" },
  ),
).map(([given, headers]): HostileMessage => ({
  what: `${Object.keys(headers).length} headers`,
  fate: "dead letter",
  ...message("k", headers, toJson(given)),
}));

function oversizedBody(largest: number): fc.Arbitrary<HostileMessage> {
  return fc.tuple(members, fc.constantFrom(1_000_001, largest)).map(
    ([given, size]): HostileMessage => ({
      what: `${size} bytes`,
      fate: "dead letter",
      ...message("k", json, toJson(given).padEnd(size)),
    }),
  );
}

function message(
  key: string,
  headers: HostileMessage["headers"],
  body: string | Uint8Array,
): Pick<HostileMessage, "key" | "headers" | "body"> {
  // Without a prototype: a header may be called `__proto__`.
  const own = Object.assign(Object.create(null), headers);
  return { key, headers: own, body: typeof body === "string" ? encoder.encode(body) : body };
}

/** The JSON of a change that fits the channel. */
export const soundJson: fc.Arbitrary<string> = members.map(toJson);

function toJson(given: Members): string {
  const parts = Object.entries(given).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  return `{${parts.join()}}`;
}
