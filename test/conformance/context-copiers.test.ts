/**
 * The literal copies of contexts are those of the agents that there are: what stands in the kernel package is made of
 * the contexts with which the agents of all scenarios start. `UPDATE_GOLDEN=1` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { DEFINITIONS, readRun, requestRun, SCENARIOS } from '@dragon/scenarios';
import { expect, test } from 'vitest';

const FILE = new URL('../../packages/kernel/src/context-copiers.ts', import.meta.url);

const HEADER = `/**
 * Literal copies of the contexts of all agents. Made by \`test/conformance/context-copiers.test.ts\` from the
 * contexts themselves: \`UPDATE_GOLDEN=1\` makes it anew when a context has got another key.
 */
import type { ContextCopier } from '@dragon/statechart';

export const CONTEXT_COPIERS: readonly ContextCopier[] = [
`;

interface Saved {
  readonly context: { readonly [key: string]: unknown };
}

/** Returns the keys of the contexts, in their order, with which the agents of a scenario start. */
function shapesOf(scenario: string): string[] {
  const { agents } = requestRun(readRun({ scenario })).plan();
  return agents.map(({ id, kind, params }) => {
    const definition = DEFINITIONS.get(kind);
    if (definition === undefined) throw new Error(`no agent of kind ${kind}`);
    const saved = definition.save(definition.init(params, id).state) as unknown as Saved | { readonly inner: Saved };
    return Object.keys(('inner' in saved ? saved.inner : saved).context).join(' ');
  });
}

const literalCopy = (shape: string): string =>
  `  (c) => ({\n${shape
    .split(' ')
    .map((key) => `    ${key}: c['${key}'],\n`)
    .join('')}  }),\n`;

test('they are up to date', () => {
  const shapes = [...new Set(SCENARIOS.flatMap(({ name }) => shapesOf(name)))].sort();
  const text = `${HEADER}${shapes.map(literalCopy).join('')}];\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});
