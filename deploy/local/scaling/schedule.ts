/**
 * When a scheduled action is due: `at(…)`, `rate(…)` and `cron(…)` as Application Auto Scaling writes
 * them. Pure functions of minutes.
 *
 * @module
 */

/** A schedule, and the zone whose clock it means. */
export interface Schedule {
  readonly expression: string;
  /** An IANA name. */
  readonly timezone: string;
  /** When it was put; a rate counts from here. In ms since 1970. */
  readonly createdAt: number;
}

const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** A span of time: after its beginning, up to its end. In ms since 1970. */
export interface Span {
  readonly after: number;
  readonly until: number;
}

/** Whether it is due at any minute of the span. Throws where the expression is none. */
export function isDue(schedule: Schedule, { after, until }: Span): boolean {
  const matches = matcherOf(schedule);
  for (let at = Math.floor(after / MINUTE_MS) + 1; at * MINUTE_MS <= until; at++) {
    if (matches(at)) return true;
  }
  return false;
}

/** Returns whether a schedule is due at a minute since 1970. Throws where the expression is none. */
export function matcherOf(
  { expression, timezone, createdAt }: Schedule,
): (minute: number) => boolean {
  const [, kind, text = ""] = /^(at|rate|cron)\((.+)\)$/.exec(expression.trim()) ?? [];
  const clock = clockOf(timezone);
  if (kind === "at") {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) throw notOne(expression);
    return (minute) => clock(minute).text === text.slice(0, 16);
  }
  if (kind === "rate") {
    const [, count, unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
    const step = Number(count) * (UNITS[unit] ?? 0);
    if (!(step > 0)) throw notOne(expression);
    const begun = Math.floor(createdAt / MINUTE_MS);
    return (minute) => minute > begun && (minute - begun) % step === 0;
  }
  if (kind !== "cron") throw notOne(expression);
  const fields = text.split(/\s+/);
  if (fields.length !== FIELDS.length) throw notOne(expression);
  const matchers = fields.map((field, index) => fieldOf(field, FIELDS[index] ?? {}, expression));
  return (minute) => {
    const { numbers } = clock(minute);
    return matchers.every((matches, index) => matches(numbers[index] ?? NaN));
  };
}

interface Field {
  /** What words stand for, the first for this number. */
  readonly words?: readonly string[];
  readonly first?: number;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN"]
  .concat(["JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Minute, hour, day of the month, month, day of the week, year. */
const FIELDS: readonly Field[] = [
  {},
  {},
  {},
  { words: MONTHS, first: 1 },
  { words: DAYS, first: 1 },
  {},
];

function fieldOf(
  text: string,
  field: Field,
  expression: string,
): (value: number) => boolean {
  if (text === "*" || text === "?") return () => true;
  const parts = text.split(",").map((part) => {
    const [range = "", step] = part.split("/");
    const [low = "", high] = range === "*" ? ["0", "9999"] : range.split("-");
    const from = numberOf(low, field);
    const to = high === undefined ? (step === undefined ? from : 9999) : numberOf(high, field);
    const by = step === undefined ? 1 : Number(step);
    if (![from, to, by].every(Number.isInteger) || by < 1) throw notOne(expression);
    return { from, to, by };
  });
  return (value) =>
    parts.some(({ from, to, by }) => value >= from && value <= to && (value - from) % by === 0);
}

function numberOf(text: string, { words = [], first = 0 }: Field): number {
  const word = words.indexOf(text.toUpperCase());
  return word >= 0 ? word + first : /^\d+$/.test(text) ? Number(text) : NaN;
}

interface Clock {
  readonly numbers: readonly number[];
  /** As `at(…)` writes it, without seconds. */
  readonly text: string;
}

function clockOf(timezone: string): (minute: number) => Clock {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    weekday: "short",
  });
  return (minute) => {
    const parts = Object.fromEntries(
      format.formatToParts(minute * MINUTE_MS).map(({ type, value }) => [type, value]),
    );
    const { year = "", month = "", day = "", hour = "", minute: minutes = "" } = parts;
    const weekday = DAYS.indexOf((parts["weekday"] ?? "").toUpperCase()) + 1;
    return {
      numbers: [minutes, hour, day, month, weekday, year].map(Number),
      text: `${year}-${month}-${day}T${hour}:${minutes}`,
    };
  };
}

function notOne(expression: string): Error {
  return new RangeError(`Cannot read the schedule "${expression}": at(…), rate(…) or cron(…)`);
}
