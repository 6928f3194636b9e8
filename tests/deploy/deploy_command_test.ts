import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../dev/services/free_port.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IMAGE = `registry.example/cauce@sha256:${"0".repeat(64)}`;
const decoder = new TextDecoder();

/** What is refused before anybody is called: the endpoint is a port on which nobody listens. */
const REFUSED = [
  { args: ["--help"], code: 0, says: /deno task deploy:release SERVICE/ },
  { args: ["relaese", "licensing"], code: 64, says: /There is no command "relaese"/ },
  { args: ["release", "license", "--image", IMAGE], code: 64, says: /organization or licensing/ },
  { args: ["release", "licensing"], code: 64, says: /Give --image/ },
  {
    args: ["release", "licensing", "--image", IMAGE, "--strategy", "red"],
    code: 64,
    says: /canary/,
  },
  {
    args: ["release", "licensing", "--image", "cauce:1"],
    code: 7,
    says: /can change under its name/,
  },
  { args: ["up", "--image", IMAGE], code: 64, says: /SERVICE=REPOSITORY/ },
  { args: ["up", "--image", "licensing=cauce:1"], code: 7, says: /can change under its name/ },
  { args: ["scale", "licensing", "--min", "9", "--max", "2"], code: 64, says: /--min is at most/ },
  { args: ["scale", "licensing", "--min", "two", "--max", "2"], code: 64, says: /whole number/ },
  { args: ["status", "--wrong"], code: 64, says: /'--wrong'/ },
  { args: ["status"], code: 1, says: /Cannot reach http/ },
] as const;

for (const { args, code, says } of REFUSED) {
  Deno.test(`deploy ${args.join(" ").slice(0, 60)} exits with ${code} and says why`, async () => {
    await using environment = await exampleEnvironment();

    const result = await run([...args, "--yes", "--environment", environment.file]);

    strictEqual(result.code, code, result.output);
    match(result.output, says);
  });
}

Deno.test("deploy without an environment exits with 78 and says what to copy", async () => {
  const result = await run(["status", "--environment", "nowhere"]);

  strictEqual(result.code, 78);
  match(result.output, /copy deploy\/environments\/example\.json/);
});

Deno.test("deploy against AWS without credentials exits with 78 and says how to get some", async () => {
  const result = await run(["status", "--environment", "example"]);

  strictEqual(result.code, 78);
  match(result.output, /aws configure export-credentials/);
});

async function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-net=127.0.0.1"],
      ...["--allow-env", "deploy/main.ts", ...args],
    ],
    cwd: ROOT,
    env: {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_ENDPOINT_URL: "",
      NO_COLOR: "1",
    },
    stdin: "null",
  }).output();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function exampleEnvironment(): Promise<AsyncDisposable & { readonly file: string }> {
  const folder = await Deno.makeTempDir({ prefix: "cauce_environment_" });
  const file = join(folder, "environment.json");
  const examples = join(ROOT, "deploy/environments");
  const example = JSON.parse(await Deno.readTextFile(join(examples, "example.json")));
  const endpoint = `http://127.0.0.1:${freePort()}/`;
  await Deno.writeTextFile(
    file,
    JSON.stringify({ ...example, stacks: join(examples, example.stacks), endpoint }),
  );
  return { file, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
