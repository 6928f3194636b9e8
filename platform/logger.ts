/**
 * The process's logger: JSON lines in production, short lines for a person in development.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import {
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
  type TextFormatter,
} from "@logtape/logtape";
import { redact } from "./redact.ts";

/** How a logger is built. */
export interface LoggerOptions {
  /** On every line. */
  readonly service: string;
  /** The least severe messages that are written. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** One JSON object a line, or short lines for a person. */
  readonly format: "json" | "pretty";
  /** Colors in pretty lines. Without it, `NO_COLOR` decides. */
  readonly color?: boolean;
  /** Takes each line, its end included. Standard output without it. */
  readonly write?: (line: string) => void;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;
type Level = typeof LEVELS[number];

/** Builds a logger that never throws and hides secrets. It needs no set-up and leaves no global state. */
export function createLogger(options: LoggerOptions): Logger {
  const format = options.format === "json" ? jsonFormatter(options.service) : prettyFormatter(
    options.color ?? !Deno.noColor,
  );
  const write = options.write ?? writeToStdout;
  const least = LEVELS.indexOf(options.level);

  function log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
    if (LEVELS.indexOf(level) < least) return;
    try {
      write(format({
        category: [options.service],
        level: toLogTapeLevel(level),
        message: [message],
        rawMessage: message,
        timestamp: Date.now(),
        properties: readFields(fields),
      }));
    } catch {
      // A line that cannot be written must not fail the work it reports.
    }
  }

  return {
    debug: (message, fields) => log("debug", message, fields),
    info: (message, fields) => log("info", message, fields),
    warn: (message, fields) => log("warn", message, fields),
    error: (message, fields) => log("error", message, fields),
  };
}

function readFields(fields: Record<string, unknown>): Record<string, unknown> {
  try {
    return redact(fields) as Record<string, unknown>;
  } catch {
    return { fields: "[unreadable]" };
  }
}

/** The logger with the same fields on every line. A call's own fields win. */
export function withFields(logger: Logger, fields: Record<string, unknown>): Logger {
  return {
    debug: (message, more) => logger.debug(message, { ...fields, ...more }),
    info: (message, more) => logger.info(message, { ...fields, ...more }),
    warn: (message, more) => logger.warn(message, { ...fields, ...more }),
    error: (message, more) => logger.error(message, { ...fields, ...more }),
  };
}

const OF_THE_LINE = new Set(["@timestamp", "level", "message", "logger"]);

function jsonFormatter(service: string): TextFormatter {
  const format = getJsonLinesFormatter({ properties: "flatten" });
  return (record) => {
    const properties: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(record.properties)) {
      // A caller's field must not replace one that every line has.
      properties[OF_THE_LINE.has(key) ? `field.${key}` : key] = value;
    }
    return format({ ...record, category: [service], properties });
  };
}

function prettyFormatter(color: boolean): TextFormatter {
  const options = {
    timestamp: "time",
    timeZone: null,
    format: ({ timestamp, level, category, message, record }: {
      timestamp: string | null;
      level: string;
      category: string;
      message: string;
      record: { readonly properties: Record<string, unknown> };
    }) => `${timestamp} ${level} ${category}: ${message}${toPairs(record.properties)}`,
  } as const;
  return color ? getAnsiColorFormatter(options) : getTextFormatter(options);
}

function toPairs(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${toText(key, value)}`)
    .join("");
}

function toText(key: string, value: unknown): string {
  if (typeof value === "string") return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
  if (key === "error" && typeof value === "object" && value !== null && "message" in value) {
    return JSON.stringify(value.message);
  }
  return JSON.stringify(value);
}

function toLogTapeLevel(level: Level): LogLevel {
  return level === "warn" ? "warning" : level;
}

const encoder = new TextEncoder();

function writeToStdout(line: string): void {
  let bytes = encoder.encode(line);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}
