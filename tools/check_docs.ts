/**
 * Checks what the documents say of this repository: tasks, files and links that they name are there,
 * and their TypeScript is right.
 *
 * @module
 */

import { posix } from "node:path";
import { codeBlocks, withoutCodeBlocks } from "./code_blocks.ts";

/** What the checks know of the project. */
export interface ProjectFacts {
  /** Relative to the root. */
  readonly files: readonly string[];
  readonly tasks: readonly string[];
  /** The text of a document that a link may lead into. */
  readonly read: (file: string) => string;
}

/** Announcements name what does not exist. */
const ANNOUNCED = /^(## Not yet$[\s\S]*?(?=^## |(?![\s\S]))|Not yet[\s\S]*?(?=\n\n|(?![\s\S])))/gm;
const TASK = /\bdeno(?:@[\d.]+)? task(?: --quiet)? ([a-z][\w:-]*)/g;
const FILE = /`([\w@.*-]+\/[\w@./*-]+\.(?:ts|lua|json|md|py|sh))`/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** Returns a line for each task, file and link in a document that leads nowhere. */
export function findBrokenReferences(document: string, facts: ProjectFacts): string[] {
  const text = facts.read(document).replace(ANNOUNCED, "");
  const prose = withoutCodeBlocks(text);
  const findings = new Set<string>();
  for (const [, task = ""] of text.matchAll(TASK)) {
    if (!facts.tasks.includes(task)) findings.add(`there is no "deno task ${task}"`);
  }
  for (const [, path = ""] of prose.matchAll(FILE)) {
    if (!isFile(path, facts.files)) findings.add(`there is no file "${path}"`);
  }
  for (const [, link = ""] of prose.matchAll(LINK)) {
    if (/^[a-z]+:/.test(link)) continue;
    const problem = brokenLink(link, document, facts);
    if (problem) findings.add(problem);
  }
  return [...findings].map((finding) => `${document}: ${finding}`);
}

/** A path may begin anywhere, as the text says in which folder one is; `*` stands for any name. */
function isFile(path: string, files: readonly string[]): boolean {
  const escaped = path.replace(/^\.\.?\//, "").replaceAll(".", "\\.").replaceAll("*", "[^/]*");
  const pattern = new RegExp(`(^|/)${escaped}$`);
  return files.some((file) => pattern.test(file));
}

function brokenLink(link: string, document: string, facts: ProjectFacts): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : posix.join(posix.dirname(document), path);
  const isFolder = facts.files.some((file) => file.startsWith(`${target.replace(/\/$/, "")}/`));
  if (!facts.files.includes(target) && !isFolder) return `the link to "${link}" leads nowhere`;
  if (anchor === undefined || headings(facts.read(target)).includes(anchor)) return undefined;
  return `the link to "${link}" leads to no heading`;
}

/** The anchors of a document's headings, as code hosts make them. */
function headings(markdown: string): string[] {
  return withoutCodeBlocks(markdown).split("\n").filter((line) => /^#+ /.test(line)).map((line) =>
    line.replace(/^#+ /, "").toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, "").replaceAll(" ", "-")
  );
}

/** Where TypeScript of documents runs. */
export interface RunOptions {
  readonly root: string;
  /** A folder for the programs. */
  readonly folder: string;
}

/**
 * Type-checks and runs each `ts` block of a document, with the project's configuration and no
 * permission but to listen on and call this machine. Returns what fails.
 */
export async function findFailingCode(
  { document, markdown }: { document: string; markdown: string },
  { root, folder }: RunOptions,
): Promise<string[]> {
  const findings: string[] = [];
  for (const { language, text, line } of codeBlocks(markdown)) {
    if (language !== "ts") continue;
    const isTest = text.includes("Deno.test(");
    const name = `${document.replaceAll(/\W/g, "_")}_${line}${isTest ? "_test" : ""}.ts`;
    await Deno.writeTextFile(`${folder}/${name}`, `${text}\nexport {};\n`);
    const { success, stdout, stderr } = await new Deno.Command("deno", {
      args: [
        ...(isTest ? ["test"] : ["run", "--check"]),
        "--quiet",
        "--no-prompt",
        `--config=${root}/deno.json`,
        "--allow-net=127.0.0.1",
        "--allow-env",
        `${folder}/${name}`,
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    if (success) continue;
    findings.push(`${document}:${line}: ${decoder.decode(stdout)}${decoder.decode(stderr)}`);
  }
  return findings;
}
