/** The refusal of a NATS server, or of ours to trust it, as one line that says what to do. */
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { errorText, FederationError } from './federation-error.ts';
import type { NatsAddress } from './processes/nats-address.ts';
import { publicUrl } from './processes/public-url.ts';

const START_ONE = 'start a NATS server there, or give another address with --nats or in NATS_URL';
const UNKNOWN_AUTHORITY =
  "the authority of the server's certificate is not known here: give its certificate in DRAGON_NATS_CA (a file)";

/** What to do, by the code of what Node says of a certificate. */
const CERTIFICATE_ADVICE: Readonly<Partial<Record<string, string>>> = {
  CERT_HAS_EXPIRED: "renew the server's certificate, or set the clock of this machine",
  CERT_NOT_YET_VALID: "set the clock of this machine, or renew the server's certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "give the server's address by a name that its certificate has",
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'DRAGON_NATS_CERT and DRAGON_NATS_KEY do not belong together',
};
/** How long a server may take to say what it asks for. */
const INFO_MS = 2_000;

/** Returns true if trying again cannot help: the server is there, and says no, or is not the one that was meant. */
export function isRefusal(error: unknown): boolean {
  return isLogin(error) || CERTIFICATE_ADVICE[codeOf(error)] !== undefined || isNoTls(error);
}

/** Returns the error for a server that could not be used because of `error`. */
export async function noServer(address: NatsAddress, error: unknown): Promise<FederationError> {
  const advice = await adviceFor(address, error);
  return new FederationError(
    'no-server',
    `no NATS server at ${publicUrl(address.url)} (${errorText(error)}): ${advice}`,
  );
}

async function adviceFor(address: NatsAddress, error: unknown): Promise<string> {
  if (isLogin(error)) return expiry(address) ?? 'check the user, password, token or credentials file';
  if (isNoTls(error)) return 'this server has no TLS: write nats:// and give no certificates, or let it have TLS';
  const advice = CERTIFICATE_ADVICE[codeOf(error)];
  if (advice !== undefined) return advice;
  // A server that does not take a client's certificate closes the connection, and the client waits in vain.
  if (errorText(error) !== 'timeout' || !(await asksForCertificate(address))) return START_ONE;
  return address.certFile === undefined
    ? 'it asks for a certificate of ours: give one in DRAGON_NATS_CERT and DRAGON_NATS_KEY (files)'
    : `it does not take the certificate of ${address.certFile}: that has expired, or is of an authority that it does not know`;
}

function isLogin(error: unknown): boolean {
  return /authoriz|authentic|permission|nkeys:|parse credentials/i.test(errorText(error));
}

function isNoTls(error: unknown): boolean {
  return /does not support 'tls'/.test(errorText(error));
}

function codeOf(error: unknown): string {
  const from = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return from instanceof Error && 'code' in from ? String(from.code) : '';
}

/** A server does not tell why it refuses a login; credentials tell themselves until when they hold. */
function expiry({ credsFile }: NatsAddress): string | undefined {
  if (credsFile === undefined) return undefined;
  try {
    const [, claims = ''] = /-\n\s*[\w-]+\.([\w-]+)\.[\w-]+\s*\n-/.exec(readFileSync(credsFile, 'utf8')) ?? [];
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly exp?: unknown };
    if (typeof exp !== 'number' || exp * 1_000 > Date.now()) return undefined;
    return `the credentials in ${credsFile} expired at ${new Date(exp * 1_000).toISOString()}: have new ones made`;
  } catch {
    return undefined;
  }
}

/** Returns true if the server says so in what it greets everybody with. */
function asksForCertificate({ url }: NatsAddress): Promise<boolean> {
  const [first = ''] = url.split(',');
  const { hostname, port } = new URL(first.includes('://') ? first : `nats://${first}`);
  return new Promise((resolve) => {
    let greeting = '';
    const socket = createConnection({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || '4222') });
    const end = (asks: boolean) => {
      socket.destroy();
      resolve(asks);
    };
    socket.setTimeout(INFO_MS, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('data', (chunk) => {
      greeting += String(chunk);
      if (greeting.includes('\n') || greeting.length > 65_536) end(/"tls_verify":\s*true/.test(greeting));
    });
  });
}
