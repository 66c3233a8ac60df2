/**
 * `pnpm test:compose`: builds the image, runs docker-compose.yml for real, and compares what its coordinator says with
 * the same run in one process. Where there is no Docker engine to be had, it says so and ends with 0. It leaves nothing
 * behind but the upstream images that an engine of this machine had to pull.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEngine, findProgram, interrupt, run } from './docker-engine.mjs';
import { importNats, importNode } from './stand-in-images.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PULL_MS = 120_000;

/** Each is run by Compose and, with the same settings, in one process. The exit code is that of both. */
const CASES = [
  { what: 'one container a service', federates: 10, exitCode: 2, outcome: 'deadlock' },
  { what: '--scale inodegc=8 for 4 CPUs', scale: ['inodegc=8'], federates: 13, exitCode: 2, outcome: 'deadlock' },
  {
    what: '--scale inodegc=8 for 8 CPUs, with a cure',
    scale: ['inodegc=8', 'ag=2'],
    settings: { cpus: '8', seed: '7', policy: 'throttle=skip-kswapd', until: '10s' },
    federates: 18,
    exitCode: 0,
    outcome: 'completed',
  },
  { what: 'watched by the inspector', profile: 'inspector', federates: 10, exitCode: 2, outcome: 'deadlock' },
];

/** Away from the usual one, where somebody of this machine may be. */
const INSPECTOR_PORT = '17070';
/** Run inside its container: a private engine has its networks for itself. */
const LOOK_AT_PAGE = `fetch('http://127.0.0.1:${INSPECTOR_PORT}/').then((answer) => answer.text())
  .then((page) => process.exit(page.includes('sleeping-dragon inspector') ? 0 : 1), () => process.exit(2))`;
const LOOKS = 60;

const project = `dragon-test-${randomBytes(4).toString('hex')}`;
const say = (text) => process.stdout.write(`${text}\n`);

