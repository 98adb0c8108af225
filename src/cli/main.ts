import { run } from './run.ts';

// Libraries that log would spoil the one JSON object on stdout.
console.log = console.error;
console.info = console.error;
console.debug = console.error;

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
});
