/**
 * The ways in which an event may be wrapped, and the ways in which a wrapping may be wrong.
 *
 * @module
 */

/** The type that no event of an application may have. */
export const HEARTBEAT_TYPE = "cauce.heartbeat";

interface Wrapped {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The group of the sink, and one that is none of its business. */
export const hostileGroup = {
  own: "readers",
  other: { "x-replay-group": "others" },
} as const;

const binary = {
  "content-type": "application/json",
  ce_specversion: "1.0",
  ce_id: "e",
  ce_source: "s",
  ce_type: "organization.updated",
  ce_time: "2026-01-02T03:04:05Z",
};

const attributes = { specversion: "1.0", id: "e", source: "s", type: "t" };
const structuredType = { "content-type": "application/cloudevents+json" };

function structured(payload: string, given: Readonly<Record<string, unknown>>): Wrapped {
  const { length } = JSON.stringify(given);
  const event = JSON.stringify(given).slice(0, length - 1);
  return { headers: structuredType, body: `${event},"data":${payload}}` };
}

const ways = {
  binary: (body: string): Wrapped => ({ headers: binary, body }),
  structured: (payload: string) => structured(payload, attributes),
  plain: (body: string): Wrapped => ({ headers: {}, body }),
  "a type that names a class": (body: string): Wrapped => ({
    headers: { ...binary, ce_type: "java.lang.Runtime", __typeid__: "java.lang.Runtime" },
    body,
  }),
  "a type that is another's": (body: string): Wrapped => ({
    headers: { ...binary, ce_type: "__proto__", ce_dataschema: "https://elsewhere.example/" },
    body,
  }),
  "a replay for this group": (body: string): Wrapped => ({
    headers: { ...binary, "x-replay-group": hostileGroup.own, "x-replay-of": "a/0/1" },
    body,
  }),
  "a trace that is none": (body: string): Wrapped => ({
    headers: { ...binary, traceparent: "00-zz\r\nset-cookie: a" },
    body,
  }),
} as const;

type Way = keyof typeof ways;
type Fault = readonly [what: string, wrap: (payload: string) => Wrapped];

const faults: readonly Fault[] = [
  ...["ce_id", "ce_source", "ce_type"].flatMap((name): Fault[] => {
    const { [name]: _, ...others } = binary as Record<string, string>;
    return [
      [`no ${name}`, (body) => ({ headers: others, body })],
      [`an empty ${name}`, (body) => ({ headers: { ...binary, [name]: "" }, body })],
    ];
  }),
  ...Object.entries({
    ce_specversion: "2.0",
    ce_time: "NaN",
    "content-type": "application/x-java-serialized-object",
  }).map(([name, value]): Fault => [
    `${name} ${value}`,
    (body) => ({ headers: { ...binary, [name]: value }, body }),
  ]),
  ["a batch", (body) => ({
    headers: { "content-type": "application/cloudevents-batch+json" },
    body: `[${body}]`,
  })],
  ["a structured list", (body) => ({ headers: structuredType, body: `[${body}]` })],
  ["structured without data", (body) => ({ headers: structuredType, body })],
  [
    "a structured version that is no text",
    (payload) => structured(payload, { ...attributes, specversion: { toString: 1 } }),
  ],
  [
    "a structured id that is an object",
    (payload) => structured(payload, { ...attributes, id: {} }),
  ],
  [
    "a structured time far away",
    (payload) => structured(payload, { ...attributes, time: "x".repeat(3000) }),
  ],
];

/** An event of the channel's own, wrapped well or badly. */
export const ownEvent = {
  ways: Object.keys(ways) as Way[],
  wrap: (way: Way, payload: string): Wrapped => ways[way](payload),
  faults,
} as const;
