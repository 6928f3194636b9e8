// deno-lint-ignore-file no-console -- a program that prints what came of its attack
/**
 * A process that attacks a service until SIGTERM: connections whose headers or bodies trickle in, a
 * byte a second each, and one tenant's flood of writes. It is described by `ATTACK`, as JSON; at the
 * end it prints an `AttackReport`.
 *
 * @module
 */

import { connectTo } from "./wire.ts";

/** What to do. */
export interface Attack {
  readonly url: string;
  /** Written to by the flood and by the bodies: an organization's path with a token for it. */
  readonly flood: Target;
  /** How many writes a second. */
  readonly floodPerSecond: number;
  /** Whose bodies trickle, in turn. */
  readonly slow: readonly Target[];
  /** How many connections of each kind. */
  readonly slowHeaders: number;
  readonly slowBodies: number;
}

/** What a tenant may write to. */
export interface Target {
  readonly path: string;
  readonly token: string;
}

/** What came of it. */
export interface AttackReport {
  /** Answers to the flood by their status. */
  readonly flood: Readonly<Record<string, number>>;
  /** Of one that was refused. */
  readonly refusal: Readonly<Record<string, string>>;
  /** How many slow connections were still `open`, had `ended`, or were answered a status. */
  readonly headers: Readonly<Record<string, number>>;
  readonly bodies: Readonly<Record<string, number>>;
}

/** Enough to keep the pace when answers take long. */
const FLOOD_WORKERS = 16;
const TRICKLE_MS = 1000;

async function main(attack: Attack): Promise<void> {
  const stop = new AbortController();
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  const headers = await openSlow(attack.url, headTexts(attack));
  const bodies = await openSlow(attack.url, bodyTexts(attack));
  const report = { flood: {} as Record<string, number>, refusal: {} };
  // Asked last, so answered once the service has all that was begun.
  await (await fetch(`${attack.url}/health/live`)).text();
  console.log("Attacking");
  await Promise.all([
    ...[...headers, ...bodies].map(({ trickle }) => trickle(stop.signal)),
    ...Array.from(
      { length: FLOOD_WORKERS },
      (_, index) => flood({ attack, report, index, signal: stop.signal }),
    ),
  ]);
  const result: AttackReport = {
    ...report,
    headers: countStates(headers),
    bodies: countStates(bodies),
  };
  console.log(JSON.stringify(result));
  Deno.exit(0);
}

function headTexts({ slowHeaders, flood }: Attack): string[] {
  return Array.from(
    { length: slowHeaders },
    () => `GET ${flood.path} HTTP/1.1\r\nHost: localhost\r\nX-Slow: `,
  );
}

function bodyTexts({ slowBodies, slow }: Attack): string[] {
  return Array.from({ length: slowBodies }, (_, index) => {
    const { path, token } = slow[index % slow.length] as Target;
    return `PATCH ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
      "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{";
  });
}

interface SlowConnection {
  readonly state: () => string;
  readonly trickle: (signal: AbortSignal) => Promise<void>;
}

function openSlow(url: string, beginnings: readonly string[]): Promise<SlowConnection[]> {
  return Promise.all(beginnings.map(async (beginning) => {
    const connection = await connectTo(url);
    let state = "open";
    readState(connection).then((end) => state = end);
    await connection.write(new TextEncoder().encode(beginning));
    return {
      state: () => state,
      async trickle(signal) {
        // Spread over the second.
        await pause(Math.random() * TRICKLE_MS);
        while (!signal.aborted) {
          // One that has ended takes no more.
          await connection.write(new Uint8Array([0x61])).catch(() => {});
          await pause(TRICKLE_MS);
        }
      },
    };
  }));
}

async function readState(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1024);
  const length = await connection.read(buffer).catch(() => null);
  const text = new TextDecoder().decode(buffer.subarray(0, length ?? 0));
  return /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "ended";
}

function countStates(connections: readonly SlowConnection[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of connections) counts[state()] = (counts[state()] ?? 0) + 1;
  return counts;
}

/** One of the workers that share the pace. */
async function flood(
  { attack: { url, flood: { path, token }, floodPerSecond }, report, index, signal }: {
    readonly attack: Attack;
    readonly report: { readonly flood: Record<string, number>; refusal: Record<string, string> };
    readonly index: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const everyMs = 1000 * FLOOD_WORKERS / floodPerSecond;
  let next = performance.now() + index * everyMs / FLOOD_WORKERS;
  for (let count = 0; !signal.aborted; count++) {
    const response = await fetch(`${url}${path}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: `flood ${index} ${count}` }),
    });
    await response.text();
    report.flood[response.status] = (report.flood[response.status] ?? 0) + 1;
    if (response.status === 429) report.refusal = Object.fromEntries(response.headers);
    next += everyMs;
    await pause(Math.max(0, next - performance.now()));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main(JSON.parse(Deno.env.get("ATTACK") ?? "{}"));
