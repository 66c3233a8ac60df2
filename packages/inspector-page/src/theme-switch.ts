/** The choice between dark and light: the system's, until somebody makes another. The style sheet goes by it alone. */

const KEY = 'dragon-theme';

const DARK = matchMedia('(prefers-color-scheme: dark)');
/** What somebody has chosen, here or before. */
let chosen = stored();

/** Shows the theme, and follows the system as long as nobody has chosen one. */
export function showTheme(): void {
  show();
  DARK.addEventListener('change', show);
}

export const shownTheme = (): 'dark' | 'light' => chosen ?? (DARK.matches ? 'dark' : 'light');

const show = (): void => void (document.documentElement.dataset['theme'] = shownTheme());

export function switchTheme(): void {
  const next = shownTheme() === 'dark' ? 'light' : 'dark';
  chosen = next;
  show();
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A page from a disk may have no storage: then the choice holds as long as the page.
  }
}

function stored(): 'dark' | 'light' | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'dark' || theme === 'light' ? theme : undefined;
  } catch {
    return undefined;
  }
}
