/** Forms in which a log reaches us: whatever stood before, between and around its lines, the findings are the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgesIn, findingsOf, keptLog } from './kernel-logs.fixture.io.ts';
import { findingsJson } from './log-json.ts';
import { logLine } from './log-line.ts';

const MAIL = keptLog('mail-deadlock.txt');
/** The kernel's own text, and its time. */
const LINES = MAIL.split('\n').map((line) => {
  const end = line.indexOf('] ');
  return { time: line.slice(1, end).trim(), text: line.slice(end + 2) };
});

type Form = (line: { readonly time: string; readonly text: string }) => string;
const FORMS: Readonly<Record<string, Form>> = {
  bare: ({ text }) => text,
  dmesg: ({ time, text }) => `[${time.padStart(12)}] ${text}`,
  'dmesg -T': ({ text }) => `[Thu Nov 26 10:01:05 2026] ${text}`,
  'dmesg -d': ({ time, text }) => `[${time.padStart(12)} <    0.000011>] ${text}`,
  'dmesg -e': ({ text }) => `[Nov26 10:01] ${text}`,
  'dmesg -e, later': ({ text }) => `[  +0.000011] ${text}`,
  'dmesg -x': ({ time, text }) => `kern  :info  : [${time.padStart(12)}] ${text}`,
  'raw level': ({ time, text }) => `<6>[${time.padStart(12)}] ${text}`,
  'caller of a task': ({ time, text }) => `[${time.padStart(12)}][  T407] ${text}`,
  'caller of a CPU': ({ time, text }) => `[${time.padStart(12)}] [    C0] ${text}`,
  syslog: ({ time, text }) => `Nov 26 10:01:05 host kernel: [${time.padStart(12)}] ${text}`,
  'syslog without a time of its own': ({ text }) => `Nov  6 10:01:05 host-1.example kernel: ${text}`,
  'journalctl -o short-iso': ({ text }) => `2026-11-26T10:01:05+0100 host kernel: ${text}`,
  'journalctl -o short-precise': ({ text }) => `Nov 26 10:01:05.379025 host kernel: ${text}`,
  'rsyslog, iso': ({ time, text }) => `2026-11-26T10:01:05.379025+00:00 host kernel: [${time}] ${text}`,
  'journalctl -o short-monotonic': ({ time, text }) => `[${time.padStart(12)}] host kernel: ${text}`,
  'syslog without a host': ({ time, text }) => `Nov 26 10:01:05 kernel: [${time.padStart(12)}] ${text}`,
  'facility and priority': ({ text }) => `kern: kern.info: Nov 26 10:01:05 kernel: ${text}`,
  '/dev/kmsg': ({ time, text }) => `6,3873,${Math.round(Number(time) * 1e6)},-;${text}`,
  'netconsole, extended': ({ time, text }) =>
    `Nov  6 10:01:05 192.0.2.1 6,39,${Math.round(Number(time) * 1e6)},-,caller=T4;${text}`,
  'numbered lines': ({ time, text }) => `563663 Nov 26 10:01:05 host kernel: [${time.padStart(12)}] ${text}`,
  'a console that is recorded': ({ time, text }) => `10:01:05.123 ttyS0 | [${time.padStart(12)}] ${text}`,
  'a phone, with its CPU': ({ time, text }) => `<4>[${time.padStart(12)}] c3 ${text}`,
  'a phone, with its CPU and task': ({ time, text }) => `<6>[${time.padStart(12)}]  (0)[1:init]${text}`,
  'kernel[0]': ({ text }) => `Thu Nov 26 10:01:05 host kernel[0]: ${text}`,
};

/** What does not depend on lines and times. */
function essence(text: string) {
  const findings = findingsOf(text);
  const { verdict, dumps } = findingsJson('log', findings);
  return {
    verdict,
    sentences: dumps.map(({ sentence }) => sentence),
    cycles: dumps.map(({ cycles }) => cycles),
    edges: edgesIn(findings.told),
    stacks: dumps.map(({ tasks }) => tasks.map(({ comm, pid, stack }) => [comm, pid, stack])),
  };
}
const EXPECTED = essence(MAIL);
const inForm = (form: Form) => LINES.map(form);

test.each(Object.entries(FORMS))('%s', (_name, form) => {
  expect(essence(inForm(form).join('\n'))).toEqual(EXPECTED);
});

test('frames whose offsets were taken off', () => {
  expect(essence(MAIL.replaceAll(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, ''))).toEqual(EXPECTED);
});

const QUOTES = ['> ', '>> ', '> > ', '| ', '    ', '\t'];
/** What other writers put between two lines of a kernel. */
const NOISE = [
  '',
  'usb 1-1: new high-speed USB device number 4 using xhci_hcd',
  'systemd[1]: Started Session 4 of user root.',
  'RIP: 0033:0x4395d0',
  'Code: 8b 04 24 65 <48> 8b 04 25',
  'On Tue, somebody wrote:',
  '\u001b[31mEVIL\u001b[0m\u0007',
  'login: ',
];

