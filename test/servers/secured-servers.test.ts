/** Every way to log in at a real server: right credentials work, wrong ones get one line, and no line has a secret. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { addressToEnvironment, connectNats, type NatsAddress } from '../../packages/federation/src/index.ts';
import { DragonProcess } from '../e2e/dragon-process.ts';
import { Certificates, type CertificateFiles } from './certificates.ts';
import { newOperator, type Operator } from './credentials.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const PASSWORD = 'a-password-of-me';
const TOKEN = 'a-token-for-all';
/** What a server may take to let somebody in whom it does not want to. */
const ANSWER_MS = 300;

const folder = mkdtempSync(join(tmpdir(), 'dragon-test-'));
const certificates = new Certificates(folder);
const [authority, stranger] = [certificates.authority('authority'), certificates.authority('stranger')];
const byNumber = certificates.issued(authority, 'by-number', 'IP:127.0.0.1');
const byName = certificates.issued(authority, 'by-name', 'DNS:localhost');
const expired = certificates.issued(authority, 'expired', 'IP:127.0.0.1', -1);
const client = certificates.issued(authority, 'client', 'DNS:client');
const seed = file('seed', `${newSeed()}\n`);

let operator: Operator;
const servers: ServerProcess[] = [];
const urls = { users: '', operator: '', numbered: '', named: '', expired: '', mutual: '' };

