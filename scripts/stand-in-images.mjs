/**
 * Stand-ins for upstream images, for test:compose on a machine that reaches no image registry: made of this machine's
 * own files, under the upstream names, in an engine that is thrown away.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram, run } from './docker-engine.mjs';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What of our environment a build needs in order to reach the npm registry as we do. */
const NETWORK_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

const PROGRAM_LIBRARIES = 'libc libm librt libdl libpthread libstdc++ libgcc_s'.split(' ');

/** Makes `image` of this machine's Node, npm and shell. */
export async function importNode(engine, image) {
  const npm = dirname(dirname(realpathSync(findProgram('npm'))));
  await importImage(engine, image, ['ENTRYPOINT ["node"]', ...networkSettings()], async (root) => {
    await addProgram(root, process.execPath, 'usr/local/bin/node');
    cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
    symlinkSync('../lib/node_modules/npm/bin/npx-cli.js', join(root, 'usr/local/bin/npx'));
    for (const name of ['sh', 'env']) await addProgram(root, findProgram(name), `bin/${name}`);
    symlinkSync('../bin', join(root, 'usr/bin'));
    // Programs that come with packages may need what Node itself does not.
    await addLibraries(root, PROGRAM_LIBRARIES);
    for (const folder of ['root', 'home/node']) mkdirSync(join(root, folder), { recursive: true });
    add(root, 'etc/passwd', 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
    add(root, 'etc/group', 'root:x:0:\nnode:x:1000:\n');
    add(root, 'etc/nsswitch.conf', 'hosts: files dns\n');
    if (existsSync(CERTIFICATES)) {
      mkdirSync(dirname(join(root, CERTIFICATES)), { recursive: true });
      copyFileSync(CERTIFICATES, join(root, CERTIFICATES));
    }
  });
}

/** Makes `image` of the nats-server at `binary`. */
export async function importNats(engine, image, binary) {
  await importImage(engine, image, ['ENTRYPOINT ["/nats-server"]'], (root) => addProgram(root, binary, 'nats-server'));
}

function networkSettings() {
  return NETWORK_VARIABLES.filter((name) => process.env[name]).map((name) => `ENV ${name}=${process.env[name]}`);
}

async function importImage(engine, image, changes, fill) {
  const root = mkdtempSync(join(tmpdir(), 'dragon-image-'));
  try {
    mkdirSync(join(root, 'tmp'));
    chmodSync(join(root, 'tmp'), 0o1777);
    await fill(root);
    const tar = spawn('tar', ['-C', root, '--owner=0', '--group=0', '-cf', '-', '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const path = 'ENV PATH=/usr/local/bin:/usr/bin:/bin';
    const options = [path, ...changes].flatMap((change) => ['--change', change]);
    const { code, output } = await run('docker', ['import', ...options, '-', image], {
      env: engine.env,
      input: tar.stdout,
    });
    if (code !== 0) throw new Error(`cannot make a stand-in for ${image}: ${output}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function add(root, path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Copies a program and the libraries that it is linked to. */
async function addProgram(root, program, path) {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(program, target);
  const { stdout } = await run('ldd', [program]);
  for (const [, library] of stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)) addLibrary(root, library);
}

async function addLibraries(root, names) {
  const { stdout } = await run(findProgram('ldconfig') ?? 'ldconfig', ['-p']);
  for (const name of names) {
    const line = stdout.split('\n').find((each) => each.trim().startsWith(`${name}.so.`));
    const path = line?.split(' => ')[1];
    if (path) addLibrary(root, path);
  }
}

/** Where the loader looks for it: under the path that it has here, links resolved in its content only. */
function addLibrary(root, library) {
  const target = join(root, library);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) copyFileSync(library, target);
}
