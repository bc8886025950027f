// Reads the results that test.sh collected (*.trx of each project, *.code with its exit code), prints what failed or was skipped,
// and ends with one line: N passed, N failed, N skipped. The exit code is 1 when something failed or nothing ran.
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.argv[2];
const counts = { passed: 0, failed: 0, skipped: 0 };

for (const file of (await readdir(folder)).filter(name => name.endsWith('.code')).sort()) {
  const name = file.slice(0, -'.code'.length);
  const code = Number(await readFile(join(folder, file), 'utf8'));
  const trx = join(folder, `${name}.trx`);
  if (name === 'typecheck') {
    if (code === 0)
      counts.passed++;
    else
      fail('typecheck', 'wwwroot-src/ts does not pass its type check: see above.');
    continue;
  }

  const results = existsSync(trx) ? resultsIn(await readFile(trx, 'utf8')) : [];
  for (const result of results) {
    if (result.outcome === 'Passed') {
      counts.passed++;
    } else if (result.outcome === 'NotExecuted') {
      counts.skipped++;
      console.log(`SKIPPED ${result.name}\n    ${result.message}`);
    } else {
      fail(result.name, result.message);
    }
  }

  console.log(`${name}: ${results.length} tests`);
  if (results.length === 0 || (code !== 0 && !results.some(result => result.outcome === 'Failed'))) {
    const log = existsSync(join(folder, `${name}.log`)) ? await readFile(join(folder, `${name}.log`), 'utf8') : '';
    fail(name, `The run ended with exit code ${code} and ${results.length} results.\n${log.trim().split('\n').slice(-30).join('\n')}`);
  }
}

const nothingRan = counts.passed + counts.failed === 0;
if (nothingRan)
  console.log('No test ran.');
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || nothingRan ? 1 : 0;

function fail(name, message) {
  counts.failed++;
  console.log(`FAILED ${name}\n    ${message.replaceAll('\n', '\n    ')}`);
}

/** The results in a VSTest results file: attributes of each UnitTestResult, and its message if it has one. */
function resultsIn(xml) {
  return [...xml.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)].map(([, attributes, content = '']) => ({
    name: text(/\btestName="([^"]*)"/.exec(attributes)?.[1] ?? ''),
    outcome: /\boutcome="([^"]*)"/.exec(attributes)?.[1] ?? 'Failed',
    message: [/<Message>([\s\S]*?)<\/Message>/, /<StackTrace>([\s\S]*?)<\/StackTrace>/]
      .map(pattern => text(pattern.exec(content)?.[1] ?? '')).filter(Boolean).join('\n'),
  }));
}

function text(escaped) {
  return escaped
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, decimal) => String.fromCodePoint(Number(decimal)))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}
