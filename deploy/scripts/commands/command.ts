/**
 * What the deploy commands share.
 *
 * @module
 */

import type { Aws } from "../aws_client.ts";
import type { Environment } from "../environment.ts";
import type { ExitCode } from "../exit_codes.ts";

/** The options of the command line, those of all commands together. */
export interface CommandOptions {
  readonly image: readonly string[];
  readonly strategy?: string | undefined;
  readonly to?: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly count?: string | undefined;
  readonly "bake-minutes": string;
  readonly "canary-percent": string;
  readonly timeout: string;
  readonly migrate: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly aws: Aws;
  readonly environment: Environment;
  /** The words after the command. */
  readonly services: readonly string[];
  readonly options: CommandOptions;
  readonly pollMs: number;
  readonly say: (line: string) => void;
  /** Shows the plan; false when nobody said yes. */
  readonly confirm: (plan: readonly string[]) => boolean;
  readonly signal: AbortSignal;
}

/** What a command ends with: a code, and what `--json` prints. */
export interface CommandResult {
  readonly code: ExitCode;
  readonly result: unknown;
}

/** One command. */
export type Command = (context: CommandContext) => Promise<CommandResult>;

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The one service that a command is about. */
export function onlyService({ services, environment }: CommandContext): string {
  const [service, ...more] = services;
  const known = Object.keys(environment.services);
  if (service !== undefined && more.length === 0 && known.includes(service)) return service;
  throw new UsageError(`Give one service: ${known.join(" or ")}`);
}

/** A whole number of the command line. */
export function wholeNumber(text: string | undefined, name: string): number {
  if (text !== undefined && /^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} takes a whole number`);
}
