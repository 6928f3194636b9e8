import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { execForm, parseDockerfile, stageOf } from "../support/dockerfile.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = await Deno.readTextFile(`${ROOT}/deploy/docker/Dockerfile`);
const instructions = parseDockerfile(text);
const commands = instructions.filter(({ name }) => ["RUN", "CMD", "ENTRYPOINT"].includes(name));
const decoder = new TextDecoder();

Deno.test("the Dockerfile needs no builder but the oldest", () => {
  const modern = text.match(/^# syntax=.*|--mount\b|--link\b|--chmod\b|<<\w+/gim) ?? [];

  deepStrictEqual(modern, []);
});

Deno.test("the Dockerfile needs no shell in its image", () => {
  const programs = commands.map((command) => execForm(command)?.[0]);

  deepStrictEqual(new Set(programs), new Set(["/bin/deno"]));
});

Deno.test("the image runs as nobody, on the Deno that runs these tests", () => {
  const base = instructions.find(({ name, text }) => name === "ARG" && /^DENO_IMAGE=/.test(text));
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));

  match(base?.text ?? "", new RegExp(`:distroless-${Deno.version.deno.replaceAll(".", "\\.")}$`));
  match(last.find(({ name }) => name === "USER")?.text ?? "", /^[1-9]\d*:[1-9]\d*$/);
});

Deno.test("the builder is given what the Dockerfile copies, and nothing else", async () => {
  const ignore = await Deno.readTextFile(`${ROOT}/.dockerignore`);
  const given = ignore.split("\n").filter((line) => line.startsWith("!")).map((line) =>
    line.slice(1)
  );

  const copied = instructions.filter(({ name }) => name === "COPY")
    .flatMap(({ text }) => text.split(/\s+/).slice(0, -1))
    .filter((path) => !path.endsWith("/deno.json"));

  deepStrictEqual(new Set(given), new Set(copied));
});

for (const service of ["organization", "licensing"]) {
  Deno.test(`the image of ${service} holds all that the service loads, and runs it with few permissions`, async () => {
    await using app = await assemble(service);
    const args = app.command("ENTRYPOINT");

    const { code, stderr } = await new Deno.Command("deno", {
      args,
      cwd: app.folder,
      clearEnv: true,
      env: app.env,
    }).output();

    // Without any setting the service loads, looks around, and says what is missing.
    strictEqual(code, 78, decoder.decode(stderr));
    match(
      decoder.decode(stderr),
      /DATABASE_URL[\s\S]*MESSAGING_BINDER|MESSAGING_BINDER[\s\S]*DATABASE_URL/,
    );
    const permissions = args.filter((arg) => /^(-A|--allow|-P|--permission)/.test(arg));
    ok(args.includes("--cached-only") && args.includes("--frozen"));
    deepStrictEqual(
      permissions.map((permission) => permission.replace(/=.*/, "")).sort(),
      ["--allow-env", "--allow-net", "--allow-read", "--allow-sys"],
    );
  });
}

interface App extends AsyncDisposable {
  readonly folder: string;
  readonly env: Record<string, string>;
  /** The arguments after `/bin/deno` of the stage's last such instruction. */
  command(name: string): string[];
}

/** Does what the image's builder does: copies what the stage copies, and runs what it runs. */
async function assemble(service: string): Promise<App> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "cauce_image_" }));
  const { PATH = "", HOME = "" } = Deno.env.toObject();
  const env = { PATH, HOME, DENO_DIR: await denoDir(), NO_COLOR: "1" };
  const stage = stageOf(instructions, service);
  const here = (arg: string) =>
    arg.replaceAll("/app", folder).replaceAll("/deno-dir", env.DENO_DIR);
  for (const instruction of stage) {
    if (instruction.name === "COPY") await copy(instruction.text, folder);
    if (instruction.name !== "RUN") continue;
    const args = execForm(instruction)?.slice(1) ?? [];
    const { success, stderr } = await new Deno.Command("deno", { args, cwd: folder }).output();
    ok(success, decoder.decode(stderr));
  }
  return {
    folder,
    env,
    command(name) {
      const instruction = stage.findLast((instruction) => instruction.name === name);
      return (instruction ? execForm(instruction) : undefined)?.slice(1).map(here) ?? [];
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function copy(text: string, folder: string): Promise<void> {
  const paths = text.split(/\s+/);
  const target = paths.pop() ?? "";
  for (const path of paths) {
    const isFolder = (await Deno.stat(`${ROOT}/${path}`)).isDirectory;
    const to = isFolder ? `${folder}/${target}` : `${folder}/${target}${path.split("/").at(-1)}`;
    await Deno.mkdir(isFolder ? to : dirname(to), { recursive: true });
    // `cp` copies a folder's content like COPY does.
    const from = isFolder ? `${ROOT}/${path}/.` : `${ROOT}/${path}`;
    const { success, stderr } = await new Deno.Command("cp", { args: ["-R", from, to] }).output();
    ok(success, decoder.decode(stderr));
  }
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command("deno", { args: ["info", "--json"] }).output();
  return JSON.parse(decoder.decode(stdout)).denoDir;
}
