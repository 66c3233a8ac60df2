/** Completion as a real bash does it, and scripts that zsh and fish read where there are any. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'completion-'));
const file = (shell: string) => join(folder, `dragon.${shell}`);
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await dragonInProcess(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(file(shell), out);
  }
});

/** What bash offers when the line ends where the cursor stands. */
function offered(line: string): string[] {
  const script = `source "$1"; COMP_LINE=$2; COMP_POINT=\${#2}; _dragon; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-uc', script, 'bash', file('bash'), line], { cwd: folder });
  return String(out).split('\n').filter(Boolean);
}

test.each([
  ['dragon ru', ['run']],
  ['dragon run seed-dead', ['seed-deadlock']],
  ['dragon run seed-deadlock --keep', ['--keep-going']],
  ['dragon run seed-deadlock --profile v6.7', ['v6.7']],
  ['dragon run seed-deadlock --policy shrinkers=s', ['srcu']],
  ['dragon run seed-deadlock --policy=shrinkers=s', ['srcu']],
  ['dragon run seed-deadlock --policy throttle=ti', ['timed\\(10ms\\)']],
  ['dragon run seed-deadlock --policy shrinkers=srcu,exempt=n', ['nofs']],
  ['dragon compare seed-deadlock --candidate v6.1-', ['v6.1-patched']],
  ['dragon export p', ['perfetto', 'page']],
  ['dragon export --out dragon.z', ['dragon.zsh']],
  ['dragon export page dragon.z', ['dragon.zsh']],
  ['dragon export page seed-dead', ['seed-deadlock']],
  ['dragon export svg x --theme d', ['dark']],
  ['dragon import d', ['dmesg']],
  ['dragon import dmesg dragon.z', ['dragon.zsh']],
  ['dragon inspect seed-dead', ['seed-deadlock']],
  ['dragon inspect dragon.z', ['dragon.zsh']],
  ['dragon calibrate dragon.ba', ['dragon.bash']],
  ['dragon calibrate x -o dragon.z', ['dragon.zsh']],
  ['dragon completion f', ['fish']],
  ['dragon explain dige', ['digest']],
  ['dragon schema sw', ['sweep']],
  ['dragon nosuch ', []],
])('bash: %s', (line, expected) => {
  expect(offered(line)).toEqual(expected);
});

test('bash: an empty word has all of them', () => {
  expect(offered('dragon ')).toEqual(expect.arrayContaining(['run', 'compare', 'explain', 'version']));
  expect(offered('dragon run ')).toContain('big-cache-50k');
  expect(offered('dragon doctor --')).toEqual(['--machines', '--help']);
});

test.each([
  ['zsh', '/usr/bin/zsh'],
  ['fish', '/usr/bin/fish'],
])('%s reads its script, if there is one', (shell, path) => {
  if (existsSync(path)) expect(String(execFileSync(path, ['-n', file(shell)]))).toBe('');
});

test('fish completes words of the help', () => {
  if (!existsSync('/usr/bin/fish')) return;
  const script = `source ${file('fish')}; complete -C 'dragon run seed-dead'; complete -C 'dragon run x --profile v6.7'`;
  expect(String(execFileSync('/usr/bin/fish', ['-c', script], { cwd: folder }))).toMatch(/^seed-deadlock[^]*^v6\.7/m);
});
