/**
 * The address of a NATS server, with what it takes to log in there: from a URL, from options, from the environment, and
 * back into an environment.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { publicUrl } from './public-url.ts';
import { type ConnectionOptions, credsAuthenticator, nkeyAuthenticator } from 'nats';
import { errorText, FederationError } from '../federation-error.ts';

/**
 * Every way to log in that NATS has. Paths are of files; what a URL says of a user goes before `user`, `pass` and
 * `token`.
 */
export interface NatsAddress {
  /** One URL or several with commas: `nats://host:4222`, `tls://user:password@host`. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  readonly credsFile?: string | undefined;
  readonly nkeyFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * The environment variables of an address: credentials travel in these, never in a command line that others can read.
 */
const VARIABLES = {
  url: 'DRAGON_NATS_URL',
  token: 'DRAGON_NATS_TOKEN',
  user: 'DRAGON_NATS_USER',
  pass: 'DRAGON_NATS_PASSWORD',
  credsFile: 'DRAGON_NATS_CREDS',
  nkeyFile: 'DRAGON_NATS_NKEY',
  caFile: 'DRAGON_NATS_CA',
  certFile: 'DRAGON_NATS_CERT',
  keyFile: 'DRAGON_NATS_KEY',
} as const satisfies Record<keyof NatsAddress, string>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the address that DRAGON_NATS_URL and its companions give; the URL may also stand in NATS_URL. */
export function addressFromEnvironment(env: Environment): NatsAddress | undefined {
  const url = env[VARIABLES.url] || env['NATS_URL'];
  if (!url) return undefined;
  const entries = Object.entries(VARIABLES).map(([key, variable]) => [key, env[variable] || undefined]);
  return { ...Object.fromEntries(entries), url };
}

/** Returns the environment variables that give `address` to a child process. */
export function addressToEnvironment(address: NatsAddress): Record<string, string | undefined> {
  const names = Object.keys(VARIABLES) as (keyof NatsAddress)[];
  return Object.fromEntries(names.map((key) => [VARIABLES[key], address[key] || undefined]));
}

/** Returns the client's options. The client ignores credentials inside a URL, so they are taken out of it here. */
export function connectionOptions(address: NatsAddress): ConnectionOptions {
  const urls = address.url.split(',').map((each) => parseUrl(each.trim()));
  const inUrl = urls.find((url) => url.username !== '');
  const user = inUrl === undefined ? address.user : decode(inUrl.username);
  const pass = inUrl === undefined ? address.pass : decode(inUrl.password);
  const servers = urls.map((url) => `${url.hostname}:${url.port || '4222'}`);
  const secure = urls.some((url) => url.protocol === 'tls:');
  return { servers, ...login(address, user, pass, inUrl !== undefined), ...tls(address, secure) };
}

function login(address: NatsAddress, user: string | undefined, pass: string | undefined, inUrl: boolean) {
  if (address.credsFile !== undefined) return { authenticator: credsAuthenticator(readSecret(address.credsFile)) };
  if (address.nkeyFile !== undefined) return { authenticator: nkeyAuthenticator(readSecret(address.nkeyFile)) };
  // `nats://secret@host` is a token, by the convention of the nats tools.
  if (inUrl && user && !pass) return { token: user };
  if (user) return { user, pass: pass ?? '' };
  return address.token === undefined ? {} : { token: address.token };
}

function tls({ caFile, certFile, keyFile }: NatsAddress, secure: boolean) {
  if (!secure && !caFile && !certFile && !keyFile) return {};
  for (const file of [caFile, certFile, keyFile]) if (file !== undefined) readSecret(file);
  // The client reads them when it connects, also when it does so again: certificates are renewed.
  const files = { ...(caFile && { caFile }), ...(certFile && { certFile }), ...(keyFile && { keyFile }) };
  return { tls: { ...files, checkServerIdentity: serverTrouble } };
}

/** What TLS knows of a connection: the client names the server, unless its address is of numbers. */
interface TlsOptions {
  readonly servername?: string;
  readonly socket?: Socket;
}

/**
 * Returns what is wrong with the name in a certificate. Without a name of the server, Node would check against
 * `localhost`, so that its certificate would do anywhere, and one for the address itself nowhere.
 */
function serverTrouble(this: TlsOptions, host: string, certificate: PeerCertificate): Error | undefined {
  return checkServerIdentity(this.servername || this.socket?.remoteAddress || host, certificate);
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `nats://${text}`);
    if (url.hostname !== '' && /^(?:nats|tls):$/.test(url.protocol)) return url;
  } catch {
    // Falls through to the one message for every URL that is none.
  }
  throw new FederationError(
    'no-server',
    `${publicUrl(text)} is not a NATS URL: write nats://host:port or tls://host:port`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readSecret(file: string): Uint8Array {
  try {
    // A creds file must keep its lines; a seed must not keep its line end.
    const text = readFileSync(file, 'utf8');
    return new TextEncoder().encode(text.includes('BEGIN') ? text : text.trim());
  } catch (error) {
    throw new FederationError('no-server', `cannot read the NATS credentials: ${errorText(error)}`);
  }
}
