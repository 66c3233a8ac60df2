import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { agentTranscript } from '../../../test/golden/agent-transcript.ts';
import { definitions } from './index.ts';
test('x', () => {
  const text = readFileSync(new URL('./machine.golden.txt', import.meta.url), 'utf8');
  const run = agentTranscript(definitions);
  for (const each of text.trim().split('\n\n')) {
    const lines = each.slice(0, each.indexOf('\n----')).split('\n');
    let out = '';
    try { out = run({ command: lines[0]!.split(' '), input: lines.slice(1) }); } catch (e) { console.log('THROW', lines[0], String(e)); continue; }
    if (out.includes('error:')) console.log('ERR', lines[0], out.split('\n').filter((l, i, a) => l.includes('error:') || a[i+1]?.includes('error:')).join('\n'));
    const last = out.split('\n').filter((l) => l.includes('=> ')).at(-1);
    if (out.includes('allocating.fastPath')) console.log('STUCK', lines[0], '\n  ', out.split('\n').filter((l) => l.includes('allocating.fastPath')).join('\n   '));
  }
});
