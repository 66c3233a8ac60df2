/** A NATS server for one run: somebody else's, or a private one on the loopback that does not outlive this process. */
import { connectNats } from '../nats-link.ts';
import { addressFromEnvironment } from './nats-address.ts';
import { findNatsBinary, type NatsBinaryOptions } from './nats-binary.ts';
import { type NatsServer, PrivateServer, type StartOptions } from './private-server.ts';

/**
 * Returns the server at NATS_URL (see `addressFromEnvironment`) if that is set, or starts one with a binary found or
 * downloaded. Throws `no-server`, saying what to do, if nobody answers at the URL. Without URL and binary it returns
 * the advice instead.
 */
export async function openNatsServer(
  options: NatsBinaryOptions & Omit<StartOptions, 'binary'>,
): Promise<NatsServer | { readonly advice: string }> {
  const address = addressFromEnvironment(options.env);
  if (address !== undefined) {
    const link = await connectNats(address, { name: 'dragon probe' });
    await link.close();
    return { address, pid: undefined, stop: () => Promise.resolve() };
  }
  const binary = await findNatsBinary(options);
  if (binary.kind === 'not-found') return { advice: binary.advice };
  return startNatsServer({ ...options, binary: binary.path });
}

/** Starts a private server on 127.0.0.1 with a random token, and returns when it listens. */
export async function startNatsServer(options: StartOptions): Promise<NatsServer> {
  const server = new PrivateServer(options);
  await server.start();
  return server;
}
