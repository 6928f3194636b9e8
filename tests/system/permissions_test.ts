import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type ServiceName, serviceNames } from "../../tools/service_permissions.ts";

const ROOT = new URL("../..", import.meta.url);
const PROBE = "tests/support/permission_probe.ts";
const ENV = {
  MESSAGING_BINDER: "redis",
  REDIS_URL: "redis://redis.example",
  DATABASE_URL: "sqlite:.data/never-opened.sqlite",
};
/** With these names, as the others are ignored whatever is allowed; and as there are known hosts. */
const NAMES: Readonly<Record<string, string>> = { env: "=HOME,PATH", import: "=esm.sh:443" };
const WIDER = ["env", "read", "write", "run", "ffi", "sys", "net", "import"] as const;

const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

for (const service of serviceNames) {
  Deno.test(`start:${service} runs with its set and the addresses of its settings, and with nothing else`, () => {
    const run = "deno run --quiet --no-prompt";

    strictEqual(
      tasks[`start:${service}`].command,
      `${run} --permission-set=${service} "$(${run} --allow-env tools/allow_net.ts ${service})" ` +
        `${service}/main.ts`,
    );
  });

  Deno.test(`${service}'s process is refused what is not in its permissions`, async () => {
    const refused = await probe(await flagsOf(service));

    for (const permission of WIDER) ok(isAll(true, refused[permission]), JSON.stringify(refused));
  });
}

for (const permission of WIDER) {
  Deno.test(`a process of organization with a wider --allow-${permission} is found out`, async () => {
    const flags = await flagsOf("organization");
    const wider = [
      ...flags.filter((flag) => !flag.startsWith(`--allow-${permission}`)),
      `--allow-${permission}${NAMES[permission] ?? ""}`,
    ];

    const refused = await probe(wider);

    const others = WIDER.filter((other) => other !== permission);
    ok(refused[permission]?.includes(false), JSON.stringify(refused));
    deepStrictEqual(others.filter((other) => !isAll(true, refused[other])), []);
  });
}

/** The flags of `deno task start:…`, made by the program that the task runs. */
async function flagsOf(service: ServiceName): Promise<readonly string[]> {
  const { stdout } = await deno(["--allow-env", "tools/allow_net.ts", service]);
  return [`--permission-set=${service}`, stdout.trim()];
}

async function probe(
  flags: readonly string[],
): Promise<Readonly<Record<string, readonly boolean[]>>> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { stdout, stderr } = await deno([...flags, PROBE, `127.0.0.1:${listener.addr.port}`]);
  ok(stdout !== "", stderr);
  return JSON.parse(stdout);
}

async function deno(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--config=deno.json", ...args],
    cwd: ROOT,
    env: { ...ENV, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function isAll(value: boolean, results: readonly boolean[] | undefined): boolean {
  return results !== undefined && results.length > 0 && results.every((one) => one === value);
}
