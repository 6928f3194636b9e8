import { match, notStrictEqual, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { createHttpApp } from "./http_app.ts";
import { acceptCorrelationId, acceptTraceparent } from "./request_context.ts";

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

Deno.test("the correlation id and the trace context of the caller are echoed, on errors too", async () => {
  const app = createHttpApp({ title: "T", version: "1", logger: silentLogger });
  const response = await app.request("/nothing", {
    headers: { "x-correlation-id": "order 7", traceparent: TRACE },
  });

  strictEqual(response.headers.get("x-correlation-id"), "order 7");
  strictEqual(response.headers.get("traceparent"), TRACE);
});

for (const given of [undefined, "", "a".repeat(201), "tab\there", "ñ", " a"]) {
  Deno.test(`acceptCorrelationId() mints one instead of ${JSON.stringify(given)?.slice(0, 12)}`, () => {
    const id = acceptCorrelationId(given);

    notStrictEqual(id, given);
    match(id, /^[0-9a-f-]{36}$/);
  });
}

Deno.test("acceptCorrelationId() takes 200 printable characters", () => {
  strictEqual(acceptCorrelationId("a".repeat(200)), "a".repeat(200));
  strictEqual(acceptCorrelationId("x"), "x");
});

for (
  const given of [
    undefined,
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    `${TRACE}-more`,
    TRACE.toUpperCase(),
  ]
) {
  Deno.test(`acceptTraceparent() mints one instead of ${given}`, () => {
    const traceparent = acceptTraceparent(given);

    notStrictEqual(traceparent, given);
    match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
}

Deno.test("acceptTraceparent() takes what it knows of a later version", () => {
  strictEqual(acceptTraceparent(`01${TRACE.slice(2)}-more`), TRACE);
});
