/** Error of a policy, or of a value in one, that a user has typed. */

/** Bad usage: what is wrong and, if there is one, the nearest that would be right. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
