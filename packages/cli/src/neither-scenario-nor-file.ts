/** What is said of an argument that is meant as a scenario or as a file, and is neither. */
import { nearest } from '@dragon/kernel';
import { SCENARIOS } from '@dragon/scenarios';

/** Returns one line, with the scenario that was probably meant. */
export function neitherScenarioNorFile(given: string): string {
  const names = SCENARIOS.map(({ name }) => name);
  const guess = nearest(given, names);
  const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
  return `'${given}' is neither a scenario nor a file${meant || ': dragon list has the scenarios'}`;
}