let stoppedBy;
function stop(signal) {
  stoppedBy ??= signal;
  interrupt();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.stdout.on('error', () => stop('SIGPIPE'));

/** Goes on by way of the clean-up if that is not so, or after a signal. */
function check(condition, message) {
  if (stoppedBy !== undefined) throw new Error(`stopped by ${stoppedBy}`);
  if (!condition) throw new Error(message);
}

try {
  const { engine, reason } = await findEngine();
  if (engine === undefined) say(`test:compose skipped: ${reason}`);
  else await testOn(engine);
} catch (error) {
  process.stderr.write(`test:compose failed: ${error.message}\n`);
  process.exitCode = stoppedBy === undefined ? 1 : 128 + constants.signals[stoppedBy];
}

async function testOn(engine) {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-compose-'));
  const files = ['--file', join(ROOT, 'docker-compose.yml')];
  const compose = (words, variables = {}, options = {}) =>
    run(engine.compose[0], [...engine.compose.slice(1), '--project-name', project, ...files, ...words], {
      env: {
        ...engine.env,
        ...settingsFree(),
        DRAGON_IMAGE: project,
        DRAGON_INSPECTOR_PORT: INSPECTOR_PORT,
        ...variables,
      },
      cwd: ROOT,
      ...options,
    });
  try {
    if (engine.isPrivate) {
      const override = join(folder, 'build-on-host-network.json');
      writeFileSync(override, buildOnHostNetwork());
      files.push('--file', override);
      await engine.onHostNetwork(async () => {
        await haveImages(engine);
        await build(compose);
      });
    } else await build(compose);
    for (const each of CASES) await testCase(each, compose, engine);
    await testBadSetting(compose);
    await testInspector(compose);
  } finally {
    await compose(['--profile', 'inspector', 'down', '--volumes', '--remove-orphans', '--timeout', '5']);
    await run('docker', ['image', 'rm', '--force', project], { env: engine.env });
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing that the caller's shell says of a run shall change this test. */
function settingsFree() {
  const names = Object.keys(process.env).filter((name) => name.startsWith('DRAGON_'));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

async function build(compose) {
  say('building the image…');
  const { code, output } = await compose(['build']);
  check(code === 0, `the image cannot be built:\n${output.split('\n').slice(-40).join('\n')}`);
}

async function testCase(each, compose, engine) {
  const { what, scale = [], settings = {}, profile, federates, exitCode, outcome } = each;
  say(`${what}…`);
  const expected = await inOneProcess(settings, engine);
  check(expected.outcome === outcome, `in one process the outcome is ${expected.outcome}, not ${outcome}`);
  const variables = Object.entries(settings).map(([key, value]) => [`DRAGON_${key.toUpperCase()}`, value]);
  const up = await composeUp(scale, Object.fromEntries(variables), compose, profile);
  const said = /Outcome: (\w+), at .*; (\d+) events; digest (\w+); (\d+) federates, (\d+) rounds/.exec(up.output);
  check(said !== null, `the coordinator printed no outcome:\n${up.output}`);
  const actual = {
    code: up.code,
    outcome: said[1],
    events: Number(said[2]),
    digest: said[3],
    federates: Number(said[4]),
  };
  const wanted = { code: exitCode, outcome, events: expected.events, digest: expected.digest, federates };
  const [is, shall] = [JSON.stringify(actual), JSON.stringify(wanted)];
  check(is === shall, `${what}: expected ${shall}, got ${is}\n${up.output}`);
  if (outcome === 'deadlock')
    check(up.output.includes('Who waits for whom:'), `the report has no cycle:\n${up.output}`);
  const isShown = up.output.includes(`http://127.0.0.1:${INSPECTOR_PORT}/`);
  check(isShown === (profile !== undefined), `no inspector said where it is:\n${up.output}`);
  say(`  ${said[0]}; equal to the run in one process`);
}

async function testBadSetting(compose) {
  say('a bad setting…');
  const { code, output } = await composeUp([], { DRAGON_CPUS: 'many' }, compose);
  const line = /coordinator: DRAGON_CPUS: .*/.exec(output)?.[0];
  check(code === 64 && line, `DRAGON_CPUS=many: expected exit code 64 and one line, got ${code}:\n${output}`);
  say(`  ${line}`);
}

/** The page of the inspector is there before any run, and its port is on the loopback alone. */
async function testInspector(compose) {
  say('the page of the inspector…');
  const inProfile = (...words) => compose(['--profile', 'inspector', ...words]);
  const { code, output } = await inProfile('up', '--no-build', '--detach', 'inspector');
  check(code === 0, `the inspector does not start:\n${output}`);
  let looked = { code: 2, output: '' };
  for (let look = 0; look < LOOKS && looked.code !== 0; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    looked = await inProfile('exec', '-T', 'inspector', 'node', '-e', LOOK_AT_PAGE);
    check(true);
  }
  check(
    looked.code === 0,
    `the inspector has no page:\n${looked.output}\n${(await inProfile('logs', 'inspector')).output}`,
  );
  const published = await inProfile('port', 'inspector', INSPECTOR_PORT);
  const where = published.stdout.trim();
  check(where === `127.0.0.1:${INSPECTOR_PORT}`, `the inspector's port is at '${where}':\n${published.output}`);
  await inProfile('down', '--volumes', '--remove-orphans', '--timeout', '5');
  say(`  at ${where}`);
}

async function composeUp(scale, variables, compose, profile) {
  const inProfile = profile === undefined ? [] : ['--profile', profile];
  const words = [...inProfile, 'up', '--no-build', '--abort-on-container-exit', '--exit-code-from', 'coordinator'];
  const up = await compose([...words, ...scale.flatMap((each) => ['--scale', each])], variables);
  await compose([...inProfile, 'down', '--volumes', '--remove-orphans', '--timeout', '5']);
  return up;
}

/** In a container, too, so that it is the same bundle that runs. */
async function inOneProcess(settings, engine) {
  const options = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  const command = ['dragon.mjs', 'run', 'seed-deadlock', '--json', ...options];
  const words = ['run', '--rm', '--network', 'none', project, ...command];
  const { stdout, output } = await run('docker', words, { env: engine.env });
  check(stdout.startsWith('{'), `the run in one process failed:\n${output}`);
  return JSON.parse(stdout);
}

/** The upstream images, or else their stand-ins. */
async function haveImages(engine) {
  const node = imageIn('Dockerfile', /^FROM (\S+)/m);
  const nats = imageIn('docker-compose.yml', /image: (nats:\S+)/);
  const makers = [
    [node, () => importNode(engine, node)],
    [nats, async () => importNats(engine, nats, await natsServer())],
  ];
  for (const [image, makeStandIn] of makers) {
    say(`pulling ${image}…`);
    const { code } = await run('docker', ['pull', '--quiet', image], { env: engine.env, timeout: PULL_MS });
    check(true);
    if (code === 0) continue;
    say(`  not to be had from here: made of this machine's own files instead`);
    await makeStandIn();
  }
}

function imageIn(file, pattern) {
  const image = pattern.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1];
  check(image, `${file} names no image that matches ${pattern}`);
  return image;
}

async function natsServer() {
  const cached = join(ROOT, '.cache/nats-server/usr/sbin/nats-server');
  const path = process.env.NATS_SERVER_BIN ?? findProgram('nats-server') ?? cached;
  const { code, output } = await run(path, ['--version']);
  check(code === 0, 'there is no nats-server for a stand-in: run npm start once, or set NATS_SERVER_BIN');
  say(`  ${output.trim()}`);
  return path;
}

/** An override: without a bridge, a build on a private engine has only the host's network. */
function buildOnHostNetwork() {
  const services = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8').matchAll(
    /^ {2}([a-z-]+):\n {4}<<: \*service$/gm,
  );
  const override = { context: ROOT, network: 'host' };
  return JSON.stringify({ services: Object.fromEntries([...services].map(([, name]) => [name, { build: override }])) });
}
