/** Kernel versions as far as a table of frames needs them: `6.1`, and whether one lies between two others. */

/** As in `6.1` or `5.10`. */
export type KernelVersion = `${number}.${number}`;

/** The kernels in which something is so; open where a bound is absent. */
export interface Kernels {
  readonly since?: KernelVersion;
  /** The last one. */
  readonly until?: KernelVersion;
}

/**
 * Returns the version in what `uname -r` says, as `6.1` in `6.1.0-56-amd64`; undefined if it does not begin with two
 * numbers.
 */
export function kernelVersionOf(release: string): KernelVersion | undefined {
  const [major = '', minor = ''] = release.split('.');
  const numbers = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  return numbers.some(Number.isNaN) ? undefined : `${Number(numbers[0])}.${Number(numbers[1])}`;
}

/** Returns whether `version` is one of `kernels`. A kernel that is not known may be any. */
export function isOneOf({ since, until }: Kernels, version: KernelVersion | undefined): boolean {
  if (version === undefined) return true;
  return (
    (since === undefined || compareVersions(since, version) <= 0) &&
    (until === undefined || compareVersions(version, until) <= 0)
  );
}

function compareVersions(left: KernelVersion, right: KernelVersion): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  return (a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0);
}
