/** The other half of the bare ping-pong: sends every message back. Ends when its standard input does. */
import { connect } from 'nats';

const { BENCH_URL: url = '', BENCH_TOKEN: token = '' } = process.env;
const client = await connect({ servers: url, ...(token === '' ? {} : { token }) });
client.subscribe('bench.ping', { callback: (_, message) => client.publish('bench.pong', message.data) });
await client.flush();
process.stdout.write('ready\n');
process.stdin.on('end', () => void client.close()).resume();
