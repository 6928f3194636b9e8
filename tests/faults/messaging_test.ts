/**
 * Every fault on every broker: nothing acknowledged is lost, keys keep their order, and delivery
 * goes on within ten seconds of the fault's end.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { type Outcome, RESUMED_MS } from "../support/fault_scene.ts";
import { faultWorlds } from "../support/fault_worlds.ts";
import { say } from "../support/say.ts";
import { wantedBrokers } from "../support/wanted_services.ts";
import { brokerCases } from "./cases/broker_cases.ts";
import { consumerCases } from "./cases/consumer_cases.ts";
import { handlerCases } from "./cases/handler_cases.ts";

const table: string[] = [];

for (const { title, run, mayBeFenced = 0 } of [...brokerCases, ...consumerCases, ...handlerCases]) {
  for (const broker of wantedBrokers()) {
    Deno.test(`${broker}: ${title}`, async () => {
      const outcome = await run(faultWorlds[broker]);

      table.push(toRow(`${broker}: ${title}`, outcome));
      ok(outcome.fenced <= mayBeFenced, `${outcome.fenced} deliveries were fenced`);
      ok(outcome.resumedMs <= RESUMED_MS, `it took ${outcome.resumedMs} ms`);
    });
  }
}

Deno.test.afterAll(() => {
  say(["resumed ms  repeats  fenced  fault", ...table].join("\n"));
});

function toRow(name: string, { resumedMs, repeats, fenced, note }: Outcome): string {
  const numbers = [
    String(Math.round(resumedMs)).padStart(10),
    String(repeats).padStart(7),
    String(fenced).padStart(6),
  ];
  return [...numbers, note === undefined ? name : `${name} (${note})`].join("  ");
}
