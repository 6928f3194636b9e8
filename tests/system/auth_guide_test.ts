import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { codeBlocks } from "../../tools/code_blocks.ts";
import { makeDataFolder } from "../support/organization_process.ts";
import { type ServiceProcess, startServiceProcess } from "../support/processes.ts";

const GUIDE = new URL("../../docs/guides/authentication.md", import.meta.url);

/** As `AUTH=jwt deno task dev` has it. */
async function startDev() {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await makeDataFolder());
  const process = opened.use(
    await startServiceProcess({
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read",
        "--allow-write=.data",
        "--allow-env",
        "--allow-run",
        "dev/main.ts",
        "--no-watch",
      ],
      env: {
        AUTH: "jwt",
        ISSUER_PORT: "0",
        ORGANIZATION_PORT: "0",
        LICENSING_PORT: "0",
        ORGANIZATION_DATABASE_URL: `sqlite:${folder.path}/organization.sqlite`,
        LICENSING_DATABASE_URL: `sqlite:${folder.path}/licensing.sqlite`,
      },
      readyLine: /^ {2}curl -i/,
    }),
  );
  const all = opened.move();
  return { process, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** The guide's commands for a second terminal, at the addresses of this run. */
async function commandsOf({ lines }: ServiceProcess): Promise<string> {
  const printed = lines.join("\n");
  const addressAfter = (words: RegExp) => words.exec(printed)?.[1] ?? "not printed";
  const addresses = {
    "127.0.0.1:8081": addressAfter(/organization +http:\/\/([\d.:]+)/),
    "127.0.0.1:8080": addressAfter(/licensing +http:\/\/([\d.:]+)/),
    "127.0.0.1:8100": addressAfter(/token=\$\(curl -s http:\/\/([\d.:]+)/),
  };
  const markdown = await Deno.readTextFile(GUIDE);
  let text = codeBlocks(markdown)
    .filter(({ language, text }) => language === "sh" && /127\.0\.0\.1|token/.test(text))
    .map(({ text }) => text)
    .filter((text) => !/deno task dev|^export/m.test(text))
    .join("\n");
  for (const [written, real] of Object.entries(addresses)) text = text.replaceAll(written, real);
  return text;
}

async function runShell(commands: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("bash", {
    args: ["-c", commands],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot run the guide: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

Deno.test("the commands of the guide let in whom it says, and nobody else", async () => {
  await using dev = await startDev();

  const answers = (await runShell(await commandsOf(dev.process))).trim().split("\n")
    .map((line) => JSON.parse(line));

  const [license, list, ...refused] = answers;
  strictEqual(license.productName, "Ostock");
  strictEqual(list.items[0].licenseId, license.licenseId);
  strictEqual(list.items[0].organization.name, "Ostock");
  deepStrictEqual(refused.map(({ status }) => status), [401, 403, 404]);
  strictEqual(await dev.process.terminate(), 0);
});

Deno.test("dev prints one command that gets a token, and one that uses it", async () => {
  await using dev = await startDev();
  const [token, curl] = [/^ {2}token=/, /^ {2}curl -i/].map((begin) =>
    dev.process.lines.find((line) => begin.test(line)) ?? ""
  );

  const answer = await runShell(`${token}\n${curl?.replace("-i", "-s")}`);

  strictEqual(JSON.parse(answer).organizationStatus, "current");
});
