import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { type Answer, request } from "../support/http.ts";
import { type EventLog, openEventLog } from "../support/kills/event_log.ts";
import { organizationNamed } from "../support/main_job.ts";
import {
  makeDataFolder,
  organizationEnv,
  PRODUCTION_ARGS,
} from "../support/organization_process.ts";
import { startServiceProcess } from "../support/processes.ts";
import { say } from "../support/say.ts";
import { canMount, removeBallast, tinyDisk } from "../support/tiny_disk.ts";
import { until } from "../support/until.ts";

const DESTINATION = "MESSAGING_BINDINGS_ORGANIZATION_CHANGES";
const WRITES_ON_FULL_DISK = 30;

if (await canMount()) {
  Deno.test("SQLite on a full disk: writes are refused as a whole, reads go on, and so do writes once there is room", async () => {
    await using folder = await makeDataFolder();
    const destination = uniqueName("full");
    const env = organizationEnv({ folder: folder.path, redisUrl: await redisUrl() });
    await using log = await openEventLog({
      ...env,
      [`${DESTINATION}_IN_DESTINATION`]: destination,
    });
    await using service = await startServiceProcess({
      within: tinyDisk(folder.path, { size: 9000, ballast: 8000 }).within,
      args: PRODUCTION_ARGS,
      env: { ...env, [`${DESTINATION}_OUT_DESTINATION`]: destination },
      readyLine: /"url":"http/,
    });
    const url = `${JSON.parse(service.readyLine).url}/v1/organization`;
    const written = new Map<string, { version: number; name: string }>();

    const full = await writeUntilRefused(url, written);
    const statuses = new Set<number>();
    for (let times = 0; times < WRITES_ON_FULL_DISK; times += 1) {
      statuses.add((await write(url, written)).status);
    }
    const health = await request("GET", `${new URL(url).origin}/health`);
    await isAsWritten(url, written);

    say(`full after ${written.size} organizations: ${JSON.stringify(full.body)}`);
    strictEqual(full.status, 507);
    strictEqual(full.body.detail, "The database has no room left; nothing was written");
    ok([...statuses].every((status) => status === 507 || status === 201), [...statuses].join());
    strictEqual(health.status, 200);

    await removeBallast(folder.path, service.pid);
    await until(
      async () => (await write(url, written)).status === 201,
      "a write once there is room",
    );
    for (const id of written.keys()) strictEqual((await change(url, written, id)).status, 200);
    await isAsWritten(url, written);
    await until(() => hasAll(log, written), "the event of each write", { timeoutMs: 20_000 });
  });
} else {
  say("left out: the full disk, as this system lets nobody mount one");
}

type Written = Map<string, { version: number; name: string }>;

async function write(url: string, written: Written): Promise<Answer> {
  const name = `${written.size} ${"x".repeat(80)}`;
  const answer = await request("POST", url, { body: organizationNamed(name) });
  if (answer.status === 201) {
    written.set(answer.body.organizationId, { version: 1, name: answer.body.name });
  }
  return answer;
}

async function change(url: string, written: Written, id: string): Promise<Answer> {
  const answer = await request("PUT", `${url}/${id}`, { body: organizationNamed("changed") });
  if (answer.status === 200) written.set(id, { version: answer.body.version, name: "changed" });
  return answer;
}

async function writeUntilRefused(url: string, written: Written): Promise<Answer> {
  while (true) {
    const answer = await write(url, written);
    if (answer.status !== 201) return answer;
  }
}

/** Everything that was acknowledged is there, and nothing else. */
async function isAsWritten(url: string, written: Written): Promise<void> {
  const found: Written = new Map();
  for (let next: string | null = ""; next !== null;) {
    const cursor: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
    const { status, body } = await request("GET", `${url}?limit=100${cursor}`);
    strictEqual(status, 200);
    for (const { organizationId, version, name } of body.items) {
      found.set(organizationId, { version, name });
    }
    next = body.next;
  }
  deepStrictEqual(new Map([...found].sort()), new Map([...written].sort()));
}

function hasAll(log: EventLog, written: Written): boolean {
  const logged = new Set(log.events.map((event) => `${event.organizationId} ${event.version}`));
  const expected = [...written].flatMap(([id, { version }]) =>
    Array.from({ length: version }, (_, index) => `${id} ${index + 1}`)
  );
  return expected.every((event) => logged.has(event)) && logged.size === expected.length;
}
