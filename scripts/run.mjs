/**
 * Behind `npm start` and `npm test`: installs the packages where that is needed, then runs the command or the tests,
 * so that a fresh clone needs nothing but Node and npm.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const OLDEST_NODE = [20, 19];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(ROOT, 'node_modules', '.dragon-stamp');

const COMMANDS = {
  start: ['packages/cli/bin/dragon.mjs'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  setup: ['packages/cli/bin/dragon.mjs', '--version'],
};

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    fail(`sleeping-dragon needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.`);
}

/** A hash of everything that decides what an installation contains; the platform because of native binaries. */
function wantedStamp() {
  const manifests = ['packages', 'services'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => join(folder, name, 'package.json')),
  );
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    'test/package.json',
    ...manifests.toSorted(),
  ]) {
    if (existsSync(join(ROOT, file))) hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

/**
 * Runs a program to its end and returns its exit code. A Ctrl-C in a terminal reaches the child by itself, so it is
 * only waited for; a signal sent to this process alone is passed on, once.
 */
function run(program, args, options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, ...options });
    const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    const onInterrupt = inTerminal ? () => {} : once(() => child.kill('SIGINT'));
    const onTerminate = once(() => child.kill('SIGTERM'));
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const done = (code) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
      resolve({ code, output });
    };
    child.on('error', (error) => {
      output += `${error.message}\n`;
      done(1);
    });
    child.on('close', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

function once(action) {
  let called = false;
  return () => {
    if (!called) action();
    called = true;
  };
}

async function install() {
  const wanted = wantedStamp();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('Installing packages (first run, about half a minute)…\n');
  const { code, output } = await run('npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' },
  });
  if (code !== 0) {
    process.stderr.write(output);
    const advice = /OUTDATED_LOCKFILE/.test(output)
      ? `A package.json was changed: run \`npx ${PNPM} install\` to bring pnpm-lock.yaml up to date.`
      : 'Installing failed: check that the npm registry can be reached, then run the same command again.';
    fail(advice, code);
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, wanted);
}

const [command, ...args] = process.argv.slice(2);
checkNode();
if (!Object.hasOwn(COMMANDS, command ?? ''))
  fail(`usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')} [args]`, 64);
await install();
const script = COMMANDS[command];
if (script) process.exitCode = (await run(process.execPath, [...script, ...args], { stdio: 'inherit' })).code;
