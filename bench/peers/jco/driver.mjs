// Measures jco, which makes JavaScript of components, on node. A peer of bench; see internal/peer for how they talk.
//
//   node driver.mjs DIR
//
// DIR has a directory for each guest, as jco transpiled it, and loops.json, which lists the functions of theirs that
// do something n times.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const dir = process.argv[2];
const loops = JSON.parse(readFileSync(join(dir, 'loops.json'), 'utf8'));

const host = { tick: (x) => (x + 1) >>> 0, log: (s) => Buffer.byteLength(s) };

async function instantiate(name) {
  const { instantiate } = await import(pathToFileURL(join(dir, name, `${name}.js`)).href);
  const compile = (path) => new WebAssembly.Module(readFileSync(join(dir, name, path)));
  return instantiate(compile, { 'perf:bench/host': host });
}

const guests = {};
for (const name of new Set(loops.map((l) => l.Guest))) guests[name] = await instantiate(name);
const api = guests.callee['perf:bench/api'];

// each makes work of one call; the check is the sum of what the calls give, as a Number while it is exact.
const each = (call) => (n) => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += call(i);
  return sum;
};

const short = 'a'.repeat(16);
const long = 'a'.repeat(1024);
const bytes = new Uint8Array(1 << 20);
const works = {
  'export/noop': each(() => (api.noop(), 0)),
  'export/add': each((i) => api.add(i, 1)),
  'export/echo-16': each(() => api.echo(short).length),
  'export/echo-1k': each(() => api.echo(long).length),
  'export/record': each((i) => {
    const got = api.recIo({ a: i, b: 7n, c: 1.5, d: 3, e: -4, f: true, g: 'x', h: short, i: 9, j: 2.5 });
    return got.a + got.h.length;
  }),
  'export/variant': each((i) => api.variantIo({ tag: 'num', val: i }).val),
  'export/option': each((i) => api.optionIo(i)),
  'export/result': each((i) => api.resultIo(i)),
  'export/bytes-1m': each(() => api.takeBytes(bytes)),
};

if (api.Counter) {
  const counter = new api.Counter(0);
  let count = 0;
  works['export/resource'] = each(() => {
    const was = count;
    count = counter.inc(1);
    return (count - was) >>> 0;
  });
}

const camel = (name) => name.replace(/-(.)/g, (_, c) => c.toUpperCase());
for (const { Row, Guest, Export, Length } of loops) {
  const loop = guests[Guest][camel(Export)];
  if (loop) works[Row] = Length ? (n) => loop(n, Length) : loop;
}

function run({ name, n }) {
  try {
    const start = process.hrtime.bigint();
    const check = works[name](n);
    const elapsed = process.hrtime.bigint() - start;
    return { elapsed: Number(elapsed), mallocs: -1, check };
  } catch (e) {
    return { error: String(e?.message ?? e) };
  }
}

console.log(JSON.stringify({ names: Object.keys(works) }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(run(JSON.parse(line))));
}
