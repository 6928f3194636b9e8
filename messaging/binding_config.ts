/**
 * The settings of one binding: Spring's property names, their types and defaults.
 *
 * @module
 */

import {
  type BinderName,
  binderNames,
  isBinderName,
  plannedBinderNames,
} from "./binders/registry.ts";
import type { ContentMode } from "./codec.ts";
import type { RetryOptions } from "./middleware/retry.ts";
import { didYouMean } from "./suggest.ts";

/** How a binding is set up. What is undefined is for the application to say. */
export interface BindingConfig {
  /** The topic or streams; the channel's name if undefined. */
  readonly destination: string | undefined;
  /** The consumer group of a sink. */
  readonly group: string | undefined;
  /** Undefined: the default binder. */
  readonly binder: BinderName | undefined;
  /** Of the payload; JSON in any of its names. */
  readonly contentType: string;
  /** Handlers that run at once, each for another key. */
  readonly concurrency: number;
  /** How often and how soon a failing message is tried again. */
  readonly retry: RetryOptions;
  /** Where a group without committed offsets starts. */
  readonly startOffset: "earliest" | "latest" | undefined;
  /** Messages of a partition that may be delivered and not yet committed. */
  readonly maxInFlight: number;
  /** Whether later messages of a given-up message's key go on or wait behind it. */
  readonly onDeadLetter: "continue" | "park";
  /** Partitions of a destination that has to be created; the channel's if undefined. */
  readonly partitionCount: number | undefined;
  /** How an event is laid out in a message that is sent. */
  readonly contentMode: ContentMode;
  /** Groups that must find every message, even if their first member joins later. */
  readonly requiredGroups: readonly string[];
}

/** A value, or what is wrong with the text: the end of "Cannot use ... for ...: ". */
type Parsed<T> = { readonly value: T } | { readonly problem: string };
type Parse<T> = (text: string) => Parsed<T>;

/** Kafka's rule for topics, and the strictest among the brokers. */
const NAME = /^[a-zA-Z0-9._-]{1,200}$/;

/** The parser of every property, by the end of its variable's name. */
const properties = {
  DESTINATION: name,
  GROUP: name,
  BINDER: (text: string) => parseBinderName(text),
  CONTENT_TYPE: contentType,
  CONSUMER_CONCURRENCY: integer(1, 10_000),
  CONSUMER_MAX_ATTEMPTS: integer(1, 1_000_000),
  CONSUMER_BACK_OFF_INITIAL_INTERVAL: integer(1, 86_400_000),
  CONSUMER_BACK_OFF_MULTIPLIER: decimal(1, 100),
  CONSUMER_BACK_OFF_MAX_INTERVAL: integer(1, 86_400_000),
  CONSUMER_START_OFFSET: oneOf("earliest", "latest"),
  CONSUMER_MAX_IN_FLIGHT: integer(1, 1_000_000),
  CONSUMER_ON_DEAD_LETTER: oneOf("continue", "park"),
  PRODUCER_PARTITION_COUNT: integer(1, 1000),
  PRODUCER_CONTENT_MODE: oneOf("binary", "structured", "plain"),
  PRODUCER_REQUIRED_GROUPS: names,
} as const;

/** The end of a binding's variable. */
export type BindingProperty = keyof typeof properties;

/** All properties a binding has. */
export const bindingProperties = Object.keys(properties) as readonly BindingProperty[];

type Values = {
  readonly [P in BindingProperty]?: Extract<
    ReturnType<typeof properties[P]>,
    { value: unknown }
  >["value"];
};

/** Builds a binding's configuration; `fail` is told each property whose text cannot be used. */
export function parseBindingConfig(
  texts: Readonly<Partial<Record<BindingProperty, string>>>,
  fail: (property: BindingProperty, problem: string) => void,
): BindingConfig {
  const values = Object.fromEntries(
    bindingProperties.flatMap((property): [string, unknown][] => {
      const text = texts[property];
      if (text === undefined) return [];
      const parsed: Parsed<unknown> = properties[property](text.trim());
      if ("value" in parsed) return [[property, parsed.value]];
      fail(property, parsed.problem);
      return [];
    }),
  ) as Values;
  return withDefaults(values);
}

function withDefaults(values: Values): BindingConfig {
  return {
    destination: values.DESTINATION,
    group: values.GROUP,
    binder: values.BINDER,
    contentType: values.CONTENT_TYPE ?? "application/json",
    concurrency: values.CONSUMER_CONCURRENCY ?? 16,
    retry: {
      maxAttempts: values.CONSUMER_MAX_ATTEMPTS ?? 3,
      initialIntervalMs: values.CONSUMER_BACK_OFF_INITIAL_INTERVAL ?? 1000,
      multiplier: values.CONSUMER_BACK_OFF_MULTIPLIER ?? 2,
      maxIntervalMs: values.CONSUMER_BACK_OFF_MAX_INTERVAL ?? 10_000,
    },
    startOffset: values.CONSUMER_START_OFFSET,
    maxInFlight: values.CONSUMER_MAX_IN_FLIGHT ?? 1000,
    onDeadLetter: values.CONSUMER_ON_DEAD_LETTER ?? "continue",
    partitionCount: values.PRODUCER_PARTITION_COUNT,
    contentMode: values.PRODUCER_CONTENT_MODE ?? "binary",
    requiredGroups: values.PRODUCER_REQUIRED_GROUPS ?? [],
  };
}

/**
 * Reads a binder's name; one whose binder is still to come is refused by name. Only the `offered`
 * names are suggested.
 */
export function parseBinderName(
  text: string,
  offered: readonly BinderName[] = binderNames,
): Parsed<BinderName> {
  if (isBinderName(text)) return { value: text };
  if (plannedBinderNames.includes(text)) {
    return { problem: `it is not available yet; choose one of ${offered.join(", ")}` };
  }
  return { problem: didYouMean(text, offered) };
}

function name(text: string): Parsed<string> {
  return NAME.test(text) && text !== "." && text !== ".."
    ? { value: text }
    : { problem: "use 1 to 200 letters, digits, dots, hyphens and underscores" };
}

function names(text: string): Parsed<readonly string[]> {
  const list = text.split(",").map((one) => one.trim()).filter((one) => one !== "");
  const bad = list.map(name).find((parsed) => "problem" in parsed);
  return bad === undefined || "value" in bad ? { value: list } : bad;
}

function contentType(text: string): Parsed<string> {
  return /^application\/([\w.-]+\+)?json$/.test(text)
    ? { value: text }
    : { problem: "use application/json or application/<name>+json" };
}

function integer(least: number, most: number): Parse<number> {
  return (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
      ? { value: Number(text) }
      : { problem: `use a whole number from ${least} to ${most}` };
}

function decimal(least: number, most: number): Parse<number> {
  return (text) =>
    /^\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most
      ? { value: Number(text) }
      : { problem: `use a number from ${least} to ${most}` };
}

function oneOf<const Choice extends string>(...choices: readonly Choice[]): Parse<Choice> {
  return (text) => {
    const choice = choices.find((one) => one === text);
    return choice === undefined ? { problem: didYouMean(text, choices) } : { value: choice };
  };
}
