/** The memory of a browser that it has offered the tour: once is enough. */

const KEY = 'dragon-tour';

/** Returns whether it has; a page from a disk may have no storage, and then it offers it each time. */
export function wasOffered(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function markOffered(): void {
  try {
    localStorage.setItem(KEY, 'offered');
  } catch {
    // Then it is offered again.
  }
}
