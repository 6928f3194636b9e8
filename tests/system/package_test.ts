import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { stop } from "esbuild";
import { packMessaging } from "../../dev/package/pack.ts";
import { runCommand } from "../../dev/services/run_command.ts";
import { codeBlocks } from "../../tools/code_blocks.ts";
import { kafkaBrokers, redisUrl, uniqueName } from "../support/brokers.ts";
import { type BrokerName, wantedBrokers } from "../support/wanted_services.ts";

const NODE_22 = ["npm", "exec", "--yes", "--package=node@22", "--", "node"];
const README = new URL("../../dev/package/README.md", import.meta.url);

/** What Deno and npm must find; nothing of a broker. */
const INHERITED = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR"];

/** A folder like a user's, in which the package is installed from its tarball. */
async function installPackage(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "cauce-user-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const tarball = await packMessaging({ folder, allowDirty: true });
    await Deno.writeTextFile(`${folder}/package.json`, '{ "type": "module" }');
    const wanted = [tarball, "@types/node@24.10.1"];
    await runCommand(["npm", "install", "--no-audit", "--no-fund", ...wanted], { cwd: folder });
    const [hello] = codeBlocks(await Deno.readTextFile(README));
    for (const file of ["hello.js", "hello.ts"]) {
      await Deno.writeTextFile(`${folder}/${file}`, hello?.text ?? "");
    }
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await stop();
  }
}

/** Runs a program of the user with an environment that names at most one broker. */
async function run(
  command: readonly string[],
  { folder, env = {} }: { folder: string; env?: Readonly<Record<string, string>> },
): Promise<string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const output = await runCommand(["env", "-i", ...inherited, ...given, ...command], {
    cwd: folder,
  });
  return output.trim();
}

/** Wrong but for the line that says so. */
const TYPES = `import { defineChannel, type Messaging } from "@cauce/messaging";
const orders = defineChannel({
  name: "orders",
  schema: { parse: (input: unknown) => input as { readonly id: string } },
  keyOf: ({ id }) => id,
});
export async function use(messaging: Messaging): Promise<void> {
  messaging.sink(orders, async ({ payload }) => void payload.id.toUpperCase());
  await messaging.source(orders).send({ id: "order-1" });
  // @ts-expect-error -- an id is text
  await messaging.source(orders).send({ id: 1 });
}
`;

/** A broker for the program, and a destination of its own. */
async function environmentOf(broker: BrokerName): Promise<Readonly<Record<string, string>>> {
  const destination = uniqueName("greetings");
  return {
    MESSAGING_BINDER: broker,
    ...(broker === "kafka"
      ? { KAFKA_BROKERS: await kafkaBrokers() }
      : { REDIS_URL: await redisUrl() }),
    MESSAGING_BINDINGS_GREETINGS_OUT_DESTINATION: destination,
    MESSAGING_BINDINGS_GREETINGS_IN_DESTINATION: destination,
  };
}

const DENO = ["deno", "run", "--no-prompt", "--node-modules-dir=manual", "--allow-env"];

Deno.test("the package runs its README's program on Node 22 and on Deno", async (test) => {
  await using user = await installPackage();

  await test.step("on Node 22", async () => {
    match(await run([...NODE_22, "--version"], user), /^v22\./);
    strictEqual(await run([...NODE_22, "hello.js"], user), "hello world over memory");
  });

  await test.step("on Deno, type-checked, without permission to read or to connect", async () => {
    strictEqual(await run([...DENO, "--check", "hello.ts"], user), "hello world over memory");
  });

  for (const broker of wantedBrokers()) {
    await test.step(`over ${broker}, on both`, async () => {
      const env = await environmentOf(broker);
      strictEqual(
        await run([...NODE_22, "hello.js"], { ...user, env }),
        `hello world over ${broker}`,
      );
      const onDeno = [...DENO, "--allow-net", "--allow-sys", "hello.ts"];
      strictEqual(await run(onDeno, { ...user, env }), `hello world over ${broker}`);
    });
  }

  await test.step("every export loads on Node 22", async () => {
    const { exports } = await manifestOf(user.folder);
    const names = Object.keys(exports).map((name) => `@cauce/messaging${name.slice(1)}`);
    const program = `for (const name of ${JSON.stringify(names)}) await import(name);`;
    strictEqual(await run([...NODE_22, "--input-type=module", "-e", program], user), "");
  });

  await test.step("its types know a channel's payload", async () => {
    await Deno.writeTextFile(`${user.folder}/types.ts`, TYPES);
    strictEqual(await run(["deno", "check", "--quiet", "types.ts"], user), "");
  });

  await test.step("it pins what it depends on and names the least Node", async () => {
    const { dependencies, engines, license } = await manifestOf(user.folder);
    const versions = Object.values(dependencies).join(" ");
    match(versions, /^(\d+\.\d+\.\d+ ?)+$/);
    deepStrictEqual({ engines, license }, {
      engines: { node: ">=22.12", deno: ">=2.9" },
      license: "MIT",
    });
  });
});

interface InstalledManifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
  readonly license: string;
}

async function manifestOf(folder: string): Promise<InstalledManifest> {
  const file = `${folder}/node_modules/@cauce/messaging/package.json`;
  return JSON.parse(await Deno.readTextFile(file));
}
