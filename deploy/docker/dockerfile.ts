/**
 * Reads a Dockerfile: what a stage is made of, from its base to itself.
 *
 * @module
 */

/** One instruction with its arguments as written. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Dockerfile, comments left out, continued lines joined. */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replaceAll(/\\\n/g, " ").split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [name = ""] = line.split(/\s/);
    return { name: name.toUpperCase(), text: line.slice(name.length).trim() };
  });
}

/** Returns a stage's instructions, those of the stages it stands on first. */
export function stageOf(instructions: readonly Instruction[], stage: string): Instruction[] {
  const start = instructions.findIndex(({ name, text }) => {
    return name === "FROM" && text.endsWith(` AS ${stage}`);
  });
  if (start < 0) return [];
  const [base = ""] = (instructions[start]?.text ?? "").split(" ");
  const length = instructions.slice(start + 1).findIndex(({ name }) => name === "FROM");
  const own = instructions.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  return [...stageOf(instructions, base), ...own];
}

/** Returns the arguments of an instruction in exec form; undefined in shell form. */
export function execForm({ text }: Instruction): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : undefined;
  } catch {
    // Not JSON: the shell form.
    return undefined;
  }
}
