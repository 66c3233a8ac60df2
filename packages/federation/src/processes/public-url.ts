/** URL of a NATS server as a person may read it. Apart from the address, for it needs no client of NATS. */

/** Returns the URL as it may be shown: without what stands before the `@`. */
export function publicUrl(url: string): string {
  return url
    .split(',')
    .map((each) => each.trim().replace(/^([a-z]+:\/\/)?.*@/i, '$1***@'))
    .join(', ');
}
