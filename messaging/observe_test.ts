import { strictEqual } from "node:assert/strict";
import { BrokerUnavailableError } from "./errors.ts";
import { toText } from "./observe.ts";

Deno.test("toText() ends with the first cause, which a person can do something about", () => {
  const cause = new Error("Connection failed", { cause: new Error("WRONGPASS invalid password") });

  strictEqual(
    toText(new BrokerUnavailableError("redis", { cause })),
    "Cannot reach the redis broker: WRONGPASS invalid password",
  );
});

Deno.test("toText() repeats no cause that the message has already", () => {
  const cause = new Error("it is full");

  strictEqual(toText(new Error("Cannot send: it is full", { cause })), "Cannot send: it is full");
  strictEqual(toText(new Error("Cannot send")), "Cannot send");
  strictEqual(toText("gone"), "gone");
});
