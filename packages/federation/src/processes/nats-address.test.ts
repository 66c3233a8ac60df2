/** Credentials get to the client from wherever they stand, and nowhere else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addressFromEnvironment, addressToEnvironment, connectionOptions } from './nats-address.ts';
import { publicUrl } from './public-url.ts';

test.each([
  ['nats://10.0.0.1', { servers: ['10.0.0.1:4222'] }],
  ['localhost:4300', { servers: ['localhost:4300'] }],
  ['nats://me:s%40cret@host:1', { servers: ['host:1'], user: 'me', pass: 's@cret' }],
  ['nats://token@host', { servers: ['host:4222'], token: 'token' }],
  ['nats://[::1]:5, nats://u:p@b:6', { servers: ['[::1]:5', 'b:6'], user: 'u', pass: 'p' }],
  ['tls://host', { servers: ['host:4222'], tls: { checkServerIdentity: expect.any(Function) } }],
])('%s', (url, options) => {
  expect(connectionOptions({ url })).toEqual(options);
});

test('options stand in for what the URL does not say', () => {
  const url = 'nats://host';
  expect(connectionOptions({ url, token: 't' })).toEqual({ servers: ['host:4222'], token: 't' });
  expect(connectionOptions({ url, user: 'u', pass: 'p' })).toMatchObject({ user: 'u', pass: 'p' });
  expect(connectionOptions({ url: 'nats://a:b@host', token: 't' })).not.toHaveProperty('token');
  const files = { caFile: '/dev/null', certFile: '/dev/null', keyFile: '/dev/null' };
  expect(connectionOptions({ url, ...files })).toMatchObject({ tls: files });
  expect(() => connectionOptions({ url, caFile: '/nowhere' })).toThrow('cannot read the NATS credentials: ENOENT');
});

test('files of credentials become authenticators', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-test-'));
  const file = join(folder, 'seed');
  writeFileSync(file, 'SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU\n');
  expect(connectionOptions({ url: 'nats://host', nkeyFile: file }).authenticator).toBeTypeOf('function');
  expect(connectionOptions({ url: 'nats://host', credsFile: file }).authenticator).toBeTypeOf('function');
  rmSync(folder, { recursive: true });
  expect(() => connectionOptions({ url: 'nats://host', credsFile: file })).toThrow('cannot read the NATS credentials');
});

test('what is no URL is refused, without showing its password', () => {
  for (const url of ['http://me:secret@host', 'nats://me:secret@', '::'])
    expect(() => connectionOptions({ url })).toThrow(/is not a NATS URL/);
  expect(() => connectionOptions({ url: 'http://me:secret@host' })).not.toThrow(/secret/);
  expect(publicUrl('nats://me:sec@ret@host:1, host')).toBe('nats://***@host:1, host');
});

test('an address survives the environment', () => {
  const address = { url: 'nats://host', token: 't', caFile: '/ca' };
  expect(addressFromEnvironment(addressToEnvironment(address))).toEqual({
    user: undefined,
    pass: undefined,
    credsFile: undefined,
    nkeyFile: undefined,
    certFile: undefined,
    keyFile: undefined,
    ...address,
  });
  expect(addressFromEnvironment({ NATS_URL: 'nats://host' })?.url).toBe('nats://host');
  expect(addressFromEnvironment({})).toBeUndefined();
});
