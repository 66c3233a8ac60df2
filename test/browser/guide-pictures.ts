/** Pictures of the page in the guide and in the README: of which run each is, and what of it is shown. */
import type { RunTexts } from '@dragon/scenarios';

export interface GuidePicture {
  /** The file in `docs/inspector`, without its end. */
  readonly name: string;
  readonly run: RunTexts;
  /** What of the run, as a link says it. */
  readonly fragment: string;
  readonly theme: 'dark' | 'light';
  /** A part of the name of a button that is clicked then. */
  readonly click?: string;
  /** Keys that are pressed when the page has drawn, as `KeyboardEvent.key` has them. */
  readonly keys?: readonly string[];
}

const SEED: RunTexts = { scenario: 'seed-deadlock' };

export const GUIDE_PICTURES: readonly GuidePicture[] = [
  { name: 'deadlock', run: SEED, fragment: '', theme: 'dark' },
  { name: 'story', run: SEED, fragment: 't=474705000', theme: 'light', keys: ['g', 'h'] },
  { name: 'before', run: SEED, fragment: 't=1200000000&sel=inodegc/0&open=inodegc/0,repair/0,kswapd/0', theme: 'dark' },
  { name: 'order', run: SEED, fragment: 'x=order&sel=repair/0', theme: 'light' },
  {
    name: 'memory',
    run: {
      scenario: 'big-cache-50k',
      policy: 'throttle=skip-kswapd',
      set: ['inodes=3000'],
      until: '600ms',
    },
    fragment: 's=memory',
    theme: 'dark',
  },
  {
    name: 'agents',
    run: { scenario: 'many-cpus', cpus: '1360', until: '20ms' },
    fragment: 't=8000000&s=agents',
    theme: 'dark',
  },
  { name: 'chart', run: SEED, fragment: 's=chart&sel=kswapd/0', theme: 'light' },
  { name: 'compare', run: SEED, fragment: 's=compare', theme: 'dark', click: 'throttle=skip-kswapd' },
  {
    name: 'fault',
    run: SEED,
    fragment: 't=2220000000&sel=cpu/0',
    theme: 'dark',
    keys: ['f', 's', 't', 'a', 'l', 'l', 'Enter'],
  },
  { name: 'present', run: SEED, fragment: 'p=1', theme: 'light' },
];
