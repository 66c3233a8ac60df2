/** The choice between dark and light: the system's, until somebody makes another. */

const KEY = 'dragon-theme';

/** Shows the theme that was chosen before, if one was. */
export function showChosenTheme(): void {
  const chosen = stored();
  if (chosen !== undefined) document.documentElement.dataset['theme'] = chosen;
}

export function shownTheme(): 'dark' | 'light' {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'dark' || chosen === 'light' ? chosen : systemTheme();
}

export function switchTheme(): void {
  const next = shownTheme() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A page from a disk may have no storage: then the choice holds as long as the page.
  }
}

const systemTheme = (): 'dark' | 'light' => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

function stored(): 'dark' | 'light' | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'dark' || theme === 'light' ? theme : undefined;
  } catch {
    return undefined;
  }
}
