/**
 * What a child process says first.
 *
 * @module
 */

/** Reads up to the end of the first line; undefined when the stream ends before. */
export async function firstLine(
  stream: ReadableStream<Uint8Array> | undefined,
): Promise<string | undefined> {
  let text = "";
  for await (const chunk of stream?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
  }
  return undefined;
}
