/**
 * What the tests in this folder ask of the repository: its packages, its source files, and what its tools say of it.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds a tool may take on a slow, busy machine. */
export const TOOL_TIMEOUT = 180_000;

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** The folder's name, which is also the name behind `@dragon/`. */
  readonly name: string;
  /** The folder, relative to the root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export function readText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

export function readJson(file: string): unknown {
  return JSON.parse(readText(file));
}

/** Every package of the workspace, the root apart. */
export function workspacePackages(): WorkspacePackage[] {
  return ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .filter((name) => existsSync(join(ROOT, parent, name, 'package.json')))
      .map((name) => {
        const folder = `${parent}/${name}`;
        return { name, folder, manifest: readJson(`${folder}/package.json`) as Manifest };
      }),
  );
}

/** Every source file, relative to the root, with forward slashes. */
export function sourceFiles(): string[] {
  const found = ['packages', 'services', 'scripts', 'test'].flatMap((folder) => walk(join(ROOT, folder)));
  const files = found.map((file) => relative(ROOT, file).replaceAll('\\', '/'));
  return [...files, 'vitest.config.ts'].filter((file) => /\.(?:ts|tsx|mts|js|mjs)$/.test(file)).toSorted();
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(path);
    return [path];
  });
}

export interface ToolResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** Runs a program of node_modules/.bin at the root; resolves whatever its exit code. */
export function runTool(name: string, args: readonly string[]): Promise<ToolResult> {
  const options = { cwd: ROOT, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    execFile(join(ROOT, 'node_modules', '.bin', name), args, options, (error, stdout, stderr) => {
      resolve({ succeeded: error === null, output: `${stdout}${stderr}` || (error?.message ?? '') });
    });
  });
}

/** What a tool complains of: the empty string when it exits with 0. */
export async function complaints(name: string, args: readonly string[]): Promise<string> {
  const { succeeded, output } = await runTool(name, args);
  return succeeded ? '' : output;
}

/** A new folder inside the repository that git, the formatter and the linter do not look into. */
export function scratchFolder(): string {
  const parent = join(ROOT, '.cache');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'repo-test-'));
}
