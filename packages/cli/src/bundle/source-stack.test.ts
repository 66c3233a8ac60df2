/** A stack of bundled code names the sources; one of anything else stays as it is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeBundle } from './make-bundle.mjs';
import { sourceStack } from './source-stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'source-stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the place where a program of a bundle threw', async () => {
  writeFileSync(
    join(folder, 'fails.ts'),
    'type Nothing = never;\n\nexport function fails(): Nothing {\n  throw new Error("no");\n}\n',
  );
  writeFileSync(join(folder, 'program.ts'), "import { fails } from './fails.ts';\nfails();\n");
  const { files } = await makeBundle(folder, { program: 'program.ts' });
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
  const { stderr } = spawnSync(process.execPath, [join(folder, 'program.mjs')], { encoding: 'utf8' });
  expect(stderr).toContain('program.mjs:');
  expect(sourceStack(stderr)).toMatch(/at fails \(fails\.ts:4:\d+\)\n +at program\.ts:2:1\n/);
});

test('places of no bundle', () => {
  const stack = 'Error: no\n    at f (file:///nowhere/a.mjs:1:2)\n    at node:internal/process:3:4';
  expect(sourceStack(stack)).toBe(stack);
});
