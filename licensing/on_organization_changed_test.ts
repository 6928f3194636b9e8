import { deepStrictEqual, rejects } from "node:assert/strict";
import type { OrganizationChanged } from "@cauce/contracts";
import { type Message, PauseAndRetryError } from "@cauce/messaging";
import { memoryOrganizationCache } from "./cache/memory_organization_cache.ts";
import { type Fenced, onOrganizationChanged } from "./on_organization_changed.ts";

const payload: OrganizationChanged = {
  organizationId: "o1",
  action: "UPDATED",
  version: 4,
  correlationId: "c1",
};
const message: Message<OrganizationChanged> = {
  id: "e1",
  source: "organization",
  type: "organization.updated",
  subject: "o1",
  time: 100,
  key: "o1",
  payload,
  traceparent: undefined,
  headers: {},
  position: { destination: "organization-changes", partition: 0, offset: "0" },
};
const context = { signal: new AbortController().signal, attempt: 1, token: 1 };

Deno.test("onOrganizationChanged() raises the fence and tells how long it took", async () => {
  const cache = memoryOrganizationCache({ maxEntries: 10, now: () => 130 });
  const seen: Fenced[] = [];
  const observe = (fenced: Fenced) => void seen.push(fenced);
  const sink = onOrganizationChanged({ cache, keepMs: 1000, now: () => 130, observe });

  await sink(message, context);
  await sink(message, context);

  deepStrictEqual(seen, [
    { change: payload, outcome: "RAISED", sinceCommitMs: 30 },
    { change: payload, outcome: "OLD", sinceCommitMs: 30 },
  ]);
});

Deno.test("onOrganizationChanged() asks for a pause while the cache is out of reach", async () => {
  const cache = {
    ...memoryOrganizationCache({ maxEntries: 10, now: () => 0 }),
    invalidate: () => Promise.reject(new Error("down")),
  };
  const observed: Fenced[] = [];
  const sink = onOrganizationChanged({
    cache,
    keepMs: 1000,
    now: () => 0,
    observe: (fenced) => void observed.push(fenced),
  });

  await rejects(sink(message, context), PauseAndRetryError);
  deepStrictEqual(observed, []);
});