test('quoted, with foreign lines between, with other line ends: the same', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(FORMS)),
      fc.constantFrom('', ...QUOTES),
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(LINES.length), fc.constantFrom(...NOISE)), { maxLength: 30 }),
      (form, quote, carriageReturn, noise) => {
        const lines = inForm(form);
        for (const [at, text] of noise) lines.splice(at, 0, text);
        const text = lines.map((line) => quote + line + (carriageReturn ? '\r' : '')).join('\n');
        expect(essence(text)).toEqual(EXPECTED);
      },
    ),
    { numRuns: 60 },
  );
});

/** As mail programs fold: at the last space before the column, the rest on a line of its own. */
function folded(line: string, column: number, quote: string): string[] {
  const at = line.lastIndexOf(' ', column);
  const rest = line.slice(at + 1);
  if (line.length <= column || at <= 0 || line.slice(0, at).trim() === '') return [quote + line];
  return [quote + line.slice(0, at), quote + rest];
}

test.each([72, 76, 78])('folded by a mail program at column %i: the same', (column) => {
  for (const form of ['dmesg', 'dmesg -T', 'syslog', 'bare']) {
    const lines = inForm(FORMS[form] ?? String).flatMap((line) => folded(line, column, '> '));
    const { verdict, cycles, edges } = essence(lines.join('\n'));
    expect({ form, verdict, cycles, edges }).toEqual({
      form,
      verdict: EXPECTED.verdict,
      cycles: EXPECTED.cycles,
      edges: EXPECTED.edges,
    });
  }
});

test('quoted-printable, as a mailbox has it', () => {
  const lines = inForm(FORMS['syslog'] ?? String).flatMap((line) => {
    const text = line.replaceAll('=', '=3D');
    return text.length > 75 ? [`${text.slice(0, 74)}=`, text.slice(74)] : [text];
  });
  expect(essence(lines.join('\n'))).toEqual(EXPECTED);
});

test('lines of several callers, mixed, stay with their tasks', () => {
  const tasks = MAIL.split('[   65.398470]');
  const [first = [], second = []] = [tasks[0] ?? '', `[   65.398470]${tasks[1] ?? ''}`].map((part, i) =>
    part
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace('] ', `][   T${i + 1}] `)),
  );
  const mixed = Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [first[i], second[i]]).flat();
  // The line of sysrq begins the dump: it stays in front.
  const start = first.findIndex((line) => line.includes('sysrq'));
  const lines = [
    ...first.slice(0, start + 1),
    ...mixed.filter((line) => line !== undefined && !first.slice(0, start + 1).includes(line)),
  ];
  expect(essence(lines.join('\n')).edges).toEqual(EXPECTED.edges);
});

test('nothing that a terminal obeys is left', () => {
  const line = '[    1.0] task:\u001b]0;pwn\u0007\u001b[31mEVIL\u202e\u0000 state:D stack:0 pid:5 ppid:1 flags:0x0';
  expect(logLine(line)).toMatchObject({ text: 'task:EVIL\\u202e state:D stack:0 pid:5 ppid:1 flags:0x0', at: 1 });
});

test.each([
  ['kswapd0         D    0    43      2 0x00000000', 'kswapd0', 43, 'D'],
  ['kswapd0         D ffffffff816111f7     0    60      2 0x00000000', 'kswapd0', 60, 'D'],
  ['TaskSchedulerFo D11688  5624   3825 0x00000000', 'TaskSchedulerFo', 5624, 'D'],
  ['kworker/u16:3   D 0000000000000000     0 12345      2 0x00000000', 'kworker/u16:3', 12345, 'D'],
  ['my task x       D    0    77      1', 'my task x', 77, 'D'],
  ['rcu_sched       R  running task        0     7      2 0x00000000', 'rcu_sched', 7, 'R'],
  ['task:kswapd0         state:D stack:    0 pid:  576 ppid:     2 flags:0x00004000', 'kswapd0', 576, 'D'],
  ['task:my task: x      state:D stack:0     pid:9     ppid:2      flags:0x00004000', 'my task: x', 9, 'D'],
  ['task:rm              state:D stack:0     pid:12    tgid:12    ppid:2      flags:0x00004000', 'rm', 12, 'D'],
  [
    'task:zsh             state:D stack:0     pid:470   tgid:470   ppid:430    task_flags:0x400100 flags:0x00004002',
    'zsh',
    470,
    'D',
  ],
])('header %s', (header, comm, pid, state) => {
  const text = [header, 'Call Trace:', ' schedule+0x1/0x2', ' io_schedule+0x1/0x2', ' submit_bio_wait+0x1/0x2'].join(
    '\n',
  );
  const [dump] = findingsOf(text).dumps;
  expect([...(dump?.graph.tasks.values() ?? [])].map(({ task }) => [task.comm, task.pid, task.state])).toEqual([
    [comm, pid, state],
  ]);
});

