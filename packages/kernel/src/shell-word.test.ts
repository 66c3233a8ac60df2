/** A shell gets back what it was given, as one word. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('any text is one word, and as it is where it can be', () => {
  expect(shellWord('big-cache-50k')).toBe('big-cache-50k');
  expect(shellWord('throttle=skip-kswapd,xfs.lru=yes')).toBe('throttle=skip-kswapd,xfs.lru=yes');
  const harm = ['', "it's", 'x; touch harm', '$(id)', '`id`', '~', '*', '\\', '"', '!x', '#', 'a\tb', "';id;'", '-x'];
  const said = execFileSync('sh', ['-c', `printf '%s\\n' ${harm.map(shellWord).join(' ')}`]);
  expect(String(said).split('\n')).toEqual([...harm, '']);
});
