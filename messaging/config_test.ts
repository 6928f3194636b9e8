import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Env, parseMessagingConfig, type ParseMessagingOptions } from "./config.ts";
import { ConfigError } from "./errors.ts";

const bindings = ["organization-changes-out", "organization-changes-in"];

function parse(env: Env, options: Partial<ParseMessagingOptions> = {}) {
  return parseMessagingConfig(env, { bindings, defaultBinder: "memory", ...options });
}

function problemsOf(env: Env, options: Partial<ParseMessagingOptions> = {}): readonly string[] {
  try {
    parse(env, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

Deno.test("parseMessagingConfig() gives every binding its defaults", () => {
  const config = parse({ PATH: "/bin" });
  const binding = config.binding("organization-changes-in");

  strictEqual(config.defaultBinder, "memory");
  deepStrictEqual([binding.maxInFlight, binding.onDeadLetter, binding.contentMode], [
    1000,
    "continue",
    "binary",
  ]);
  strictEqual(binding.destination, undefined);
});

Deno.test("parseMessagingConfig() offers no binder that it would refuse", () => {
  for (const MESSAGING_BINDER of ["rabbitmq", "nats"]) {
    const [problem = ""] = problemsOf({ MESSAGING_BINDER }, { forbidMemory: true });

    ok(problem.includes("kafka, redis"), problem);
    ok(!problem.includes("memory"), problem);
  }
});

Deno.test("parseMessagingConfig() reads Spring's property names", () => {
  const config = parse({
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_GROUP: "licensing",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: "org.changes",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_CONCURRENCY: "4",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_MAX_ATTEMPTS: "5",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_BACK_OFF_MULTIPLIER: "1.5",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_START_OFFSET: "latest",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_PRODUCER_PARTITION_COUNT: "12",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_PRODUCER_REQUIRED_GROUPS: "licensing, audit",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_BINDER: "memory",
  });
  const sink = config.binding("organization-changes-in");
  const source = config.binding("organization-changes-out");

  deepStrictEqual(
    [sink.group, sink.destination, sink.concurrency, sink.startOffset],
    ["licensing", "org.changes", 4, "latest"],
  );
  deepStrictEqual([sink.retry.maxAttempts, sink.retry.multiplier], [5, 1.5]);
  strictEqual(source.partitionCount, 12);
  deepStrictEqual(source.requiredGroups, ["licensing", "audit"]);
});

const refused: readonly [string, Env, RegExp][] = [
  [
    "a misspelt property",
    { MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_CONCURENCY: "4" },
    /binding "organization-changes-in" .* did you mean CONSUMER_CONCURRENCY\?/,
  ],
  [
    "a misspelt binding",
    { MESSAGING_BINDINGS_ORGANISATION_CHANGES_IN_GROUP: "g" },
    /no binding .* did you mean ORGANIZATION_CHANGES_IN\?/,
  ],
  ["a misspelt variable", { MESSAGING_BINDR: "memory" }, /did you mean MESSAGING_BINDER\?/],
  ["a misspelt binder", { MESSAGING_BINDER: "memry" }, /did you mean memory\?/],
  ["a binder still to come", { MESSAGING_BINDER: "rabbitmq" }, /"rabbitmq" .* not available yet/],
  [
    "a misspelt choice",
    { MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_START_OFFSET: "latst" },
    /did you mean latest\?/,
  ],
  [
    "a number out of range",
    { MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_PRODUCER_PARTITION_COUNT: "0" },
    /whole number from 1 to 1000/,
  ],
  [
    "a number that is none",
    { MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_CONCURRENCY: "4x" },
    /whole number/,
  ],
  [
    "a destination no broker takes",
    { MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: "a b" },
    /letters, digits/,
  ],
];

for (const [what, env, expected] of refused) {
  Deno.test(`parseMessagingConfig() refuses ${what} and says what to do`, () => {
    const problems = problemsOf(env);

    strictEqual(problems.length, 1, problems.join("\n"));
    ok(expected.test(problems[0] ?? ""), problems[0]);
  });
}

Deno.test("parseMessagingConfig() lists all problems at once", () => {
  const problems = problemsOf({
    MESSAGING_BINDER: "rabbitmq",
    MESSAGING_X: "1",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_GROUP: "",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_MAX_ATTEMPTS: "-1",
  });

  strictEqual(problems.length, 4, problems.join("\n"));
});

Deno.test("parseMessagingConfig() asks for a binder where there is no default", () => {
  const problems = problemsOf({}, { defaultBinder: undefined, forbidMemory: true } as never);

  ok(/Set MESSAGING_BINDER to one of/.test(problems[0] ?? ""));
  ok(!problems[0]?.includes("memory"));
});

Deno.test("parseMessagingConfig() refuses memory where it is forbidden, also for one binding", () => {
  const MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_BINDER = "memory";

  strictEqual(problemsOf({ MESSAGING_BINDER: "memory" }, { forbidMemory: true }).length, 1);
  strictEqual(
    problemsOf({ MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_BINDER }, { forbidMemory: true })
      .length,
    1,
  );
});
