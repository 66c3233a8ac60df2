/** The colours of the page, dark and light, by what they mean: for style sheets and pictures that leave the page. */

/** By token. `wait-text` is amber dark enough for words; `find-ground` lies under what a finding names. */
export type Theme = Readonly<Record<ThemeToken, string>>;

export type ThemeToken =
  | 'bg'
  | 'panel'
  | 'text'
  | 'text2'
  | 'text3'
  | 'run'
  | 'wait'
  | 'wait-text'
  | 'find'
  | 'find-ground'
  | 'sleep'
  | 'exit'
  | 'count'
  | 'count2'
  | 'you'
  | 'line'
  | 'line2';

export const THEMES: Readonly<Record<'dark' | 'light', Theme>> = {
  dark: {
    bg: '#0d1117',
    panel: '#141a22',
    text: '#eef2f6',
    text2: '#b1bcc8',
    text3: '#8692a0',
    run: '#58a6ff',
    wait: '#f0b429',
    'wait-text': '#f0b429',
    find: '#ff5577',
    'find-ground': '#3b111d',
    sleep: '#5d6b7a',
    exit: '#323d4a',
    count: '#2fbf9f',
    count2: '#1d7a68',
    you: '#c29bff',
    line: '#2a3441',
    line2: '#3d4a5a',
  },
  light: {
    bg: '#eef1f4',
    panel: '#ffffff',
    text: '#11161c',
    text2: '#46515d',
    text3: '#5f6b78',
    run: '#0b63c5',
    wait: '#b97700',
    'wait-text': '#8a5a00',
    find: '#c4123f',
    'find-ground': '#ffe8ed',
    sleep: '#7a8794',
    exit: '#d0d7de',
    count: '#0a6f5b',
    count2: '#2a9079',
    you: '#6a3bc4',
    line: '#d5dbe2',
    line2: '#aeb8c3',
  },
};
