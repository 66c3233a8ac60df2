/** The browser of whoever sits at this machine, asked to open an address. It is no failure if there is none. */
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens `address`, where there is a display to see it on. */
export function openBrowser(address: string, env: Environment): void {
  const [program, ...args] = opener(env) ?? [];
  if (program === undefined) return;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(env: Environment): readonly string[] | undefined {
  if (process.platform === 'darwin') return ['open'];
  // The empty word is the title of a window, which `start` takes the first quoted one for.
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
