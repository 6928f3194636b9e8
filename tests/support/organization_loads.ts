/**
 * How often an organization service was asked for one organization, by its own metrics.
 *
 * @module
 */

/** Counts the requests that were answered so far, whatever the answer was. */
export async function organizationLoads(organizationUrl: string): Promise<number> {
  const response = await fetch(`${organizationUrl}/metrics`);
  return (await response.text()).split("\n")
    .filter((line) =>
      line.startsWith("http_request_duration_seconds_count") && line.includes('method="GET"') &&
      line.includes(":organizationId")
    )
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
