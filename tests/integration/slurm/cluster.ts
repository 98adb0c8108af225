/** A Slurm cluster of one node: munged, slurmctld and slurmd of Debian's packages, with everything they write in one folder. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const PROGRAMS = ['slurmctld', 'slurmd', 'sbatch', 'scontrol', 'munged'];
const INSTALL_MS = 90_000;
const START_MS = 20_000;
/** Debian puts daemons where users' PATH does not look. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

export interface Cluster {
  /** Environment of commands that talk to it. */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Runs a program to its end. Throws Error with what it said when it fails. */
  run(program: string, args: readonly string[], cwd?: string): Promise<string>;
  /** Resolves when a job has ended: with its state (`COMPLETED`, `FAILED`, `CANCELLED`, …). */
  ended(job: string): Promise<string>;
  stop(): Promise<void>;
}

/** What is missing to run a cluster here, after an attempt to install it; null when nothing is. */
export async function whatIsMissing(): Promise<string | null> {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root, which starts the daemons';
  if (absent().length > 0 && onPath('apt-get')) {
    const apt = (...args: string[]): Promise<boolean> =>
      execute('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: INSTALL_MS }).then(() => true, () => false);
    const install = ['install', '-y', '--no-install-recommends', 'slurm-wlm', 'munge'];
    // Only a machine that has never looked needs the lists.
    if (!(await apt(...install)) && (await apt('update'))) await apt(...install);
  }
  return absent().length === 0 ? null : `${absent().join(', ')} (Debian: slurm-wlm, munge)`;
}

/** Starts the daemons. Throws Error with their last words when the node does not come up. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  // munged wants others to be able to reach its socket.
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o400 });
  const [controller, daemon] = [await freePort(), await freePort()];
  writeFileSync(at('slurm.conf'), settings(at, controller, daemon));
  const env = { ...process.env, PATH, SLURM_CONF: at('slurm.conf') };
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: string[]): void => { children.push(spawn(program, args, { env, stdio: 'ignore' })); };
  const run: Cluster['run'] = async (program, args, cwd = folder) => (await execute(program, args, { env, cwd, timeout: 30_000 })).stdout.trim();
  // Whatever ends the tests early: no daemon outlives them.
  const kill = (): void => { for (const child of children) child.kill('SIGKILL'); };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    await Promise.all(children.reverse().map(ended));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    start('munged', '--foreground', '--force', ...['key-file=munge.key', 'socket=munge.socket', 'pid-file=munge.pid', 'log-file=munge.log', 'seed-file=munge.seed'].map((option) => `--${option.replace('=', `=${folder}/`)}`));
    await until(() => existsSync(at('munge.socket')), 'munged did not open its socket');
    start('slurmctld', '-D', '-f', at('slurm.conf'));
    start('slurmd', '-D', '-f', at('slurm.conf'));
    await until(async () => (await run('scontrol', ['show', 'node', hostname()]).catch(() => '')).includes('State=IDLE'), 'the node did not come up');
  } catch (error) {
    const words = ['munge.log', 'slurmctld.log', 'slurmd.log'].map((name) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8').slice(-1500) : ''));
    await stop();
    throw new Error(`${String(error)}\n${words.join('\n')}`, { cause: error });
  }
  return {
    env,
    folder,
    run,
    ended: async (job) => {
      let state = '';
      await until(async () => {
        // A job array has a state a task.
        const states = [...(await run('scontrol', ['show', 'job', job])).matchAll(/JobState=(\w+)/g)].map(([, found]) => found ?? '');
        state = states.find((one) => one !== 'COMPLETED') ?? 'COMPLETED';
        return states.length > 0 && !states.some((one) => ['PENDING', 'RUNNING', 'COMPLETING', 'CONFIGURING'].includes(one));
      }, `job ${job} did not end`, 60_000);
      return state;
    },
    stop,
  };
}

function settings(at: (name: string) => string, controller: number, daemon: number): string {
  return `ClusterName=test
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=${controller}
SlurmdPort=${daemon}
AuthType=auth/munge
AuthInfo=socket=${at('munge.socket')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
SlurmctldLogFile=${at('slurmctld.log')}
SlurmdLogFile=${at('slurmd.log')}
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=${cpus().length} State=UNKNOWN
PartitionName=main Nodes=${hostname()} Default=YES MaxTime=INFINITE State=UP
`;
}

function absent(): string[] {
  return PROGRAMS.filter((program) => !onPath(program));
}

function onPath(program: string): boolean {
  return PATH.split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => { resolve(typeof address === 'object' ? (address?.port ?? 0) : 0); });
    });
  });
}

async function until(reached: () => boolean | Promise<boolean>, otherwise: string, limit = START_MS): Promise<void> {
  for (const start = Date.now(); !(await reached()); await new Promise((resolve) => { setTimeout(resolve, 100); })) {
    if (Date.now() - start > limit) throw new Error(otherwise);
  }
}

/** Asks a process to end, and makes it after a while. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
