/**
 * Canaries: the fence around pure code must fail for code that leaves it, and must not be opened by a type of some
 * package.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, readJson, runTool, scratchFolder, TOOL_TIMEOUT } from './repository.ts';

interface PureProgram {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}
interface LintOverride {
  readonly files: readonly string[];
  readonly excludeFiles?: readonly string[];
  readonly rules: Readonly<Record<string, unknown>>;
}
interface LintConfig {
  readonly overrides: readonly LintOverride[];
  readonly [option: string]: unknown;
}

const pure = readJson('tsconfig.pure.json') as PureProgram;
const lint = readJson('.oxlintrc.json') as LintConfig;

/** One statement a line; each must be an error of its own. */
const WHAT_THE_COMPILER_REFUSES = [
  `import { readFileSync } from 'node:fs'; readFileSync('/');`,
  `setTimeout(() => {}, 0);`,
  `setInterval(() => {}, 0);`,
  `queueMicrotask(() => {});`,
  `process.exit();`,
  `console.log('');`,
  `void fetch('');`,
  `performance.now();`,
  `Buffer.from('');`,
  `crypto.randomUUID();`,
  `document.title;`,
  `require('x');`,
];

/** Likewise, of the linter. */
const WHAT_THE_LINTER_REFUSES = [
  `export const a1 = Math.random();`,
  `export const a2 = Math.log(2);`,
  `export const a3 = Math['exp'](2);`,
  `export const { sin: a4 } = Math;`,
  `export const a5 = Math;`,
  `export const a6 = [1].map(Math.cos);`,
  `export const a7 = (x: number) => x ** 0.5;`,
  `export const a8 = Date.now();`,
  `export const a9 = new Date(0);`,
  `export const a10 = new Intl.NumberFormat();`,
  `export const a11 = 'a'.localeCompare('b');`,
  `export const a12 = (1).toLocaleString();`,
  `export const a13 = (x: object) => new WeakRef(x);`,
  `export const a14 = new FinalizationRegistry(() => {});`,
  `export async function a15() {}`,
  `export const a16 = async () => {};`,
  `export const a17 = { async run() {} };`,
  `export const a18 = Promise.resolve(1);`,
  `for (const key in { a: 1 }) key.trim();`,
  `export const a20 = globalThis;`,
  `export const a21 = () => import('./elsewhere.ts');`,
  `export const a22 = { Date };`,
  `export const a23 = Math.pow(2, 3);`,
];

/** Exact arithmetic, and names that only look like the banned ones. */
const WHAT_THE_LINTER_ALLOWS = [
  `export const b1 = Math.floor(1.5) + Math.imul(2, 3) + Math.sqrt(4) + 2 ** 32;`,
  `export const b2 = { Date: 1, Math: 2 };`,
  `export const b3 = b2.Date + b2.Math;`,
  `export type B4 = ReturnType<typeof b5>;`,
  `export function b5() { return [1].map(Math.trunc); }`,
  `export interface B6 { Date: number; Promise: number }`,
];

let scratch: string;
beforeAll(() => {
  scratch = scratchFolder();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const isPurityOverride = ({ rules }: LintOverride) => 'purity/deterministic' in rules;

/** The line numbers of canary.ts that a tool complained of. */
const linesOf = (output: string) =>
  [...new Set([...output.matchAll(/canary\.ts[(:](\d+)/g)].map((match) => Number(match[1])))].toSorted((a, b) => a - b);

const everyLineOf = (code: readonly string[]) => code.map((_, index) => index + 1);

test('the compiler refuses timers, the process, the network and files', { timeout: TOOL_TIMEOUT }, async () => {
  const up = relative(scratch, ROOT).replaceAll('\\', '/');
  writeFileSync(join(scratch, 'canary.ts'), WHAT_THE_COMPILER_REFUSES.join('\n'));
  const include = ['canary.ts', ...pure.include.map((glob) => `${up}/${glob}`)];
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify({ extends: `${up}/tsconfig.pure.json`, include }));
  const { output } = await runTool('tsc', ['-p', scratch, '--pretty', 'false']);
  expect(linesOf(output), output).toEqual(everyLineOf(WHAT_THE_COMPILER_REFUSES));
});

test('no type of Node or of the browser is in the pure program', { timeout: TOOL_TIMEOUT }, async () => {
  const { output } = await runTool('tsc', ['-p', 'tsconfig.pure.json', '--listFilesOnly']);
  expect(output).toContain('packages/engine/src/index.ts');
  expect(output.split('\n').filter((file) => /@types\/node|lib\.(?:dom|webworker|scripthost)/.test(file))).toEqual([]);
});

test('the linter refuses what depends on the machine, the clock or the event loop', {
  timeout: TOOL_TIMEOUT,
}, async () => {
  const complaints = await lintAsEngineSource([...WHAT_THE_LINTER_REFUSES, ...WHAT_THE_LINTER_ALLOWS]);
  expect(linesOf(complaints), complaints).toEqual(everyLineOf(WHAT_THE_LINTER_REFUSES));
});

test('compiler and linter agree on what is pure', () => {
  const override = lint.overrides.find(isPurityOverride);
  expect(override?.files).toEqual(pure.include);
  expect(override?.excludeFiles).toEqual(pure.exclude);
});

/**
 * What the purity rule says of code as if it stood in packages/engine/src, a complaint a line. The copy is outside the
 * repository: the linter does not look into ignored folders.
 */
async function lintAsEngineSource(code: readonly string[]): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'purity-'));
  try {
    const folder = join(root, 'packages', 'engine', 'src');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'canary.ts'), code.join('\n'));
    const overrides = lint.overrides.filter(isPurityOverride);
    const config = { jsPlugins: [join(ROOT, 'scripts', 'purity-lint.mjs')], plugins: [], overrides };
    writeFileSync(join(root, '.oxlintrc.json'), JSON.stringify(config));
    const { output } = await runTool('oxlint', ['-c', join(root, '.oxlintrc.json'), '--format', 'unix', root]);
    expect(output).not.toMatch(/No files found|Failed to/);
    return output
      .split('\n')
      .filter((line) => line.includes('purity(deterministic)'))
      .join('\n');
  } finally {
    rmSync(root, { recursive: true });
  }
}
