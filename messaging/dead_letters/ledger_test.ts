import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Act, Deed } from "./act.ts";
import { Ledger } from "./ledger.ts";

let acts = 0;

function act(deed: Deed, letters: readonly string[], run = "one"): Act {
  acts += 1;
  return { ...deed, id: `act-${acts}`, letters, run, by: "somebody", at: 0 };
}

const claim = { kind: "claimed", forMs: 100 } as const;

Deno.test("a ledger gives a letter to the run whose claim comes first", () => {
  const ledger = new Ledger();

  deepStrictEqual(ledger.apply(act(claim, ["1", "2"]), 0), ["1", "2"]);
  deepStrictEqual(ledger.apply(act(claim, ["2", "3"], "two"), 99), ["3"]);

  strictEqual(ledger.stateOf("2", 99), "replaying");
});

Deno.test("a ledger lets another run claim, edit and discard once a claim has ended or was released", () => {
  const ledger = new Ledger();
  ledger.apply(act(claim, ["1", "2"]), 0);

  deepStrictEqual(ledger.apply(act({ kind: "discarded" }, ["1"], "two"), 99), []);
  deepStrictEqual(ledger.apply(act({ kind: "edited", payload: 1 }, ["1"], "two"), 99), []);
  deepStrictEqual(ledger.apply(act({ kind: "released" }, ["2"], "two"), 99), []);
  deepStrictEqual(ledger.apply(act({ kind: "released" }, ["2"]), 99), ["2"]);

  deepStrictEqual(ledger.apply(act({ kind: "discarded" }, ["1", "2"], "two"), 100), ["1", "2"]);
});

Deno.test("a ledger counts a letter as replayed, whoever has claimed it meanwhile", () => {
  const ledger = new Ledger();
  ledger.apply(act(claim, ["1"]), 0);
  ledger.apply(act(claim, ["1"], "two"), 200);

  ledger.apply(act({ kind: "replayed" }, ["1"]), 201);

  strictEqual(ledger.stateOf("1", 201), "replayed");
});

Deno.test("a ledger changes nothing more on what is replayed or discarded", () => {
  const ledger = new Ledger();
  ledger.apply(act({ kind: "discarded" }, ["1"]), 0);

  for (const deed of [claim, { kind: "replayed" }, { kind: "edited", payload: 1 }] as const) {
    deepStrictEqual(ledger.apply(act(deed, ["1"]), 1), [], deed.kind);
  }

  strictEqual(ledger.stateOf("1", 1), "discarded");
  strictEqual(ledger.editOf("1"), undefined);
  deepStrictEqual(ledger.actsOf("1").map(({ kind }) => kind), ["discarded"]);
});

Deno.test("a ledger counts an act that was stored twice once", () => {
  const ledger = new Ledger();
  const twice = act(claim, ["1"]);
  ledger.apply(twice, 0);
  ledger.apply(act({ kind: "released" }, ["1"]), 1);

  deepStrictEqual(ledger.apply(twice, 2), []);

  strictEqual(ledger.stateOf("1", 2), "waiting");
});

Deno.test("a ledger keeps the last edit", () => {
  const ledger = new Ledger();
  ledger.apply(act({ kind: "edited", payload: 1 }, ["1"]), 0);
  ledger.apply(act({ kind: "edited", payload: null }, ["1"], "two"), 1);

  deepStrictEqual(ledger.editOf("1"), { payload: null });
});
