/**
 * Turns modules for Deno into modules that Node 22 runs too.
 *
 * @module
 */

import { transform } from "esbuild";

const TEXT_IMPORT = /(from ")(\.[^"]+)(") with \{\s*type: "text"\s*\}/g;

/** A module as it goes into the package. */
export interface Converted {
  readonly code: string;
  /** The files that it imports as text, as it names them; each is to become `<name>.js`. */
  readonly texts: readonly string[];
}

/**
 * Node knows no import of text and, at 22, no `using`: the first becomes an import of a module that
 * holds the text, the second what it stands for.
 */
export async function convertModule(source: string): Promise<Converted> {
  const texts: string[] = [];
  const code = source.replaceAll(TEXT_IMPORT, (_, from, name, quote) => {
    texts.push(name);
    return `${from}${name}.js${quote}`;
  });
  const lowered = await transform(code, { target: "node22", format: "esm", legalComments: "none" });
  if (/\bwith\s*\{\s*type:/.test(lowered.code)) {
    throw new Error("Cannot convert the module: it imports something that Node does not know");
  }
  return { code: lowered.code, texts };
}

/** The module that holds a text. */
export function textModule(text: string): string {
  return `export default ${JSON.stringify(text)};\n`;
}
