import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openDockerRuntime } from "../../deploy/local/runtime/docker/docker_runtime.ts";
import { runCommand } from "../../dev/services/run_command.ts";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { type Answer, request } from "../support/http.ts";
import { freshDatabase } from "../support/postgres.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";
import { type HeldTable, holdTable } from "./docker/held_table.ts";
import { type ServiceContainer, startServiceContainer } from "./docker/service_container.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SERVICES = ["organization", "licensing"] as const;
const MOST_MB = 130;

/** Programs with which somebody who got in would go on. */
const TOOLS =
  /^(\w*sh|busybox|env|apt\S*|dpkg|curl|wget|nc|perl|python\S*|node|openssl|su|sudo|tar|cp|mount)$/;

/** By what the probe tries, in its order: an image may connect and listen, but not to link-local. */
const REFUSED = {
  env: [true, true, true],
  read: [true, true, true],
  write: [true, true, true],
  // There is no program for the first to run.
  run: [false, true],
  ffi: [true],
  sys: [true, true, true],
  net: [false, false, false, false, true],
  import: [true, true],
};
const PROBE = "permission_probe.ts";

type Service = typeof SERVICES[number];

const built = new Map<Service, Promise<string>>();

/** Returns `name@sha256:…`; each image is built once. */
function build(service: Service): Promise<string> {
  const building = built.get(service) ??
    openDockerRuntime().then((runtime) => runtime.build(service, { root: ROOT }));
  built.set(service, building);
  return building;
}

async function idOf(service: Service): Promise<string> {
  return (await build(service)).replace(/^.*@/, "");
}

for (const service of SERVICES) {
  Deno.test(`the image of ${service} is small`, async () => {
    const size = await runCommand([
      ...["docker", "image", "inspect", "--format={{.Size}}", await idOf(service)],
    ]);

    const megabytes = Number(size) / 1e6;
    say(`the image of ${service} has ${megabytes.toFixed(1)} MB`);
    ok(megabytes <= MOST_MB, `${megabytes} MB`);
  });

  Deno.test(`the image of ${service} has no shell, and no other tool`, async () => {
    const paths = await filesOf(await idOf(service));

    const names = paths.map((path) => path.split("/").at(-1) ?? "");
    ok(names.includes("deno") && names.includes("health_check.ts"), "no files were listed");
    deepStrictEqual(names.filter((name) => TOOLS.test(name)), []);
  });

  Deno.test(`the image of ${service} lets its service do what it needs, and no more`, async () => {
    const runtime = await openDockerRuntime();
    const from = await build(service);
    const format = "--format={{json .Config.Entrypoint}}";
    const inspect = ["docker", "image", "inspect", format, await idOf(service)];
    const entrypoint: string[] = JSON.parse(await runCommand(inspect));

    const probing = await runtime.derive({
      from,
      files: { [PROBE]: fileURLToPath(new URL(`../support/${PROBE}`, import.meta.url)) },
      entrypoint: [...entrypoint.slice(0, -1), PROBE, "127.0.0.1:9"],
    });
    const id = probing.replace(/^.*@/, "");
    const output = await runCommand(["docker", "run", "--rm", "--network=none", id]);

    strictEqual(entrypoint.at(-1), `${service}/main.ts`);
    deepStrictEqual(JSON.parse(output), REFUSED);
  });
}

Deno.test("both images run as nobody on a read-only root, turn healthy, and docker stop drains them", async () => {
  await using disposed = new AsyncDisposableStack();
  const own = disposed.use(await freshDatabase());
  const licenses = disposed.use(await freshDatabase());
  const { organization, licensing } = await startBoth(disposed, {
    organization: own.url,
    licensing: licenses.url,
  });

  await Promise.all([organization, licensing].map(turnsHealthy));
  const users = [...await organization.users(), ...await licensing.users()];
  const organizations = `${organization.url}/v1/organization`;
  const { body: { organizationId } } = await request("POST", organizations, { body: ORGANIZATION });
  const ofTenant = `${licensing.url}/v1/organization/${organizationId}/license`;
  const { body: { licenseId } } = await request("POST", ofTenant, { body: LICENSE });
  const license = await answerDuringStop(licensing, {
    path: `/v1/organization/${organizationId}/license/${licenseId}`,
    held: await holdTable(licenses.url, "license"),
  });
  const shown = await answerDuringStop(organization, {
    path: `/v1/organization/${organizationId}`,
    held: await holdTable(own.url, "organization"),
  });

  deepStrictEqual(new Set(users), new Set(["65532"]));
  strictEqual(license.body.organization.name, ORGANIZATION.name);
  strictEqual(shown.body.name, ORGANIZATION.name);
  for (const container of [licensing, organization]) {
    strictEqual((await container.state()).ExitCode, 0, await container.log());
    match(await container.log(), /"message":"Stopped"/);
  }
});

const ORGANIZATION = {
  name: "Ostock",
  contactName: "Ada Lovelace",
  contactEmail: "ada@example.com",
  contactPhone: "+44 20 5550 0100",
};
const LICENSE = { description: "a test", productName: "Ostock", licenseType: "complete" };

interface Databases {
  readonly organization: string;
  readonly licensing: string;
}

async function startBoth(disposed: AsyncDisposableStack, databases: Databases) {
  const destination = uniqueName("organization-changes");
  const shared = {
    AUTH: "open",
    MESSAGING_BINDER: "redis",
    REDIS_URL: await redisUrl(),
    SHUTDOWN_DELAY_MS: "500",
  };
  const organization = disposed.use(
    await startServiceContainer({
      image: await idOf("organization"),
      env: {
        ...shared,
        DATABASE_URL: databases.organization,
        MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: destination,
      },
    }),
  );
  const licensing = disposed.use(
    await startServiceContainer({
      image: await idOf("licensing"),
      env: {
        ...shared,
        DATABASE_URL: databases.licensing,
        ORGANIZATION_URL: organization.url,
        MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
      },
    }),
  );
  return { organization, licensing };
}

/** Asks for what the database keeps back until the container listens no more, and stops it. */
async function answerDuringStop(
  container: ServiceContainer,
  { path, held }: { readonly path: string; readonly held: HeldTable },
): Promise<Answer> {
  await using _held = held;
  const answer = request("GET", `${container.url}${path}`);
  await held.untilWaited();
  const stopped = container.stop();
  await takesNoMore(container);
  await held.release();
  await stopped;
  return await answer;
}

async function turnsHealthy(container: ServiceContainer): Promise<void> {
  const status = async () => (await container.state()).Health?.Status;
  try {
    await until(async () => await status() === "healthy", "a healthy container", {
      timeoutMs: 30_000,
      everyMs: 200,
    });
  } catch (cause) {
    throw new Error(await container.log(), { cause });
  }
}

/** The delay is over: nobody listens, and only the request in flight is left. */
async function takesNoMore({ url }: ServiceContainer): Promise<void> {
  const { hostname, port } = new URL(url);
  await until(async () => {
    try {
      (await Deno.connect({ hostname, port: Number(port) })).close();
      return false;
    } catch (error) {
      return error instanceof Deno.errors.ConnectionRefused;
    }
  }, "a closed port");
}

async function filesOf(image: string): Promise<readonly string[]> {
  const script =
    'id=$(docker create "$1"); docker export "$id" | tar -t; docker rm "$id" >/dev/null';
  return (await runCommand(["sh", "-c", script, "sh", image])).trim().split("\n");
}
