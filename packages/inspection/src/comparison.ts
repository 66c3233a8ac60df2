/** What compares runs by making them: it has all agents in it, so whoever only reads records does not load it. */
export { askedAgain } from './compare/asked-texts.ts';
export { comparisonOffers } from './compare/comparison-offers.ts';
export { RunDifference } from './compare/run-difference.ts';
