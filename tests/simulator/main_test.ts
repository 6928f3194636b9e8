import { deepStrictEqual, match, strictEqual } from "node:assert/strict";

/** Runs the program as its task does. */
async function run(...options: string[]): Promise<{ code: number; out: string; err: string }> {
  const root = new URL("../..", import.meta.url);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "simulate", ...options],
    cwd: root,
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("deno task simulate ends with a verdict", async () => {
  const { code, out } = await run("--schedules", "2000", "--seed", "1");

  match(out, /^HIT .* at least 1 %$/m);
  match(
    out.split("\n").at(-1) ?? "",
    /^2,000 schedules from seed 1: 0 violations, [\d.]+ s, [\d,]+ a second$/,
  );
  strictEqual(code, 0);
});

Deno.test("deno task simulate tells as JSON what it counted", async () => {
  const { code, out } = await run("--schedules", "2000", "--seed", "1", "--json");

  const { from, count, failures, shares } = JSON.parse(out);
  deepStrictEqual([from, count, failures, shares.HIT > 0.5], [1, 2000, [], true]);
  strictEqual(code, 0);
});

Deno.test("deno task simulate tells a mutant's history, and ends with 1", async () => {
  const { code, out } = await run("--replay", "3", "--mutant", "no lease");

  match(out, /READ \(licensing-\d\.\d\) → LEASE/);
  match(out.split("\n").at(-1) ?? "", /^FAILED: seed 3 breaks I4: /);
  strictEqual(code, 1);
});

for (
  const options of [["--schedules", "many"], ["--mutant", "none"], ["--replay", "-1"], ["--fast"]]
) {
  Deno.test(`deno task simulate refuses ${options.join(" ")} with 64`, async () => {
    const { code, err } = await run(...options);

    match(err, /deno task simulate \[options\]/);
    strictEqual(code, 64);
  });
}
