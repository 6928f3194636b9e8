/**
 * JSON from an issuer, within bounds of time and size.
 *
 * @module
 */

/** What to ask for, and how much of an answer is read. */
export interface FetchJsonOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** A POST where it is given. */
  readonly form?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of any status; `body` is undefined where it is not JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Follows no redirection. Rejects when there is no answer in time, or one that is too long. */
export async function fetchJson(url: string, options: FetchJsonOptions): Promise<JsonAnswer> {
  const { timeoutMs, maxBytes, form, headers } = options;
  const response = await fetch(url, {
    headers: { accept: "application/json", ...headers },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
    ...(form && { method: "POST", body: form }),
  });
  const text = await readAtMost(response, maxBytes);
  return { status: response.status, body: parse(text) };
}

async function readAtMost(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, length] = ["", 0];
  // Leaving the loop cancels the body.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What it is instead is of no use to anybody.
    return undefined;
  }
}
