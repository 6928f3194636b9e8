import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { httpOrganizationClient } from "./http_organization_client.ts";

const caller = {
  correlationId: "c1",
  traceparent: "00-11111111111111111111111111111111-2222222222222222-01",
};

/** A real server that answers as it is told, and a client for it. */
function open(
  handler: (request: Request) => Response | Promise<Response>,
  { timeoutMs = 1000, maxConcurrent = 8 } = {},
) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  const client = httpOrganizationClient({
    url: `http://127.0.0.1:${server.addr.port}`,
    timeoutMs,
    maxConcurrent,
    logger: silentLogger,
  });
  return { client, [Symbol.asyncDispose]: () => server.shutdown() };
}

function gone(version: number): Response {
  return Response.json({ status: 404, version }, { status: 404 });
}

Deno.test("httpOrganizationClient() passes the caller's ids on and escapes the organization's", async () => {
  const seen: string[] = [];
  await using test = open(({ url, headers }) => {
    seen.push(
      new URL(url).pathname,
      ...["x-correlation-id", "traceparent"].map((name) => headers.get(name) ?? ""),
    );
    return gone(4);
  });

  const answer = await test.client.find("a/b?c", caller);

  deepStrictEqual(answer, { state: "deleted", version: 4 });
  deepStrictEqual(seen, ["/v1/organization/a%2Fb%3Fc", caller.correlationId, caller.traceparent]);
});

Deno.test("httpOrganizationClient() asks for what is newer, and takes 304 for no change", async () => {
  const value = { name: "Ostock", contactName: "", contactEmail: "", contactPhone: "" };
  await using test = open(({ headers }) =>
    headers.get("if-none-match") === '"4"'
      ? new Response(null, { status: 304 })
      : Response.json({ organizationId: "o1", ...value, version: 4 })
  );

  const same = await test.client.findIfChanged("o1", { version: 4, caller });
  const newer = await test.client.findIfChanged("o1", { version: 3, caller });

  strictEqual(same, "unchanged");
  deepStrictEqual(newer, { state: "live", version: 4, value });
});

Deno.test("httpOrganizationClient() takes no 304 that it did not ask for", async () => {
  await using test = open(() => new Response(null, { status: 304 }));

  strictEqual(await test.client.find("o1", caller), "unavailable");
});

for (const id of [".", ".."]) {
  Deno.test(`httpOrganizationClient() knows without asking that no organization is "${id}"`, async () => {
    await using test = open(() => new Response(null, { status: 404 }));

    const answers = await Promise.all(
      Array.from({ length: 9 }, () => test.client.find(id, caller)),
    );

    deepStrictEqual(answers, Array(9).fill({ state: "deleted", version: 0 }));
    strictEqual(test.client.isReachable, true);
  });
}

Deno.test("httpOrganizationClient() repeats a failed request once", async () => {
  let requests = 0;
  await using test = open(() => ++requests === 1 ? new Response(null, { status: 503 }) : gone(1));

  deepStrictEqual(await test.client.find("o1", caller), { state: "deleted", version: 1 });
  strictEqual(requests, 2);
});

Deno.test("httpOrganizationClient() does not repeat a request that was refused", async () => {
  let requests = 0;
  await using test = open(() => {
    requests += 1;
    return new Response(null, { status: 403 });
  });

  strictEqual(await test.client.find("o1", caller), "unavailable");
  strictEqual(requests, 1);
});

Deno.test("httpOrganizationClient() follows no redirection", async () => {
  await using test = open(() => Response.redirect("http://127.0.0.1:1/elsewhere"));

  strictEqual(await test.client.find("o1", caller), "unavailable");
});

Deno.test("httpOrganizationClient() gives up in time on a server that hangs", async () => {
  const hang = Promise.withResolvers<Response>();
  await using test = open(() => hang.promise, { timeoutMs: 100 });

  const begun = performance.now();
  const answer = await test.client.find("o1", caller);
  const tookMs = performance.now() - begun;
  hang.resolve(gone(1));

  strictEqual(answer, "unavailable");
  ok(tookMs < 1000, `${tookMs} ms`);
});

Deno.test("httpOrganizationClient() leaves a failing server alone, and says so", async () => {
  let requests = 0;
  await using test = open(() => {
    requests += 1;
    return new Response(null, { status: 500 });
  });

  for (let count = 0; count < 20; count++) await test.client.find("o1", caller);

  ok(requests <= 5, `${requests} requests`);
  strictEqual(test.client.isReachable, false);
});

Deno.test("httpOrganizationClient() lets nobody who has a value wait for the one who tries again", async () => {
  const hang = Promise.withResolvers<Response>();
  let isTried = false;
  await using test = open(() => {
    if (!isTried) return new Response(null, { status: 500 });
    return hang.promise;
  });
  while (test.client.isReachable) await test.client.find("o1", caller);
  isTried = true;
  const tries: Promise<unknown>[] = [];
  let isDone = false;
  while (!test.client.isReachable) {
    tries.push(test.client.find("o1", caller));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  void tries.at(-1)?.then(() => isDone = true);

  const answer = await test.client.findIfChanged("o1", { version: 1, caller });
  const isTrying = !isDone;
  hang.resolve(gone(1));
  await Promise.all(tries);

  deepStrictEqual([answer, isTrying], ["unavailable", true]);
});

Deno.test("httpOrganizationClient() runs no more requests at once than it may", async () => {
  let [running, most] = [0, 0];
  const gate = Promise.withResolvers<void>();
  await using test = open(async () => {
    most = Math.max(most, ++running);
    if (running === 2) gate.resolve();
    await gate.promise;
    running -= 1;
    return gone(1);
  }, { maxConcurrent: 2 });

  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => test.client.find(`o${index}`, caller)),
  );

  strictEqual(most, 2);
  // Two ran and eight waited; the rest was told at once.
  strictEqual(answers.filter((answer) => answer === "unavailable").length, 20);
});
