import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { createCachedLicense, rename, showsEverywhere } from "../support/main_job.ts";
import { makeDataFolder } from "../support/organization_process.ts";
import { type ServiceProcess, startServiceProcess } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { wantedServices } from "../support/wanted_services.ts";

/** As `deno task dev` has it. */
const DEV = [
  "run",
  "--quiet",
  "--no-prompt",
  "--allow-read",
  "--allow-write=.data",
  "--allow-env",
  "--allow-run",
  "dev/main.ts",
];

async function startDev(env: Readonly<Record<string, string>>, flags: readonly string[]) {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await makeDataFolder());
  const process = opened.use(
    await startServiceProcess({
      args: [...DEV, ...flags],
      env: {
        ORGANIZATION_PORT: "0",
        LICENSING_PORT: "0",
        ORGANIZATION_DATABASE_URL: `sqlite:${folder.path}/organization.sqlite`,
        LICENSING_DATABASE_URL: `sqlite:${folder.path}/licensing.sqlite`,
        ...env,
      },
      readyLine: /^ {2}curl -i/,
      timeoutMs: 120_000,
    }),
  );
  const addresses = {
    organization: addressOf("organization", process),
    licensing: [addressOf("licensing", process)],
  };
  const all = opened.move();
  return { process, addresses, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function addressOf(service: string, { lines }: ServiceProcess): string {
  const line = lines.findLast((line) => line.trim().startsWith(`${service} `)) ?? "";
  return /http:\/\/[\d.:]+/.exec(line)?.[0] ?? `no address of ${service} in ${lines.join("\n")}`;
}

async function isListening(address: string): Promise<boolean> {
  const [hostname = "", port] = address.replace(/^redis:\/\//, "").split(":");
  try {
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test("dev runs both services on embedded parts, tells each event's way and ends with 0", async () => {
  await using dev = await startDev({}, ["--no-watch"]);
  const license = await createCachedLicense(dev.addresses, "before");

  await rename(license, "after");
  await showsEverywhere(license, "after");

  const told = await until(
    () => dev.process.lines.find((line) => /^event .*v2 updated/.test(line)),
    "the event's line",
  );
  match(
    told,
    /^event {2}organization-changes\[\d\]@\d+ {2}key \S+ {2}v2 updated {2}correlation \S+/,
  );
  match(told, /commit → fenced \d+ ms$/);
  strictEqual(await dev.process.terminate(), 0);
});

for (const broker of ["kafka", "redis"] as const) {
  if (!wantedServices().includes(broker)) continue;

  Deno.test(`dev starts ${broker} where no address is set, and stops it at its end`, async () => {
    await using dev = await startDev({ MESSAGING_BINDER: broker }, ["--no-watch"]);
    const started = dev.process.lines
      .flatMap((line) => /^(?:kafka|redis): \w+ at (\S+?),/.exec(line)?.[1] ?? []);
    ok(started.length > 0, dev.process.lines.join("\n"));
    const license = await createCachedLicense(dev.addresses, "before");

    await rename(license, "after");
    await showsEverywhere(license, "after");

    for (const address of started) ok(await isListening(address), `${address} is not there`);
    strictEqual(await dev.process.terminate(), 0);
    for (const address of started) ok(!await isListening(address), `${address} is still there`);
  });
}

Deno.test("dev starts the services anew when a source file changes", async () => {
  await using dev = await startDev({}, []);

  await Deno.utime(new URL("../../dev/event_line.ts", import.meta.url), new Date(), new Date());

  await until(
    () => dev.process.lines.filter((line) => line.startsWith("ready in")).length === 2,
    "a second ready line",
  );
  strictEqual(await dev.process.terminate(), 0);
});

Deno.test("dev refuses a misspelt key with a suggestion and code 78", async () => {
  await rejects(
    startDev({ MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_CONCURENCY: "2" }, []),
    /exit code 78[\s\S]*did you mean[\s\S]*CONSUMER_CONCURRENCY/i,
  );
});
