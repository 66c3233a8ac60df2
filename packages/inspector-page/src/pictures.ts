/** Pictures of what the page shows, by who draws it: each is made as an SVG that stands alone. */

/** What can be taken away as a picture. */
export type Picture = 'waits' | 'chart' | 'timeline';

export type Pictures = Map<Picture, (theme: 'dark' | 'light') => string>;
