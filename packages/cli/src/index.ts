/** What @dragon/cli offers to the other packages. */
export {};
