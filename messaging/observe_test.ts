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

Deno.test("toText() leaves the cause out where the error says what to do", () => {
  const cause = new Error("unable to verify the first certificate");
  const error = new BrokerUnavailableError("kafka", { cause, state: "check KAFKA_SSL_CA" });

  strictEqual(toText(error), "Cannot reach the kafka broker: check KAFKA_SSL_CA");
});

Deno.test("toText() repeats no cause that the message has already", () => {
  const cause = new Error("it is full");

  strictEqual(toText(new Error("Cannot send: it is full", { cause })), "Cannot send: it is full");
  strictEqual(toText(new Error("Cannot send")), "Cannot send");
  strictEqual(toText("gone"), "gone");
});
