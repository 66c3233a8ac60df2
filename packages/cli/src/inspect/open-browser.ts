/** The browser of whoever sits at this machine, asked to open an address. It is no failure if there is none. */
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens `address`, where there is a display to see it on. Every user of this machine can read it there, among the words
 * that programs were started with.
 */
export function openBrowser(address: string, env: Environment): void {
  const [program, ...args] = opener(env) ?? [];
  if (program === undefined) return;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true, env });
  child.on('error', () => undefined);
  child.unref();
}

function opener(env: Environment): readonly string[] | undefined {
  if (process.platform === 'darwin') return ['open'];
  // No shell, as `start` needs one: to that an address is a line of commands wherever it has an ampersand.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
