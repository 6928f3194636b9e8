/**
 * Finds texts that look like somebody's secret.
 *
 * @module
 */

/** Precise rather than many: a check that is often wrong is turned off. */
const KINDS: readonly { readonly is: string; readonly pattern: RegExp }[] = [
  { is: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/]{32}/ },
  { is: "a key of AWS", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { is: "a token of GitHub", pattern: /\b(?:gh[pousr]_\w{36}|github_pat_\w{60})/ },
  { is: "a token of GitLab", pattern: /\bglpat-[\w-]{20}/ },
  { is: "a token of Slack", pattern: /\bxox[abprs]-[\w-]{20}/ },
  { is: "a token of npm", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { is: "a key of Google", pattern: /\bAIza[\w-]{35}\b/ },
  { is: "a JWT", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
];

/** A text of the repository. */
export interface Text {
  readonly file: string;
  readonly text: string;
}

/** One line for each find, without the secret itself. */
export function findSecrets({ file, text }: Text): string[] {
  return KINDS.flatMap(({ is, pattern }) =>
    [...text.matchAll(new RegExp(pattern, "g"))].map(({ index }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${file}:${line}: this looks like ${is}`;
    })
  );
}
