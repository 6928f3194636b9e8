/**
 * What commands that bring a service to a revision share.
 *
 * @module
 */

import { breaches } from "../../lint/rules.ts";
import type { TaskDefinition } from "../../lint/task_definition.ts";
import { EXIT } from "../exit_codes.ts";
import type { ReleaseOptions, ReleaseStrategy } from "../release.ts";
import type { Input } from "../templates.ts";
import { type CommandContext, type CommandResult, UsageError, wholeNumber } from "./command.ts";

const STRATEGIES: readonly ReleaseStrategy[] = ["rolling", "blue-green", "canary"];

/** The command line's options for one service. */
export function releaseOptions(context: CommandContext, service: string): ReleaseOptions {
  const { aws, environment, options, pollMs, say, signal } = context;
  const strategy = STRATEGIES.find((known) => known === options.strategy);
  if (options.strategy && !strategy) {
    throw new UsageError(`--strategy is one of ${STRATEGIES.join(", ")}`);
  }
  return {
    aws,
    cluster: environment.cluster,
    service,
    strategy,
    bakeMinutes: wholeNumber(options["bake-minutes"], "bake-minutes"),
    canaryPercent: wholeNumber(options["canary-percent"], "canary-percent"),
    timeoutMs: wholeNumber(options.timeout, "timeout") * 1000,
    pollMs,
    say,
    signal,
  };
}

/** What a command ends with where a definition, or something else, breaks a rule. */
export function refusal(
  definition: Input,
  more: readonly string[] = [],
): CommandResult | undefined {
  const found = [...breaches(definition as TaskDefinition), ...more];
  return found.length > 0 ? { code: EXIT.refused, result: { breaches: found } } : undefined;
}
