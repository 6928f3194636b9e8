import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import { createMessaging, parseMessagingConfig } from "@cauce/messaging";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import {
  makeDataFolder,
  organizationEnv,
  startOrganizationProcess,
} from "../support/organization_process.ts";
import { details, ORGANIZATIONS } from "../support/organization_service.ts";
import { until } from "../support/until.ts";

const STEPS = ["before-commit", "after-commit", "after-publish", "before-mark"] as const;
const MORTAL = [
  "run",
  "--no-prompt",
  "-P=services",
  "--config=tests/deno.json",
  "tests/support/crashing_organization.ts",
];

for (const step of STEPS) {
  Deno.test(`a change is told once and in order when the service is killed ${step}`, async () => {
    await using folder = await makeDataFolder();
    const destination = uniqueName("kill");
    const env = {
      ...organizationEnv({ folder: folder.path, redisUrl: await redisUrl() }),
      MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: destination,
    };
    await using listener = await listen(destination, await redisUrl());

    await killDuringPost(step, env);
    const { process, url } = await startOrganizationProcess(env);
    await using _reborn = process;
    const { organizationId } = await (await post(url)).json();
    for (const name of ["second", "third"]) {
      const response = await fetch(`${url}${ORGANIZATIONS}/${organizationId}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...details, name }),
      });
      await response.body?.cancel();
    }
    await until(() => listener.changes.some(({ version }) => version === 3), "the last change");

    const page = await (await fetch(`${url}${ORGANIZATIONS}`)).json();
    strictEqual(page.items.length, 1);
    deepStrictEqual([...new Set(listener.changes.map((change) => change.organizationId))], [
      organizationId,
    ]);
    deepStrictEqual([...new Set(listener.changes.map(({ version }) => version))], [1, 2, 3]);
  });
}

/** Starts a service that dies at the step, and makes it reach that step. */
async function killDuringPost(step: string, env: Readonly<Record<string, string>>): Promise<void> {
  const { process, url } = await startOrganizationProcess(env, [...MORTAL, step]);
  await using mortal = process;
  // The answer comes before the death or does not come: the caller cannot know.
  await post(url).then((response) => response.body?.cancel()).catch(() => {});
  strictEqual((await mortal.status).signal, "SIGKILL");
}

function post(url: string): Promise<Response> {
  return fetch(`${url}${ORGANIZATIONS}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "one" },
    body: JSON.stringify(details),
  });
}

/** Hears every change on the destination. */
async function listen(destination: string, url: string) {
  const config = parseMessagingConfig({
    MESSAGING_BINDER: "redis",
    REDIS_URL: url,
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
  }, { bindings: ["organization-changes-in"] });
  const messaging = createMessaging({ config, application: "listener" });
  const changes: OrganizationChanged[] = [];
  messaging.sink(organizationChanges, ({ payload }) => {
    changes.push(payload);
    return Promise.resolve();
  }, { group: "listener" });
  messaging.start();
  await until(
    async () => (await messaging.bindings()).every(({ state }) => state === "running"),
    "the listener at work",
  );
  return { changes, [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose]() };
}
