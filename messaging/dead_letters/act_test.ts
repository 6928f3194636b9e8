import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { toBytes } from "../message.ts";
import { type Act, decodeAct, encodeAct } from "./act.ts";

const act: Act = {
  id: "1",
  kind: "edited",
  payload: { n: 1 },
  letters: ["5"],
  run: "r",
  by: "ana",
  at: 1,
};

function deliver(body: Uint8Array) {
  return decodeAct({ key: "", headers: {}, body, offset: "0", storedAt: 0 });
}

Deno.test("an act survives its way through the broker", () => {
  deepStrictEqual(deliver(toBytes(encodeAct(act).body)), act);
});

Deno.test("decodeAct() takes nothing that is no act", () => {
  const others = [
    "",
    "null",
    "[]",
    "{}",
    JSON.stringify({ ...act, kind: "burnt" }),
    JSON.stringify({ ...act, letters: "5" }),
    JSON.stringify({ ...act, kind: "claimed" }),
  ];

  for (const text of others) strictEqual(deliver(new TextEncoder().encode(text)), undefined, text);
  strictEqual(deliver(Uint8Array.of(0xff)), undefined);
});
