/**
 * Looks for secrets in what processes wrote.
 *
 * @module
 */

/** What nobody may read, by what it is called in a failure. */
export type Secrets = Readonly<Record<string, string>>;

/** Returns what secrets the lines hold, in any form in which one is likely to be written, with the line. */
export function findTold(lines: readonly string[], secrets: Secrets): Record<string, string> {
  const told: Record<string, string> = {};
  for (const [name, secret] of Object.entries(secrets)) {
    const forms = formsOf(secret);
    const line = lines.find((line) => forms.some((form) => line.includes(form)));
    if (line !== undefined) told[name] = line.slice(0, 2000);
  }
  return told;
}

/** The parts of an access token that say or prove something. */
export function secretsOfToken(name: string, token: string): Secrets {
  const [, claims = "", signature = ""] = token.split(".");
  return { [`claims of ${name}`]: claims, [`signature of ${name}`]: signature };
}

function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toBase64({ omitPadding: true }),
    bytes.toHex(),
    // As a Buffer is shown.
    [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
    [...bytes].join(","),
  ];
}
