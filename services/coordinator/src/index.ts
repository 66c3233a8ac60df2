/** What @dragon/coordinator offers to the other packages. */
export {};
