import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import { partitionOf } from "@cauce/messaging";
import { listenToOrganizations } from "../support/organization_listener.ts";
import {
  create,
  details,
  openTestOrganization,
  ORGANIZATIONS,
  readProblem,
} from "../support/organization_service.ts";
import { until } from "../support/until.ts";

Deno.test("each change is told once, in order, with its version, correlation id and trace", async () => {
  await using test = await openTestOrganization();
  await using listener = listenToOrganizations(test);
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const headers = {
    "x-correlation-id": "order-7",
    traceparent: `00-${traceId}-b7ad6b7169203331-01`,
  };

  const created = await test.send("POST", ORGANIZATIONS, { body: details, headers });
  const { organizationId } = await created.json();
  const path = `${ORGANIZATIONS}/${organizationId}`;
  for (const name of ["b", "c"]) {
    const response = await test.send("PATCH", path, { body: { name }, headers });
    await response.body?.cancel();
  }
  await (await test.call(path, { method: "DELETE", headers })).body?.cancel();
  await until(() => listener.messages.length >= 4, "four events");

  strictEqual(created.headers.get("x-correlation-id"), "order-7");
  deepStrictEqual(listener.messages.map(({ payload }) => payload), [
    { organizationId, action: "CREATED", version: 1, correlationId: "order-7" },
    { organizationId, action: "UPDATED", version: 2, correlationId: "order-7" },
    { organizationId, action: "UPDATED", version: 3, correlationId: "order-7" },
    { organizationId, action: "DELETED", version: 4, correlationId: "order-7" },
  ]);
  deepStrictEqual(listener.messages.map(({ type }) => type), [
    "organization.created",
    "organization.updated",
    "organization.updated",
    "organization.deleted",
  ]);
  for (const message of listener.messages) {
    strictEqual(message.key, organizationId);
    ok(message.traceparent?.includes(traceId));
  }
});

Deno.test("a read and a refused write publish nothing", async () => {
  await using test = await openTestOrganization();
  await using listener = listenToOrganizations(test);
  const { organizationId } = await create(test);
  const path = `${ORGANIZATIONS}/${organizationId}`;

  for (const read of [path, ORGANIZATIONS]) await (await test.call(read)).body?.cancel();
  await readProblem(
    await test.send("PUT", path, { body: details, headers: { "if-match": '"9"' } }),
  );
  await readProblem(await test.send("PUT", path, { body: { name: "x" } }));
  const last = await test.send("PUT", path, { body: details });
  await last.body?.cancel();
  await until(() => listener.messages.some(({ payload }) => payload.version === 2), "the PUT");

  deepStrictEqual(listener.messages.map(({ payload }) => payload.version), [1, 2]);
});

Deno.test("POST with a known Idempotency-Key gets the first answer and makes nothing", async () => {
  await using test = await openTestOrganization();
  await using listener = listenToOrganizations(test);
  const post = (name: string) =>
    test.send("POST", ORGANIZATIONS, {
      body: { ...details, name },
      headers: { "idempotency-key": "key-1" },
    });

  const first = await post("a");
  const again = await post("a");
  const other = await post("b");

  strictEqual(again.status, 201);
  strictEqual(again.headers.get("location"), first.headers.get("location"));
  strictEqual(again.headers.get("etag"), '"1"');
  deepStrictEqual(await again.json(), await first.json());
  strictEqual(other.status, 422);
  await readProblem(other);
  const page = await (await test.call(ORGANIZATIONS)).json();
  strictEqual(page.items.length, 1);
  await create(test, "last");
  await until(() => listener.messages.length >= 2, "two events");
  strictEqual(listener.messages.length, 2);
});

Deno.test("parallel POSTs with one Idempotency-Key make one organization", async () => {
  await using test = await openTestOrganization();

  const responses = await Promise.all(
    Array.from({ length: 8 }, () =>
      test.send("POST", ORGANIZATIONS, {
        body: details,
        headers: { "idempotency-key": "key-1" },
      })),
  );

  const statuses = new Set(responses.map(({ status }) => status));
  for (const response of responses) await response.body?.cancel();
  ok(statuses.has(201));
  deepStrictEqual([...statuses].filter((status) => status !== 201 && status !== 409), []);
  const page = await (await test.call(ORGANIZATIONS)).json();
  strictEqual(page.items.length, 1);
});

Deno.test("each partition's listener is told that it heard of a change, and of none that is to come", async () => {
  await using test = await openTestOrganization({ env: { OUTBOX_HEARTBEAT_MS: "20" } });
  await using listener = listenToOrganizations(test);
  const { partitionCount } = organizationChanges;
  const before = Date.now();

  const { organizationId } = await create(test);
  const after = Date.now();
  const partition = partitionOf(organizationId, partitionCount);
  await until(
    () => listener.marks.some((mark) => mark.partition === partition && mark.time > after),
    "a watermark behind the change",
  );
  const heard = listener.messages.length;
  await until(
    () => new Set(listener.marks.map((mark) => mark.partition)).size === partitionCount,
    "watermarks of every partition",
  );
  const metrics = await (await test.call("/metrics")).text();

  strictEqual(heard, 1);
  ok(listener.marks.every(({ time }) => time <= Date.now() && time > before - 60_000));
  match(metrics, /^outbox_watermark_age_seconds\S* 0\.\d+$/m);
  match(metrics, /^messaging_sent_total\S* 1$/m);
});

Deno.test("without heartbeats nobody is told how far changes have been sent", async () => {
  await using test = await openTestOrganization({ env: { OUTBOX_HEARTBEAT_MS: "0" } });
  await using listener = listenToOrganizations(test);

  await create(test);
  await until(() => listener.messages.length === 1, "the change");
  const metrics = await (await test.call("/metrics")).text();

  deepStrictEqual(listener.marks, []);
  match(metrics, /^outbox_watermark_age_seconds\S* nan$/im);
});
