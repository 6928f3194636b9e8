/**
 * The fenced code blocks of a Markdown document.
 *
 * @module
 */

/** One block. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Of the block's first line, counted from 1. */
  readonly line: number;
}

/** Returns a document's blocks in order; those without a language have an empty one. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const [, fence = "", language = ""] = /^\s*(`{3,})(\w*)/.exec(line) ?? [];
    if (open && fence.length >= open.fence.length && language === "") {
      blocks.push({ language: open.language, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (fence) {
      open = { fence, language, line: index + 2, lines: [] };
    }
  }
  return blocks;
}

/** Returns the document with its blocks emptied, so that only prose is left, line by line. */
export function withoutCodeBlocks(markdown: string): string {
  const lines = markdown.split("\n");
  for (const { line, text } of codeBlocks(markdown)) {
    const count = text === "" ? 0 : text.split("\n").length;
    lines.fill("", line - 1, line - 1 + count);
  }
  return lines.join("\n");
}