test.each([
  [' schedule+0x5a/0xd0', 'schedule'],
  [' [<ffffffff8168c889>] schedule+0x29/0x70', 'schedule'],
  ['[<0>] schedule+0x29/0x70', 'schedule'],
  [' xfs_buf_lock+0x2d/0xe0 [xfs]', 'xfs_buf_lock'],
  [' xfs_buf_lock+0x2d/0xe0 [xfs bc7df9d851182d3b23b2da70a497331d07bf91c0]', 'xfs_buf_lock'],
  [' __switch_to+0xf8/0x168 (T)', '__switch_to'],
  [' [c0000001d10b7560] [c000000006e9b934] schedule+0x40/0x108', 'schedule'],
  [' shrink_slab.constprop.0+0x1/0x2', 'shrink_slab'],
  [' schedule+0x165/0x360 kernel/sched/core.c:7026', 'schedule'],
  ['[<c0101010>] (schedule) from [<c0102020>] (schedule_timeout+0x10/0x20)', 'schedule'],
  ['[<7f4ba618>] (fuse_writepages [fuse]) from [<8022e284>] (do_writepages+0x30/0x8c)', 'fuse_writepages'],
  ['schedule (kernel/sched/core.c:2765)', 'schedule'],
  [' xfs_buf_lock (include/linux/x.h:12 fs/xfs/xfs_buf.c:1180 (discriminator 1)) xfs', 'xfs_buf_lock'],
])('frame %s', (frame, symbol) => {
  const text = [
    'task:x               state:D stack:0     pid:5     ppid:2      flags:0x0',
    'Call Trace:',
    frame,
    ' ? guess+0x1/0x2',
  ];
  expect([...(findingsOf(text.join('\n')).dumps[0]?.graph.tasks.values() ?? [])][0]?.symbols).toEqual([symbol]);
});

test('the name of a task may have anything in it', () => {
  const text = [
    'INFO: task a',
    'b:18088 blocked for more than 143 seconds.',
    '      Not tainted 6.8.0 #0',
    'task:a',
    'b state:D stack:25960 pid:18088 tgid:18087 ppid:15126  task_flags:0x400140 flags:0x08080002',
    'Call Trace:',
    ' io_schedule+0x1/0x2',
    ' submit_bio_wait+0x1/0x2',
  ];
  expect(edgesIn(findingsOf(text.join('\n')).told)).toEqual({ b: 'disk I/O (I/O)' });
});

test.each([
  'RIP: 0010:find_get_entry+0x1/0x2',
  'RIP: 0010:[<ffffffff811cb613>]  [<ffffffff811cb613>] find_get_entry+0x73/0x490',
  'pc : find_get_entry+0x1/0x2',
  'NIP [c000000000beea10] find_get_entry+0x100/0x290',
])('the function that a CPU runs: %s', (line) => {
  const text = ['CPU: 2 PID: 99 Comm: a Not tainted 6.6.0 #1', line, 'Call Trace:', ' <TASK>', ' caller+0x3/0x4'];
  const [task] = findingsOf(text.join('\n')).dumps[0]?.graph.tasks.values() ?? [];
  expect(task?.symbols).toEqual(['find_get_entry', 'caller']);
});

test('a warning of lockdep in another form is not passed over', () => {
  const lines = ['WARNING: inconsistent lock state', '6.1.0 #1 Not tainted', 'swapper/0/0 [HC0[0]:SC1[1]] takes:'];
  const { verdict, splats } = findingsOf(lines.join('\n'));
  expect([verdict, splats.map(({ kind, title }) => [kind, title])]).toEqual([
    'order',
    [['other', 'inconsistent lock state']],
  ]);
  const torn = findingsOf('WARNING: possible circular locking dependency detected\n4.14.0-rc3+ #22 Not tainted\n---');
  expect([torn.verdict, torn.splats.map(({ kind }) => kind)]).toEqual(['order', ['other']]);
});

test('a log whose blocked tasks cannot be read is not one without any', () => {
  const { verdict, unread } = findingsOf('[    1.000000] INFO: task rm (pid 12) blocked for more than 122 seconds.');
  expect([verdict, unread]).toEqual(['unclear', 1]);
});

test('pieces of /proc, put together in each usual way', () => {
  const stack = [
    '[<0>] xfs_buf_lock+0x2d/0xe0 [xfs]',
    '[<0>] xfs_read_agi+0x96/0x140 [xfs]',
    '[<0>] xfs_iunlink+0x63/0x230 [xfs]',
  ];
  const status = ['Name:\trm', 'Umask:\t0022', 'State:\tD (disk sleep)', 'Tgid:\t152', 'Pid:\t152', 'PPid:\t1'];
  const texts = [
    ['# cat /proc/152/stack', ...stack],
    ['==> /proc/152/stack <==', ...stack, '==> /proc/152/status <==', ...status],
    [...status, '# cat /proc/152/stack', ...stack],
    [...status, ...stack],
    ['--- rm pid 152 wchan xfs_buf_lock', ...stack],
    stack.map((frame) => `/proc/152/stack:${frame}`),
    ['/proc/152/task/152/stack', ...stack],
  ].map((lines) => lines.flat().join('\n'));
  for (const text of texts) {
    const [dump] = findingsOf(text).dumps;
    expect([text, dump?.graph.blocked.map(({ task, wait }) => [task.pid, wait?.resource])]).toEqual([
      text,
      [[152, 'AGI']],
    ]);
  }
});
