/** The colours of the page, dark and light, by what they mean: for style sheets and pictures that leave the page. */

/**
 * By token. `wait-text` is amber dark enough for words; `-bg` lies under what a finding or a person made, `-edge`
 * around it; `-ink` is for words on the full colour, `raised` for what stands out of a panel.
 */
export type Theme = Readonly<Record<ThemeToken, string>>;

export type ThemeToken =
  | 'bg'
  | 'panel'
  | 'raised'
  | 'text'
  | 'text2'
  | 'text3'
  | 'run'
  | 'wait'
  | 'wait-text'
  | 'find'
  | 'find-bg'
  | 'find-ink'
  | 'find-edge'
  | 'sleep'
  | 'exit'
  | 'count'
  | 'count2'
  | 'you'
  | 'you-bg'
  | 'line'
  | 'line2';

export const THEMES: Readonly<Record<'dark' | 'light', Theme>> = {
  dark: {
    bg: '#0d1117',
    panel: '#141a22',
    raised: '#1c2430',
    text: '#eef2f6',
    text2: '#b1bcc8',
    text3: '#8692a0',
    run: '#58a6ff',
    wait: '#f0b429',
    'wait-text': '#f0b429',
    find: '#ff5577',
    'find-bg': '#3b111d',
    'find-ink': '#1b0507',
    'find-edge': '#80283d',
    sleep: '#5d6b7a',
    exit: '#323d4a',
    count: '#2fbf9f',
    count2: '#1d7a68',
    you: '#c29bff',
    'you-bg': '#2a1f44',
    line: '#2a3441',
    line2: '#3d4a5a',
  },
  light: {
    bg: '#eef1f4',
    panel: '#ffffff',
    raised: '#f3f5f8',
    text: '#11161c',
    text2: '#46515d',
    text3: '#5f6b78',
    run: '#0b63c5',
    wait: '#b97700',
    'wait-text': '#8a5a00',
    find: '#c4123f',
    'find-bg': '#ffe8ed',
    'find-ink': '#ffffff',
    'find-edge': '#eea3b4',
    sleep: '#7a8794',
    exit: '#d0d7de',
    count: '#0a6f5b',
    count2: '#2a9079',
    you: '#6a3bc4',
    'you-bg': '#f0e8ff',
    line: '#d5dbe2',
    line2: '#aeb8c3',
  },
};
