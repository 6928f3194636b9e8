import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

interface Line {
  readonly name: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly raw: Spread;
  readonly ratio: Spread;
}

interface MemoryLine {
  readonly name: string;
  readonly firstTenthMb: number;
  readonly laterMb: number;
}

const THROUGHPUT = [
  "raw ioredis: produce 200 B binary",
  "raw ioredis: produce 1024 B binary",
  "raw ioredis: produce 200 B structured",
  "raw ioredis: consume 200 B binary",
  "raw ioredis: consume 200 B structured",
].flatMap((name) => [[name, "messages/s"], [name, "µs CPU/message"]]);

Deno.test("bench measures both sides of every workload, and draws what it measured", async () => {
  const svg = await Deno.makeTempFile({ suffix: ".svg" });
  try {
    const { code, stdout, stderr } = await runBench(
      ["--binder", "redis", "--quick", "--json"],
      svg,
    );

    strictEqual(code, 0, stderr);
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
    const memory: MemoryLine = lines.pop();
    const compared: Line[] = lines;
    deepStrictEqual(compared.map(({ name, unit }) => [name, unit]), [
      ...THROUGHPUT,
      ["raw ioredis: latency at 200/s", "p50 ms"],
      ["raw ioredis: latency at 200/s", "p99 ms"],
    ]);
    const figures = compared.flatMap(({ ours, raw, ratio }) =>
      [ours, raw, ratio].flatMap(({ min, median, max }) => [min, median, max])
    );
    ok(
      [...figures, memory.firstTenthMb, memory.laterMb].every((figure) =>
        Number.isFinite(figure) && figure > 0
      ),
      stdout,
    );
    ok(stderr.includes("the very bytes"), stderr);
    ok((await Deno.readTextFile(svg)).includes("raw ioredis: latency at 200/s, p99 ms"));
  } finally {
    await Deno.remove(svg);
  }
});

Deno.test("bench refuses a binder that it does not know", async () => {
  const { code, stderr } = await runBench(["--binder", "rabbit"], "unused.svg");

  strictEqual(code, 64);
  ok(stderr.includes("--binder NAME"), stderr);
});

Deno.test("bench:cache measures the protocol beside a plain HGETALL and beside the origin", async () => {
  const { code, stdout, stderr } = await run("bench/cache.ts", ["--quick", "--json"]);

  strictEqual(code, 0, stderr);
  const lines: Line[] = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const units = ["p50 ms", "p99 ms", "reads/s", "µs CPU/read"];
  deepStrictEqual(lines.map(({ name, unit }) => [name, unit]), [
    ...units.map((unit) => ["plain HGETALL", unit]),
    ...units.map((unit) => ["the origin each time", unit]),
  ]);
  ok(lines.every(({ ours, raw }) => ours.min > 0 && raw.min > 0), stdout);
});

function runBench(flags: readonly string[], svg: string) {
  return run("bench/main.ts", [...flags, "--svg", svg]);
}

async function run(program: string, flags: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--config=tests/deno.json",
      "--permission-set=services",
      program,
      ...flags,
    ],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
