import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { assemble } from "../../deploy/docker/assemble.ts";
import { execForm, parseDockerfile, stageOf } from "../../deploy/docker/dockerfile.ts";
import { makeTempFolder } from "../support/temp_folder.ts";

const SERVICES = ["organization", "licensing"];
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
  const users = SERVICES.map((service) =>
    stageOf(instructions, service).findLast(({ name }) => name === "USER")?.text
  );

  match(base?.text ?? "", new RegExp(`:distroless-${Deno.version.deno.replaceAll(".", "\\.")}$`));
  for (const user of users) match(user ?? "", /^[1-9]\d*:[1-9]\d*$/);
});

Deno.test("the builder is given what the Dockerfile copies, and nothing else", async () => {
  const ignore = await Deno.readTextFile(`${ROOT}/.dockerignore`);
  const given = ignore.split("\n").filter((line) => line.startsWith("!")).map((line) =>
    line.slice(1)
  );

  const copied = instructions
    .filter(({ name, text }) => name === "COPY" && !text.startsWith("--from="))
    .flatMap(({ text }) => text.split(/\s+/).slice(0, -1))
    .filter((path) => !path.endsWith("/deno.json"));

  deepStrictEqual(new Set(given), new Set(copied));
});

for (const service of SERVICES) {
  Deno.test(`the image of ${service} holds all that the service loads, and runs it with few permissions`, async () => {
    await using app = await makeTempFolder("image");
    const denoDir = await findDenoDir();
    const { PATH = "", HOME = "" } = Deno.env.toObject();

    const { entrypoint } = await assemble(service, { root: ROOT, folder: app.path });
    const args = entrypoint.slice(1).map((arg) =>
      arg.replaceAll("/app", app.path).replaceAll("/deno-dir", denoDir)
    );
    const { code, stderr } = await new Deno.Command("deno", {
      args,
      cwd: app.path,
      clearEnv: true,
      env: { PATH, HOME, DENO_DIR: denoDir, NO_COLOR: "1" },
    }).output();

    // Without any setting the service loads, looks around, and says what is missing.
    strictEqual(code, 78, decoder.decode(stderr));
    match(
      decoder.decode(stderr),
      /DATABASE_URL[\s\S]*MESSAGING_BINDER|MESSAGING_BINDER[\s\S]*DATABASE_URL/,
    );
    const permissions = args.filter((arg) => /^(-A|--allow|-P|--permission)/.test(arg));
    ok(args.includes("--cached-only") && args.includes("--frozen"));
    deepStrictEqual(permissions, [`--permission-set=${service}`, "--allow-net"]);
  });
}

async function findDenoDir(): Promise<string> {
  const { stdout } = await new Deno.Command("deno", { args: ["info", "--json"] }).output();
  return JSON.parse(decoder.decode(stdout)).denoDir;
}
