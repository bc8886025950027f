// Builds src/EvalMarket.Web/wwwroot: the client libraries that libman.json names, the style sheet, the script and the pictures.
// `node scripts/build-assets.mjs` does nothing when nothing changed; `--force` builds in any case.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'wwwroot-src');
const target = join(root, 'src', 'EvalMarket.Web', 'wwwroot');
// Outside wwwroot, so that it is not served.
const stamp = join(root, 'node_modules', '.evalmarket-assets');

const manifest = JSON.parse(await readFile(join(root, 'libman.json'), 'utf8'));
const libraryFiles = manifest.libraries.flatMap(library => {
  const provider = library.provider ?? manifest.defaultProvider;
  if (provider !== 'filesystem')
    throw new Error(`libman.json: ${library.library} has the provider ${provider}; this build copies files from node_modules (filesystem).`);
  return library.files.map(file => ({ from: join(root, library.library, file), to: join(root, library.destination, file) }));
});
const bundles = [
  { from: join(source, 'css', 'app.css'), to: join(target, 'css', 'app.css') },
  { from: join(source, 'ts', 'app.ts'), to: join(target, 'js', 'app.js') },
  // Only pages with code fetch it.
  { from: join(source, 'ts', 'highlight.ts'), to: join(target, 'js', 'highlight.js') },
].filter(bundle => existsSync(bundle.from));

const inputs = [
  fileURLToPath(import.meta.url),
  join(root, 'libman.json'),
  join(root, 'tsconfig.json'),
  join(root, 'package-lock.json'),
  ...libraryFiles.map(file => file.from),
  ...await filesUnder(source),
];
const outputs = [...libraryFiles, ...bundles].map(file => file.to);
const digest = await digestOf(inputs);
if (!process.argv.includes('--force') && outputs.every(existsSync) && existsSync(stamp) && await readFile(stamp, 'utf8') === digest)
  process.exit(0);

await rm(stamp, { force: true });
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const { from, to } of libraryFiles) {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

if (existsSync(join(source, 'img')))
  await cp(join(source, 'img'), join(target, 'img'), { recursive: true });

if (bundles.length > 0) {
  const esbuild = await import('esbuild');
  for (const { from, to } of bundles) {
    // The browsers that have CSS layers, nesting and :has().
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: [from],
      outfile: to,
      bundle: true,
      minify: true,
      sourcemap: false,
      legalComments: 'none',
      charset: 'utf8',
      target: ['chrome120', 'edge120', 'firefox121', 'safari17.2'],
      format: 'iife',
      // Pictures are copied, not inlined: the style sheet names them by their address.
      external: ['/img/*', '../img/*', '/fonts/*'],
      logLevel: 'warning',
    });
  }
}

await writeFile(stamp, digest);
console.log(`Assets built: ${relative(root, target)}`);

async function filesUnder(folder) {
  if (!existsSync(folder))
    return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

async function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(relative(root, file)).update('\0').update(await readFile(file)).update('\0');
  return hash.digest('hex');
}
