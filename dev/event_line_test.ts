import { strictEqual } from "node:assert/strict";
import { toEventLine } from "./event_line.ts";

const message = {
  id: "event-1",
  source: "organization",
  type: "organization.updated",
  subject: "org-1",
  time: 1_000,
  key: "org-1",
  payload: { organizationId: "org-1", action: "UPDATED", version: 2, correlationId: "c-1" },
  traceparent: undefined,
  headers: {},
  position: { destination: "organization-changes", partition: 3, offset: "12" },
};

Deno.test("toEventLine() says where an event went and how long after its commit the cache was fenced", () => {
  const line = toEventLine(
    { kind: "handled", binding: "organization-changes-in", message, attempt: 1, ms: 1 },
    1_004,
  );

  strictEqual(
    line,
    "event  organization-changes[3]@12  key org-1  v2 updated  correlation c-1  " +
      "commit → fenced 4 ms",
  );
});

Deno.test("toEventLine() says nothing of what went as it should on the way", () => {
  strictEqual(toEventLine({ kind: "sent", binding: "b", messages: 1, ms: 1 }, 0), undefined);
  strictEqual(
    toEventLine({ kind: "binding-state", binding: "b", state: "running" }, 0),
    undefined,
  );
});

Deno.test("toEventLine() says why an event is late", () => {
  strictEqual(
    toEventLine({ kind: "send-failed", binding: "b", messages: 2, error: "no broker" }, 0),
    "event  b  2 not sent, waiting in the outbox: no broker",
  );
  strictEqual(
    toEventLine({ kind: "binding-state", binding: "b", state: "down", error: "refused" }, 0),
    "binding  b  down: refused",
  );
});
