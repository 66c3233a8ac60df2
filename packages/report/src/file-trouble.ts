/**
 * Trouble with a file, as a sentence: what the system answered to a call, said of the file that was to be read or
 * written.
 */

/** What is said of a system's answer, whether the file was to be read or written. */
const ANSWERS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EDQUOT: 'the quota of its file system is used up',
  EFBIG: 'it would be larger than a file may be',
  EIO: 'its device reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open on this machine',
  ENOSPC: 'no space is left on its device',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'the system does not allow it',
  EROFS: 'its file system is read-only',
};

/** Returns `nothing.trace: there is no such file`, or `other.trace cannot be read: permission is denied`. */
export function unreadableFile(name: string, cause: unknown): string {
  if (codeOf(cause) === 'ENOENT') return `${name}: there is no such file`;
  return `${name} cannot be read: ${fileTrouble(cause)}`;
}

/** Returns `there/run.trace cannot be written: there is no such folder`. */
export function unwritableFile(name: string, cause: unknown): string {
  return `${name} cannot be written: ${fileTrouble(cause)}`;
}

/** Returns the reason alone, for a file or folder that was to be written or made. */
export function fileTrouble(cause: unknown): string {
  const code = codeOf(cause);
  if (code === 'ENOENT') return 'there is no such folder';
  return ANSWERS[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