beforeAll(async () => {
  operator = await newOperator();
  const started = async (name: keyof typeof urls, config: readonly string[]) => {
    const server = await startServer(config);
    servers.push(server);
    urls[name] = `nats://127.0.0.1:${server.port}`;
  };
  const token = `authorization { token: "${TOKEN}" }`;
  await Promise.all([
    started('users', [
      `authorization { users: [{ user: me, password: "${PASSWORD}" }, { nkey: ${publicKey(seed)} }] }`,
    ]),
    started('operator', operator.config),
    started('numbered', [token, secured(byNumber)]),
    started('named', [token, secured(byName)]),
    started('expired', [token, secured(expired)]),
    started('mutual', [...operator.config, secured(byNumber, true)]),
  ]);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

const trusted = { token: TOKEN, caFile: authority.cert };

test.each<[what: string, address: () => Promise<NatsAddress> | NatsAddress]>([
  ['a user with a password', () => ({ url: urls.users, user: 'me', pass: PASSWORD })],
  ['a user and a password in the URL', () => ({ url: urls.users.replace('://', `://me:${PASSWORD}@`) })],
  ['an nkey', () => ({ url: urls.users, nkeyFile: seed })],
  ['credentials', async () => ({ url: urls.operator, credsFile: await creds('good') })],
  ['TLS, by address', () => ({ url: urls.numbered, ...trusted })],
  ['TLS, by name', () => ({ url: urls.named.replace('127.0.0.1', 'localhost'), ...trusted })],
])('%s', async (_what, address) => {
  const link = await connectNats(await address());
  await link.flush();
  await link.close();
});

const LOGIN = 'Authorization Violation): check the user, password, token or credentials file';

test.each<[what: string, address: () => Promise<NatsAddress> | NatsAddress, line: string | RegExp]>([
  ['a wrong password', () => ({ url: urls.users, user: 'me', pass: `${PASSWORD}2` }), LOGIN],
  ['no login', () => ({ url: urls.users }), LOGIN],
  ['a wrong token', () => ({ url: urls.numbered, ...trusted, token: `${TOKEN}2` }), LOGIN],
  ['an unknown nkey', () => ({ url: urls.users, nkeyFile: file('unknown', newSeed()) }), LOGIN],
  [
    'what is no nkey',
    () => ({ url: urls.users, nkeyFile: file('no-seed', 'SUNOSEED') }),
    /nkeys: .*: check the user, /,
  ],
  ['what is no credentials file', () => ({ url: urls.operator, credsFile: seed }), /credentials\): check the user, /],
  ['credentials of another operator', async () => ({ url: urls.operator, credsFile: await strangeCreds() }), LOGIN],
  [
    'expired credentials',
    async () => ({ url: urls.operator, credsFile: await creds('expired', 1_000_000_000) }),
    /: the credentials in \S+expired\.creds expired at 2001-09-09T01:46:40\.000Z: have new ones made$/,
  ],
  [
    'a missing file',
    () => ({ url: urls.numbered, ...trusted, caFile: '/nowhere/ca.pem' }),
    /cannot read the NATS credentials: ENOENT: .*\/nowhere\/ca\.pem/,
  ],
  ['a server without TLS', () => ({ url: urls.users, ...trusted }), /: this server has no TLS: write nats:\/\/ and /],
  [
    'an expired certificate',
    () => ({ url: urls.expired, ...trusted }),
    "(certificate has expired): renew the server's certificate, or set the clock of this machine",
  ],
  [
    'the wrong authority',
    () => ({ url: urls.numbered, ...trusted, caFile: stranger.cert }),
    "(unable to verify the first certificate): the authority of the server's certificate is not known here: ",
  ],
  ['no authority', () => ({ url: urls.numbered, token: TOKEN }), 'is not known here: give its certificate in DRAGON_'],
  [
    'a certificate for a name, by address',
    () => ({ url: urls.named, ...trusted }),
    /does not match .*127\.0\.0\.1.*: give the server's address by a name that its certificate has$/,
  ],
  [
    'a certificate for an address, by name',
    () => ({ url: urls.numbered.replace('127.0.0.1', 'localhost'), ...trusted }),
    /does not match .*: give the server's address by a name that its certificate has$/,
  ],
  [
    'a certificate without its key',
    () => ({ url: urls.mutual, ...trusted, certFile: client.cert, keyFile: authority.key }),
    /: DRAGON_NATS_CERT and DRAGON_NATS_KEY do not belong together$/,
  ],
])('%s is refused', async (_what, address, line) => {
  const env = addressToEnvironment(await address());
  const { code, out, err } = await dragonInProcess(['run', 'seed-deadlock', '--distributed', '--json'], env);
  expect([code, out, err.trimEnd().split('\n').length]).toEqual([1, '', 1]);
  expect(err.trimEnd()).toMatch(line);
  for (const secret of [PASSWORD, TOKEN, secretOf(seed), 'SUNOSEED']) expect(err).not.toContain(secret);
});

test.each<[what: string, given: () => Partial<NatsAddress>, line: RegExp]>([
  [
    'no certificate',
    () => ({}),
    /: it asks for a certificate of ours: give one in DRAGON_NATS_CERT and DRAGON_NATS_KEY/,
  ],
  [
    'one of another authority',
    () => certificate(certificates.issued(stranger, 'strange-client', 'DNS:client')),
    /: it does not take the certificate of \S+strange-client\.pem: that has expired, or is of an authority/,
  ],
  [
    'an expired one',
    () => certificate(certificates.issued(authority, 'expired-client', 'DNS:client', -1)),
    /: it does not take the certificate of \S+expired-client\.pem: that has expired, or is of an authority/,
  ],
])('a server that asks for a certificate is given %s', async (_what, given, line) => {
  const address = { url: urls.mutual, caFile: authority.cert, credsFile: await creds('good'), ...given() };
  await expect(connectNats(address, { answerMs: ANSWER_MS })).rejects.toThrow(line);
});

test('mutual TLS and credentials carry a run, and their secrets stay where they are', async () => {
  const credsFile = await creds('run');
  const trace = join(folder, 'run.trace');
  const address = {
    url: urls.mutual.replace('nats:', 'tls:'),
    caFile: authority.cert,
    credsFile,
    ...certificate(client),
  };
  const key = 'a-key-of-this-run-alone';
  const words = ['run', 'seed-drop-caches', '--processes', '1', '--json', '--trace', trace];
  const run = new DragonProcess(words, { ...addressToEnvironment(address), DRAGON_RUN_KEY: key });
  const commands = new Set<string>();
  let environments = 0;
  const look = setInterval(() => {
    for (const pid of [run.child.pid ?? 0, ...run.started()]) {
      commands.add(readOrEmpty(`/proc/${pid}/cmdline`));
      if (modeOf(`/proc/${pid}/environ`) === 0o400) environments += 1;
    }
  }, 20);
  await run.ended;
  clearInterval(look);
  const { code, out, err } = await run.untilGone();
  expect([code, (JSON.parse(out) as { outcome: string }).outcome]).toEqual([2, 'deadlock']);
  expect(commands.size).toBeGreaterThan(2);
  expect(environments).toBeGreaterThan(2);
  const text = [...commands, out, err, readFileSync(trace, 'latin1')].join('\n');
  const [jwt = '', userSeed = ''] = readFileSync(credsFile, 'utf8')
    .split('\n')
    .filter((line) => line.length > 40);
  for (const secret of [key, jwt, userSeed, secretOf(client.key)]) {
    expect(secret.length).toBeGreaterThan(20);
    expect(text).not.toContain(secret);
  }
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function newSeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

function publicKey(seedFile: string): string {
  return fromSeed(new TextEncoder().encode(secretOf(seedFile))).getPublicKey();
}

async function creds(name: string, expires?: number): Promise<string> {
  return file(`${name}.creds`, await operator.creds(name, undefined, expires));
}

async function strangeCreds(): Promise<string> {
  return file('strange.creds', await (await newOperator()).creds('strange'));
}

function certificate({ cert, key }: CertificateFiles): Partial<NatsAddress> {
  return { certFile: cert, keyFile: key };
}

function secured({ cert, key }: CertificateFiles, verify = false): string {
  return `tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${authority.cert}", verify: ${verify} }`;
}

/** The line of a file that nobody else may know. */
function secretOf(path: string): string {
  return (
    readFileSync(path, 'utf8')
      .split('\n')
      .find((line) => line !== '' && !line.startsWith('-')) ?? ''
  );
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function modeOf(path: string): number {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return 0;
  }
}
