/** The drawings of buttons: one path each, in the colour of the text. */

const PATHS = {
  back: 'M11 2v12L3 8zM12 2h2v12h-2z',
  on: 'M5 2v12l8-6zM2 2h2v12H2z',
  play: 'M3 1v14l11-7z',
  pause: 'M3 2h4v12H3zM9 2h4v12H9z',
  end: 'M2 2v12l7-6zM11 2h3v12h-3z',
  theme: 'M8 1a7 7 0 1 0 0 14zM8 2.5a5.500 5.500 0 0 1 0 11z',
  check: 'M6 14 1 9l2-2 3 3 7-8 2 2z',
  menu: 'M1 3h14v2H1zM1 7h14v2H1zM1 11h14v2H1z',
} as const;

export function BarIcon({ of }: { readonly of: keyof typeof PATHS }) {
  return (
    <svg class="bar-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[of]} fill-rule="evenodd" />
    </svg>
  );
}

/** A dragon, asleep. */
export function BrandIcon() {
  return (
    <svg class="brand-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 15c0-5 3.5-8 8-8h2l2-3 1.5 3.2C19.500 8 21 10 21 12.500c0 1-.8 1.500-1.800 1.500H16" />
      <path d="M3 15c0 3 2.500 5 6 5h5c2 0 3-1 3-2.200M15.200 10.800h1.800" />
    </svg>
  );
}
