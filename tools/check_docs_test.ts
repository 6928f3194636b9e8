import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findBrokenReferences, findFailingCode, type ProjectFacts } from "./check_docs.ts";
import { codeBlocks } from "./code_blocks.ts";
import { projectFiles } from "./project_files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const files = [...await projectFiles(ROOT), ".env.example"];
const documents = files.filter((file) => file.endsWith(".md"));
const texts = new Map(
  await Promise.all(
    documents.map(async (file) => [file, await Deno.readTextFile(`${ROOT}/${file}`)] as const),
  ),
);
const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
const project: ProjectFacts = {
  files,
  tasks: Object.keys(tasks),
  read: (file) => texts.get(file) ?? "",
};

Deno.test("the documents name only tasks, files and links that exist", () => {
  const findings = documents.flatMap((document) => findBrokenReferences(document, project));

  deepStrictEqual(findings, []);
});

for (const [document, markdown] of texts) {
  if (!codeBlocks(markdown).some(({ language }) => language === "ts")) continue;
  Deno.test(`the TypeScript in ${document} is right and runs`, async () => {
    await using scratch = await createScratch();

    const findings = await findFailingCode({ document, markdown }, { root: ROOT, ...scratch });

    deepStrictEqual(findings, []);
  });
}

Deno.test("findBrokenReferences() finds a task, a file, a link and a heading that are not there", () => {
  const facts = {
    files: ["GUIDE.md", "messaging/lanes.ts"],
    tasks: ["dev"],
    read: () =>
      "# One\n`deno task dev`, `deno task fly`, `messaging/lanes.ts`, `messaging/trains.ts`\n" +
      "[a](GUIDE.md#one) [b](GUIDE.md#two) [c](docs/GONE.md) [d](https://deno.com)\n" +
      "```sh\nnpx -y deno@2.9.6 task swim\n```\n## Not yet\n`deno task later`\n",
  };

  const findings = findBrokenReferences("GUIDE.md", facts);

  deepStrictEqual(findings, [
    'GUIDE.md: there is no "deno task fly"',
    'GUIDE.md: there is no "deno task swim"',
    'GUIDE.md: there is no file "messaging/trains.ts"',
    'GUIDE.md: the link to "GUIDE.md#two" leads to no heading',
    'GUIDE.md: the link to "docs/GONE.md" leads nowhere',
  ]);
});

for (
  const [what, code, reason] of [
    ["a wrong type", 'const n: number = "one";\nconsole.log(n);', /TS2322/],
    ["an error at run time", 'throw new Error("does not run");', /does not run/],
    ["a test that fails", 'Deno.test("t", () => {\n  throw new Error("red");\n});', /red/],
  ] as const
) {
  Deno.test(`findFailingCode() finds ${what} and says where`, async () => {
    await using scratch = await createScratch();
    const markdown = `# A\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

    const findings = await findFailingCode({ document: "A.md", markdown }, {
      root: ROOT,
      ...scratch,
    });

    strictEqual(findings.length, 1);
    ok(findings[0]?.startsWith("A.md:4: "));
    match(findings[0] ?? "", reason);
  });
}

async function createScratch(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "cauce_docs_" });
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
