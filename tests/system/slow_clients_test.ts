/**
 * What a flood and clients that never finish their requests leave to everybody else.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { percentile } from "../../bench/percentiles.ts";
import type { Issuer } from "../../dev/issuer/issuer.ts";
import type { Attack, AttackReport, Target } from "../support/attacker.ts";
import { request } from "../support/http.ts";
import { details, ORGANIZATIONS } from "../support/organization_service.ts";
import { freshDatabase } from "../support/postgres.ts";
import { startServiceProcess } from "../support/processes.ts";
import { say } from "../support/say.ts";
import { type RunningService, startService } from "../support/service_processes.ts";
import { jwtSettings, openTestIssuer, tokenOf } from "../support/test_issuer.ts";

const PER_SECOND = 25;
const FLOOD_PER_SECOND = 200;
const SLOW_OF_EACH_KIND = 250;
/** So many that all bodies of a round may begin at once. */
const SLOW_TENANTS = SLOW_OF_EACH_KIND / PER_SECOND;
/** So many that their own limit is far away. */
const QUIET_TENANTS = 10;
const READS = 100;
const READ_EVERY_MS = 5;
/** The machine may be busy with something else: the calmest of these windows tell. */
const MAX_ROUNDS = 20;
const MAX_RATIO = 3;

Deno.test(`${2 * SLOW_OF_EACH_KIND} slow connections and a flood leave the p99 of other tenants within ${MAX_RATIO} times what it was`, async () => {
  await using scene = await openScene({ perSecond: PER_SECOND, floodPerSecond: FLOOD_PER_SECOND });

  const ratio = await measureRatio(scene, { check: isReal });

  ok(ratio <= MAX_RATIO, `the p99 was ${ratio.toFixed(1)} times what it was`);
});

if (Deno.env.has("TEST_LONG")) {
  Deno.test("without a limit other tenants feel a flood, so the windows can tell one", async () => {
    await using scene = await openScene({ perSecond: 0, floodPerSecond: 1500 });

    const ratio = await measureRatio(scene, {
      rounds: { min: 8, max: 8 },
      check: ({ flood }) => strictEqual(Object.keys(flood).join(), "200"),
    });

    ok(ratio > MAX_RATIO, `the p99 was only ${ratio.toFixed(1)} times what it was`);
  });
}

/** Windows in calm and under attack by turns, until the calmest of each tell that there is no harm. */
async function measureRatio(
  scene: Scene,
  { check, rounds = { min: 1, max: MAX_ROUNDS } }: {
    readonly check: (report: AttackReport) => void;
    readonly rounds?: { readonly min: number; readonly max: number };
  },
): Promise<number> {
  let [calm, attacked, round] = [Infinity, Infinity, 0];
  do {
    round += 1;
    calm = Math.min(calm, await measure(scene));
    const { p99, report } = await measureUnderAttack(scene);
    check(report);
    attacked = Math.min(attacked, p99);
  } while (round < rounds.min || (attacked > MAX_RATIO * calm && round < rounds.max));
  say(
    `p99 of other tenants: ${calm.toFixed(1)} ms, under attack ${
      attacked.toFixed(1)
    } ms; ${round} rounds`,
  );
  return attacked / calm;
}

/** All slow connections were there, and the flood was far above the limit. */
function isReal({ flood, refusal, headers, bodies }: AttackReport): void {
  deepStrictEqual(headers, { open: SLOW_OF_EACH_KIND });
  const { open = 0, 408: late = 0 } = bodies;
  strictEqual(open + late, SLOW_OF_EACH_KIND, JSON.stringify(bodies));
  const { 200: allowed = 0, 429: refused = 0, ...others } = flood;
  strictEqual(Object.keys(others).length, 0, JSON.stringify(flood));
  ok(allowed > 0 && refused > allowed, JSON.stringify(flood));
  match(refusal["ratelimit"] ?? "", /^"tenant";r=0;t=\d+$/);
  strictEqual(refusal["ratelimit-policy"], `"tenant";q=${2 * PER_SECOND};w=2`);
  ok(Number(refusal["retry-after"]) >= 1);
}

interface Scene extends AsyncDisposable {
  readonly service: RunningService;
  readonly quiet: readonly Target[];
  readonly attack: Attack;
}

/** Organization as in production, but for a broker: there is none. */
async function openScene(
  { perSecond, floodPerSecond }: { readonly perSecond: number; readonly floodPerSecond: number },
): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const issuer = opened.use(await openTestIssuer());
  const database = opened.use(await freshDatabase());
  const service = opened.use(
    await startService("organization", {
      ...jwtSettings("organization", { issuer }),
      DATABASE_URL: database.url,
      MESSAGING_BINDER: "redis",
      REDIS_URL: "redis://127.0.0.1:1",
      RATE_LIMIT_PER_SECOND: String(perSecond),
    }),
  );
  const tenants = (count: number) =>
    Promise.all(Array.from({ length: count }, () => createTenant(service, issuer)));
  const quiet = await tenants(QUIET_TENANTS);
  const slow = await tenants(SLOW_TENANTS);
  const [flood] = await tenants(1);
  if (flood === undefined) throw new Error("Cannot find the tenant that floods");
  const parts = opened.move();
  return {
    service,
    quiet,
    attack: {
      url: service.url,
      flood,
      floodPerSecond,
      slow,
      slowHeaders: SLOW_OF_EACH_KIND,
      slowBodies: SLOW_OF_EACH_KIND,
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function createTenant({ url }: RunningService, issuer: Issuer): Promise<Target> {
  const admin = await tokenOf(issuer, { scopes: ["organizations:admin"] });
  const { body: { organizationId } } = await request("POST", `${url}${ORGANIZATIONS}`, {
    body: details,
    headers: { authorization: `Bearer ${admin}` },
  });
  const scopes = ["organization:read", "organization:write"];
  return {
    path: `${ORGANIZATIONS}/${organizationId}`,
    token: await tokenOf(issuer, { scopes, claims: { organizationId } }),
  };
}

/** The p99 of reads that the quiet tenants make in turn, in ms. */
async function measure({ service, quiet }: Scene): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < READS; count++) {
    const { path, token } = quiet[count % quiet.length] as Target;
    const begun = performance.now();
    const { status } = await request("GET", `${service.url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    times.push(performance.now() - begun);
    strictEqual(status, 200);
    // A pace, not a wait: a reader without one would be a flood itself.
    await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS));
  }
  return percentile(times, 0.99);
}

async function measureUnderAttack(
  scene: Scene,
): Promise<{ readonly p99: number; readonly report: AttackReport }> {
  const attacker = await startServiceProcess({
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      "tests/support/attacker.ts",
    ],
    env: { ATTACK: JSON.stringify(scene.attack) },
    readyLine: "Attacking",
  });
  const p99 = await measure(scene);
  await attacker.terminate();
  return { p99, report: JSON.parse(attacker.lines.at(-1) ?? "{}") };
}
